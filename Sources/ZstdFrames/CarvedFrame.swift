/// A frame that was found somewhere in a file.
public struct CarvedFrame: Equatable, Sendable {
  /// How sure it is that there is a frame.
  public enum Confidence: String, CaseIterable, Sendable {
    /// The content has the checksum that is stored in the frame.
    case certain
    /// It decodes to its end, and something else agrees: the declared size of the content, or a frame right
    /// before or behind it. Of a skippable frame: such a neighbour, or the form of a seek table.
    case high
    /// Nothing else checks it, or it could not be decoded for want of a dictionary or by a limit.
    case low
    /// It begins as a frame does, and some of its blocks decode, but not all.
    case damaged
  }

  /// How it lies to frames that begin before it.
  public enum Relation: Equatable, Sendable {
    case separate
    /// Inside the frame at `offset`, such as in a block that is stored as it is.
    case nested(in: UInt64)
    /// It begins inside the frame at `offset` and ends behind it: one of the two is no frame.
    case overlapping(UInt64)
  }

  /// What is wrong with a frame.
  public enum Damage: Error, Equatable, Sendable {
    /// A block header has a value that no frame may have.
    case defect(Trailing.Defect)
    /// Its content cannot be had, or not be trusted.
    case decoding(DecodingError)
  }

  /// What a skippable frame is for.
  public enum Purpose: String, Sendable {
    /// The seek table of the seekable format.
    case seekTable = "seek_table"
    /// What pzstd writes before each frame: that frame's size.
    case frameSize = "frame_size"
  }

  /// Where its magic number starts, in bytes from the start of the input.
  public var offset: UInt64
  /// Size of the whole frame, in bytes; of a damaged one up to the end of the first bad block.
  public var byteCount: UInt64
  public var kind: Frame.Kind
  /// How many bytes of content came out; of a skippable frame, how many it has. Nil if it was not decoded.
  public var contentByteCount: UInt64?
  public var confidence: Confidence
  public var relation: Relation
  /// What a damaged frame suffers from; why another one was not decoded; nil if all is well.
  public var damage: Damage?
  /// What a skippable frame is for, if that is known.
  public var purpose: Purpose?

  /// Makes a value, for comparison with one that was found.
  public init(
    offset: UInt64, byteCount: UInt64, kind: Frame.Kind, contentByteCount: UInt64?,
    confidence: Confidence, relation: Relation = .separate, damage: Damage? = nil,
    purpose: Purpose? = nil
  ) {
    self.offset = offset
    self.byteCount = byteCount
    self.kind = kind
    self.contentByteCount = contentByteCount
    self.confidence = confidence
    self.relation = relation
    self.damage = damage
    self.purpose = purpose
  }

  /// Where it ends.
  public var endOffset: UInt64 { offset + byteCount }

  public var isSkippable: Bool { if case .skippable = kind { true } else { false } }
}

extension CarvedFrame.Damage: CustomStringConvertible {
  /// One clause without a full stop.
  public var description: String {
    switch self {
    case .defect(let defect): "\(defect)"
    case .decoding(let error): "\(error)"
    }
  }
}

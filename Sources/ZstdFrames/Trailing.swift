/// What comes after the last whole frame of an input.
public struct Trailing: Equatable, Sendable {
  /// Why the bytes there are no whole frame.
  public enum Reason: Equatable, Sendable {
    /// They do not begin with a magic number. `firstBytes` are four of them, or fewer if the input
    /// ends.
    case notZstd(firstBytes: [UInt8])
    /// A frame of format 0.`minorVersion` (1 to 7), from before the format was settled.
    case legacyFormat(minorVersion: Int)
    /// The input ends inside a frame. `missingByteCount` is how many bytes the part lacks; nil
    /// if the input ends before the byte that says how long a frame header is.
    case truncated(Part, missingByteCount: UInt64?)
    /// A header has a value that no frame may have.
    case corrupt(Defect)
  }

  /// The parts of a frame, in the order in which they are stored.
  public enum Part: Equatable, Sendable {
    case magicNumber
    case frameHeader
    case blockHeader
    case blockContent
    case checksum
    /// The size field of a skippable frame.
    case skippableSize
    case skippableContent
  }

  /// What is wrong with a header, and where: `offset` is that of the field, from the start of the
  /// input.
  public enum Defect: Equatable, Sendable {
    /// The reserved bit of the frame header descriptor is set.
    case reservedBit(offset: UInt64)
    /// A block has type 3.
    case reservedBlockType(offset: UInt64)
    /// A block claims more bytes than ``FrameHeader/blockByteCountLimit``.
    case blockTooLarge(byteCount: UInt32, limit: UInt64, offset: UInt64)
  }

  /// Where they start, in bytes from the start of the input: the end of the last whole frame.
  public var offset: UInt64
  public var reason: Reason

  /// Makes a value, for comparison with one that was found.
  public init(offset: UInt64, reason: Reason) {
    self.offset = offset
    self.reason = reason
  }
}

extension Trailing: CustomStringConvertible {
  /// One clause without a full stop, such as "the frame at offset 12 is truncated in its checksum:
  /// at least 3 bytes are missing".
  public var description: String { description(place: "at offset \(offset)") }

  /// The same to somebody who has just been told the offset.
  var descriptionHere: String { description(place: "here") }

  private func description(place: String) -> String {
    switch reason {
    case .notZstd(let firstBytes):
      "what begins \(place) is not a zstd frame: \(hexadecimal(firstBytes))"
    case .legacyFormat(let minorVersion):
      "the frame \(place) has the legacy format 0.\(minorVersion), which is not supported"
    case .truncated(let part, let missing):
      "the frame \(place) is truncated in its \(part)" + missingClause(missing)
    case .corrupt(let defect):
      "the frame \(place) is corrupt: \(defect)"
    }
  }

  private func missingClause(_ byteCount: UInt64?) -> String {
    switch byteCount {
    case nil: ""
    case 1: ": at least 1 byte is missing"
    case let count?: ": at least \(count) bytes are missing"
    }
  }

  private func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
  }
}

extension Trailing.Part: CustomStringConvertible {
  public var description: String {
    switch self {
    case .magicNumber: "magic number"
    case .frameHeader: "header"
    case .blockHeader: "block header"
    case .blockContent: "block content"
    case .checksum: "checksum"
    case .skippableSize: "size field"
    case .skippableContent: "skippable content"
    }
  }
}

extension Trailing.Defect: CustomStringConvertible {
  public var description: String {
    switch self {
    case .reservedBit(let offset):
      "the reserved bit of its header, at offset \(offset), is set"
    case .reservedBlockType(let offset):
      "the block at offset \(offset) has the reserved type"
    case .blockTooLarge(let byteCount, let limit, let offset):
      "the block at offset \(offset) claims \(byteCount) bytes, but the frame allows \(limit)"
    }
  }
}

/// One whole frame of a zstd file, as its headers tell it.
public struct Frame: Equatable, Sendable {
  /// The two kinds of frames (RFC 8878, section 3.1).
  public enum Kind: Equatable, Sendable {
    /// A frame with content. The checksum is the low half of the content's XXH64, if stored.
    case zstd(FrameHeader, blocks: BlockCounts, checksum: UInt32?)
    /// A frame for whatever a program wants to keep beside the content, such as a seek table.
    /// `magicNumber` is one of 0x184D2A50 to 0x184D2A5F.
    case skippable(magicNumber: UInt32, contentByteCount: UInt32)
  }

  /// How many frames come before it, skippable ones counted.
  public var index: UInt64
  /// Where its magic number starts, in bytes from the start of the input.
  public var offset: UInt64
  /// Size of the whole frame: header, blocks, checksum.
  public var byteCount: UInt64
  public var kind: Kind
  /// What a skippable frame is for; nil if that is not known.
  public var purpose: Purpose?

  /// What skippable frames are for, as far as their form tells.
  public enum Purpose: Equatable, Sendable {
    /// The seek table of the seekable format, and how many frames it lists (zstd,
    /// contrib/seekable_format, version 0.1.0).
    case seekTable(frameCount: UInt32)
    /// What pzstd writes before each frame: that frame's size. Whether it is true is another question.
    case frameSize(byteCount: UInt32)
  }

  /// Makes a frame, for comparison with one that was found.
  public init(
    index: UInt64, offset: UInt64, byteCount: UInt64, kind: Kind, purpose: Purpose? = nil
  ) {
    self.index = index
    self.offset = offset
    self.byteCount = byteCount
    self.kind = kind
    self.purpose = purpose
  }

  /// The header of a zstd frame; nil for a skippable one.
  public var header: FrameHeader? {
    if case .zstd(let header, _, _) = kind { header } else { nil }
  }

  /// The blocks of a zstd frame; nil for a skippable one.
  public var blocks: BlockCounts? {
    if case .zstd(_, let blocks, _) = kind { blocks } else { nil }
  }

  /// The checksum that is stored in the frame; nil if there is none.
  public var checksum: UInt32? {
    if case .zstd(_, _, let checksum) = kind { checksum } else { nil }
  }

  public var isSkippable: Bool { header == nil }
}

/// How many blocks of each type a frame has (RFC 8878, section 3.1.1.2).
public struct BlockCounts: Equatable, Sendable {
  /// Blocks that are stored as they are.
  public var raw: UInt64
  /// Blocks of one byte that is to be repeated.
  public var runLength: UInt64
  /// Compressed blocks.
  public var compressed: UInt64

  public init(raw: UInt64 = 0, runLength: UInt64 = 0, compressed: UInt64 = 0) {
    self.raw = raw
    self.runLength = runLength
    self.compressed = compressed
  }

  public var total: UInt64 { raw + runLength + compressed }
}

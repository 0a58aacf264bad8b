/// What the header of a zstd frame claims. Claims only: nothing was decompressed to check them.
///
/// Source: RFC 8878, section 3.1.1.1.
public struct FrameHeader: Equatable, Sendable {
  /// Size of the header with its magic number: 6 to 18 bytes.
  public var byteCount: Int
  /// Size of the content, if the header says it. Every value is a legal claim, the two at the top
  /// included which libzstd's interface reserves for "unknown" and "error".
  public var contentByteCount: UInt64?
  /// How much of the content a decoder must hold: 1 KiB to 3.75 TiB, or in a single segment frame
  /// whatever ``contentByteCount`` is.
  public var windowByteCount: UInt64
  /// Whether the content is to be decoded into one piece of memory. No window descriptor is stored.
  public var isSingleSegment: Bool
  /// The dictionary that is needed to decode the frame; nil if the header names none, or zero.
  public var dictionaryID: UInt32?
  /// Whether four bytes of checksum follow the last block.
  public var hasChecksum: Bool

  /// Makes a header, for comparison with one that was read.
  public init(
    byteCount: Int, contentByteCount: UInt64?, windowByteCount: UInt64, isSingleSegment: Bool,
    dictionaryID: UInt32?, hasChecksum: Bool
  ) {
    self.byteCount = byteCount
    self.contentByteCount = contentByteCount
    self.windowByteCount = windowByteCount
    self.isSingleSegment = isSingleSegment
    self.dictionaryID = dictionaryID
    self.hasChecksum = hasChecksum
  }

  /// The most bytes a block of the frame may hold, compressed or not: the window's size, at the
  /// most 128 KiB (RFC 8878, section 3.1.1.2.4).
  public var blockByteCountLimit: UInt64 { min(windowByteCount, 128 << 10) }

  /// Reads a whole header.
  ///
  /// - Precondition: `field` holds as many bytes as its descriptor says.
  init(_ field: FieldBytes) {
    let descriptor = Descriptor(field[MagicNumber.byteCount])
    precondition(field.count == descriptor.headerByteCount)
    var index = MagicNumber.byteCount + 1

    var window: UInt64?
    if !descriptor.isSingleSegment {
      let exponent = UInt64(field[index] >> 3)
      let mantissa = UInt64(field[index] & 7)
      let base: UInt64 = 1 << (10 + exponent)
      window = base + base / 8 * mantissa
      index += 1
    }

    let dictionaryID = field.number(at: index, byteCount: descriptor.dictionaryIDByteCount)
    index += descriptor.dictionaryIDByteCount

    var content: UInt64?
    if descriptor.contentSizeByteCount > 0 {
      let stored = field.number(at: index, byteCount: descriptor.contentSizeByteCount)
      // Two bytes never need to say what one can, so they begin at 256.
      content = descriptor.contentSizeByteCount == 2 ? stored + 256 : stored
    }

    self.init(
      byteCount: field.count,
      contentByteCount: content,
      windowByteCount: window ?? content ?? 0,
      isSingleSegment: descriptor.isSingleSegment,
      dictionaryID: dictionaryID == 0 ? nil : UInt32(dictionaryID),
      hasChecksum: descriptor.hasChecksum)
  }

  /// The byte after the magic number, which says what the header consists of. Bit 4 is left to
  /// writers and means nothing.
  struct Descriptor {
    private let bits: UInt8

    init(_ bits: UInt8) { self.bits = bits }

    var isSingleSegment: Bool { bits & 0x20 != 0 }
    var hasReservedBit: Bool { bits & 0x08 != 0 }
    var hasChecksum: Bool { bits & 0x04 != 0 }

    var dictionaryIDByteCount: Int {
      switch bits & 3 {
      case 0: 0
      case 1: 1
      case 2: 2
      default: 4
      }
    }

    var contentSizeByteCount: Int {
      switch bits >> 6 {
      case 0: isSingleSegment ? 1 : 0
      case 1: 2
      case 2: 4
      default: 8
      }
    }

    var headerByteCount: Int {
      MagicNumber.byteCount + 1 + (isSingleSegment ? 0 : 1) + dictionaryIDByteCount
        + contentSizeByteCount
    }
  }
}

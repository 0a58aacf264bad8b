public import ScanEngine

/// Lists the frames of a zstd file from their headers alone.
///
/// The walk reads headers and jumps over what blocks hold: it decompresses nothing, and a tile that
/// lies inside a block costs no more than a subtraction, nor is its memory touched. So it rides
/// along for nearly nothing, and whether content matches its checksum is not its question.
///
/// It believes no claim: sizes only ever say how far to jump, never how much to allocate. The list
/// is bounded, since a file can hold a frame in every eight bytes.
///
/// It ends with the input, or at the first bytes that are no frame. In two things it keeps to the
/// format where libzstd's own walk (`ZSTD_findFrameCompressedSize`) does not: a window of 4 GiB
/// or more is listed, since only a decoder has reason to refuse it, and a block that is larger than
/// its frame allows is corrupt.
///
/// Source: RFC 8878, section 3.1.
public struct FrameWalk: ListingAnalyzer {
  public typealias Output = FrameList

  private let listLimit: Int
  private let isListening: Bool
  private var start = FramePosition()
  private var list = FrameList()

  /// The part of a frame that the next byte belongs to.
  private var part = Trailing.Part.magicNumber
  /// What of the part's header is known, and how many bytes of it must be.
  private var field = FieldBytes()
  private var needed = MagicNumber.byteCount
  /// Bytes to jump over before the part ends; zero while a header is gathered.
  private var remaining: UInt64 = 0

  /// Frames that have ended and that nobody has taken out.
  private var ended: [Frame] = []

  // The frame the walk is in.
  private var frameOffset: UInt64 = 0
  private var header: FrameHeader?  // set before the first block is expected
  private var blocks = BlockCounts()
  private var isLastBlock = false
  private var lastBytes = FieldBytes()

  /// True once bytes were found that are no frame: nothing after them can matter.
  public private(set) var isSettled = false

  /// The frame that the walk is in: its index, where it starts, what kind it is, and its header once that
  /// was read; nil between frames.
  var openFrame: (index: UInt64, offset: UInt64, isSkippable: Bool, header: FrameHeader?)? {
    guard part != .magicNumber || field.count > 0 else { return nil }
    let isRead = part == .blockHeader || part == .blockContent || part == .checksum
    return (
      endIndex, frameOffset, part == .skippableContent || part == .skippableSize,
      isRead ? header : nil
    )
  }

  /// The index after that of the last frame that has ended.
  var endIndex: UInt64 { start.index + list.frameCount }

  public mutating func takeListing() -> [Frame] {
    defer { ended.removeAll() }
    return ended
  }

  /// - Parameters:
  ///   - listLimit: How many frames to list at the end, at the most; not negative. Counts stay exact
  ///     beyond it. A listed frame takes about 100 bytes of memory.
  ///   - isListening: Whether somebody takes listings, which hold frames until then.
  public init(listLimit: Int = 100_000, isListening: Bool = false) {
    precondition(listLimit >= 0)
    self.listLimit = listLimit
    self.isListening = isListening
  }

  /// Begins with a frame inside the input; bytes before it are ignored.
  init(from start: FramePosition) {
    (listLimit, isListening) = (0, true)
    self.start = start
  }

  public var throughput: Double { 200 }

  /// Whether `bytes` begin with the magic number of a zstd frame or of a skippable one.
  public static func startsWithMagic(_ bytes: RawSpan) -> Bool {
    var field = FieldBytes()
    guard field.gather(bytes, from: 0, needed: MagicNumber.byteCount) == MagicNumber.byteCount
    else { return false }
    let magicNumber = MagicNumber(field.word(at: 0))
    return magicNumber == .zstd || magicNumber == .skippable
  }

  public mutating func update(_ tile: borrowing Tile) {
    let bytes = tile.bytes
    let count = tile.byteCount
    var index =
      tile.offset < start.offset ? Int(min(UInt64(count), start.offset - tile.offset)) : 0
    while index < count, !isSettled {
      if remaining > 0 {
        let step = min(remaining, UInt64(count - index))
        if part == .skippableContent { gatherEnd(bytes, index..<index + Int(step)) }
        remaining -= step
        index += Int(step)
        if remaining == 0 { endContent(at: tile.offset + UInt64(index)) }
      } else {
        if part == .magicNumber, field.count == 0 { frameOffset = tile.offset + UInt64(index) }
        index += field.gather(bytes, from: index, needed: needed)
        if field.count == needed { endField(at: tile.offset + UInt64(index)) }
      }
    }
  }

  public consuming func finalize() -> FrameList {
    guard !isSettled, part != .magicNumber || field.count > 0 else { return list }
    let reason: Trailing.Reason =
      if part == .magicNumber, !MagicNumber.canBegin(with: field.bytes) {
        .notZstd(firstBytes: field.bytes)
      } else {
        .truncated(part, missingByteCount: missingByteCount)
      }
    list.trailing = Trailing(offset: frameOffset, reason: reason)
    return list
  }

  /// How many bytes the part lacks. The length of a frame header is unknown before its descriptor.
  private var missingByteCount: UInt64? {
    if remaining > 0 { return remaining }
    if part == .frameHeader, field.count == MagicNumber.byteCount { return nil }
    return UInt64(needed - field.count)
  }

  /// Acts on the header that has just been gathered; `end` is the offset after it.
  private mutating func endField(at end: UInt64) {
    switch part {
    case .magicNumber: endMagicNumber()
    case .frameHeader: endFrameHeader(at: end)
    case .blockHeader: endBlockHeader(at: end)
    case .skippableSize:
      jump(over: UInt64(field.word(at: MagicNumber.byteCount)), of: .skippableContent, from: end)
    case .checksum:
      endFrame(at: end, zstdFrame(checksum: field.word(at: 0)))
    case .blockContent, .skippableContent:
      preconditionFailure("content is jumped over, not gathered")
    }
  }

  private mutating func endMagicNumber() {
    switch MagicNumber(field.word(at: 0)) {
    case .zstd:
      part = .frameHeader
      needed = MagicNumber.byteCount + 1
    case .skippable:
      part = .skippableSize
      needed = MagicNumber.byteCount + 4
    case .legacy(let minorVersion):
      settle(.legacyFormat(minorVersion: minorVersion))
    case .unknown:
      settle(.notZstd(firstBytes: field.bytes))
    }
  }

  /// Comes twice: after the descriptor, and after the fields that it announces.
  private mutating func endFrameHeader(at end: UInt64) {
    let descriptor = FrameHeader.Descriptor(field[MagicNumber.byteCount])
    guard !descriptor.hasReservedBit else {
      settle(.corrupt(.reservedBit(offset: end - 1)))
      return
    }
    needed = descriptor.headerByteCount
    guard field.count == needed else { return }
    header = FrameHeader(field)
    blocks = BlockCounts()
    expect(.blockHeader, byteCount: 3)
  }

  private mutating func endBlockHeader(at end: UInt64) {
    let bits = UInt32(field.number(at: 0, byteCount: 3))
    let size = bits >> 3
    isLastBlock = bits & 1 != 0
    var stored = UInt64(size)
    switch bits >> 1 & 3 {
    case 0:
      blocks.raw += 1
    case 1:
      blocks.runLength += 1
      stored = 1
    case 2:
      blocks.compressed += 1
    default:
      settle(.corrupt(.reservedBlockType(offset: end - 3)))
      return
    }
    let limit = header!.blockByteCountLimit
    guard size <= limit else {
      settle(.corrupt(.blockTooLarge(byteCount: size, limit: limit, offset: end - 3)))
      return
    }
    jump(over: stored, of: .blockContent, from: end)
  }

  /// Acts on the end of what a block or a skippable frame holds.
  private mutating func endContent(at end: UInt64) {
    if part == .skippableContent {
      // The field still holds the frame's header: nothing was gathered since.
      let size = field.word(at: MagicNumber.byteCount)
      endFrame(at: end, .skippable(magicNumber: field.word(at: 0), contentByteCount: size))
    } else if !isLastBlock {
      expect(.blockHeader, byteCount: 3)
    } else if header!.hasChecksum {
      expect(.checksum, byteCount: 4)
    } else {
      endFrame(at: end, zstdFrame(checksum: nil))
    }
  }

  /// Keeps the last bytes of a skippable frame, which say what it is.
  private mutating func gatherEnd(_ bytes: borrowing RawSpan, _ range: Range<Int>) {
    if remaining == UInt64(field.word(at: MagicNumber.byteCount)) { lastBytes.removeAll() }
    let before = Int(min(UInt64(range.count), remaining - min(remaining, Frame.Purpose.byteCount)))
    _ = lastBytes.gather(
      bytes, from: range.lowerBound + before, needed: lastBytes.count + range.count - before)
  }

  private func zstdFrame(checksum: UInt32?) -> Frame.Kind {
    .zstd(header!, blocks: blocks, checksum: checksum)
  }

  private mutating func endFrame(at end: UInt64, _ kind: Frame.Kind) {
    var frame = Frame(
      index: endIndex, offset: frameOffset, byteCount: end - frameOffset, kind: kind)
    if case .skippable(let magicNumber, let contentByteCount) = kind {
      frame.purpose = Frame.Purpose(magicNumber, contentByteCount, lastBytes: lastBytes)
    }
    if isListening { ended.append(frame) }
    // The list counts from where it begins.
    frame.index = list.frameCount
    list.append(frame, limit: listLimit)
    expect(.magicNumber, byteCount: MagicNumber.byteCount)
  }

  private mutating func expect(_ part: Trailing.Part, byteCount: Int) {
    self.part = part
    field.removeAll()
    needed = byteCount
  }

  private mutating func jump(over byteCount: UInt64, of part: Trailing.Part, from offset: UInt64) {
    self.part = part
    remaining = byteCount
    if byteCount == 0 { endContent(at: offset) }
  }

  private mutating func settle(_ reason: Trailing.Reason) {
    list.trailing = Trailing(offset: frameOffset, reason: reason)
    isSettled = true
  }
}

/// One block of a frame, by its header.
struct CarvedBlock {
  enum Kind: UInt32 {
    case raw, runLength, compressed
  }

  var kind: Kind
  /// Where its header starts.
  var offset: UInt64
  /// What the header says: bytes of content, or of compressed content.
  var size: UInt64
  var isLast: Bool

  /// Whether it has no content and yet is not the last one, which compressors have no use for. Zeros behind a
  /// magic number read as such blocks.
  var isIdle: Bool { size == 0 && !isLast }

  /// Where it ends.
  var endOffset: UInt64 { offset + 3 + (kind == .runLength ? 1 : size) }
}

/// Why no block can be had at some place.
enum BrokenChain: Error {
  case damage(CarvedFrame.Damage)
  /// The block leaves the range in which the frame must lie.
  case leaves
  case stop(CarvingStop)
}

/// Goes from one block of a frame to the next.
struct BlockChain {
  let header: FrameHeader
  /// The frame must end at or before it.
  let limit: UInt64
  /// Where the next block starts, or after the last one its checksum.
  private(set) var offset: UInt64
  private(set) var blocks = BlockCounts()
  private(set) var isAtEnd = false
  /// How many blocks were idle, and how many of them in a row up to here.
  private(set) var idleCount: UInt64 = 0
  private(set) var idleRun = 0
  private static let idleRunLimit = 3
  /// How much content the blocks can have, by their headers.
  private(set) var leastContent: UInt64 = 0
  private(set) var mostContent: UInt64 = 0

  /// Whether any number of blocks may be idle.
  let allowsIdle: Bool

  init(_ header: FrameHeader, from offset: UInt64, limit: UInt64, allowsIdle: Bool = false) {
    self.header = header
    self.allowsIdle = allowsIdle
    self.offset = offset
    self.limit = limit
  }

  mutating func next(_ input: CarvingInput) throws(BrokenChain) -> CarvedBlock {
    let field: FieldBytes?
    do throws(CarvingStop) {
      field = try input.field(at: offset, byteCount: 3, isFar: true)
    } catch { throw .stop(error) }
    guard let field, offset + 3 <= limit else { throw .leaves }
    let bits = UInt32(field.number(at: 0, byteCount: 3))
    guard let kind = CarvedBlock.Kind(rawValue: bits >> 1 & 3) else {
      throw .damage(.defect(.reservedBlockType(offset: offset)))
    }
    let size = bits >> 3
    let sizeLimit = header.blockByteCountLimit
    guard size <= sizeLimit else {
      throw .damage(
        .defect(.blockTooLarge(byteCount: size, limit: sizeLimit, offset: offset)))
    }
    let block = CarvedBlock(
      kind: kind, offset: offset, size: UInt64(size), isLast: bits & 1 != 0)
    guard block.endOffset <= limit else { throw .leaves }
    guard allowsIdle || !block.isIdle || idleRun < Self.idleRunLimit else {
      throw .damage(.decoding(.corrupt(reason: "one empty block follows the other")))
    }
    idleRun = block.isIdle ? idleRun + 1 : 0
    idleCount += block.isIdle ? 1 : 0
    offset = block.endOffset
    isAtEnd = block.isLast
    switch kind {
    case .raw: blocks.raw += 1
    case .runLength: blocks.runLength += 1
    case .compressed: blocks.compressed += 1
    }
    mostContent += kind == .compressed ? sizeLimit : block.size
    leastContent += kind == .compressed ? min(1, sizeLimit) : block.size
    return block
  }

  /// The checksum behind the last block, if there is one.
  func checksum(_ input: CarvingInput) throws(BrokenChain) -> UInt32? {
    guard header.hasChecksum else { return nil }
    let field: FieldBytes?
    do throws(CarvingStop) {
      field = try input.field(at: offset, byteCount: 4, isFar: true)
    } catch { throw .stop(error) }
    guard let field, offset + 4 <= limit else { throw .leaves }
    return field.word(at: 0)
  }
}

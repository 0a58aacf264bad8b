import FileMapping
import Synchronization

/// A piece of a stream in memory, with the bytes around it that its tiles show.
final class Chunk: @unchecked Sendable {
  // SAFETY: nothing changes after `init` but an atomic.
  private let buffer: Buffer
  /// Where the chunk's own bytes begin in the buffer; before them lie the last of the chunk before.
  private let start: Int
  /// Where its own bytes end; behind them lie the first of the chunk after.
  private let end: Int
  /// Where its own bytes lie in the stream.
  let offset: UInt64
  /// Where the bytes begin that are looked at.
  private let inputStart: UInt64
  /// Whether there may be more bytes than lie behind it.
  private let goesOn: Bool
  private let lanesLeft: Atomic<Int>

  private enum Buffer {
    case array([UInt8])
    case memory(PooledMemory, byteCount: Int)
    case piece(ContentPiece)

    func withBytes<Result>(_ body: (RawSpan) -> Result) -> Result {
      switch self {
      // SAFETY: every byte of an array of UInt8 is initialised.
      case .array(let bytes): body(unsafe bytes.span.bytes)
      // SAFETY: the memory lives for the call, so many bytes of it are filled, and nobody changes them any more.
      case .memory(let memory, let byteCount):
        body(
          unsafe RawSpan(
            _unsafeBytes: UnsafeRawBufferPointer(rebasing: memory.bytes[..<byteCount])))
      // SAFETY: the piece lives for the call, and nobody changes its bytes any more.
      case .piece(let piece): body(unsafe RawSpan(_unsafeBytes: piece.surroundings.bytes))
      }
    }
  }

  /// Where the chunk ends in the stream.
  var endOffset: UInt64 { offset + UInt64(byteCount) }

  /// Number of its own bytes.
  var byteCount: Int { end - start }

  /// Lends bytes of the chunk, by where they lie in the stream.
  ///
  /// - Returns: What the closure returns.
  func withBytes(of range: Range<UInt64>, _ body: (RawSpan) -> Bool) -> Bool {
    let from = start + Int(range.lowerBound - offset)
    return buffer.withBytes { body($0.extracting(from..<from + range.count)) }
  }

  /// Fills a chunk.
  ///
  /// - Parameters:
  ///   - previous: The chunk before it; nil for the first.
  ///   - inputStart: Where the first chunk lies.
  ///   - byteCount: How many bytes it shall have, if the stream has them.
  ///   - laneCount: How many lanes will release it.
  ///   - handsOutLines: Whether it may end behind a newline, whatever follows.
  ///   - fill: Reads as much as the buffer has room for, or up to the end of the stream, or until it pauses and the closure
  ///     says of how much was read that it will do; says how much that was, and whether it pauses.
  /// - Returns: nil if the stream has ended.
  init?(
    after previous: Chunk?, from inputStart: UInt64, byteCount: Int, laneCount: Int,
    handsOutLines: Bool,
    fill: (UnsafeMutableRawBufferPointer, (Int) -> Bool) throws(MappingError) -> (
      byteCount: Int, isPause: Bool
    )
  ) throws(MappingError) {
    let memory = PooledMemory(byteCount: Tile.reach + byteCount + Tile.reach)
    let (keptCount, start) = unsafe previous?.copyEnd(to: memory.bytes) ?? (0, 0)
    let room = unsafe UnsafeMutableRawBufferPointer(
      rebasing: memory.bytes[keptCount..<start + byteCount + Tile.reach])
    // Where it ends if the stream pauses.
    var pause: Int?
    var lines = LineEnds(start)
    let (filledCount, isPause) = try unsafe fill(room) { filled in
      let end = keptCount + filled
      // SAFETY: so many bytes were copied or filled.
      if handsOutLines {
        unsafe lines.advance(over: UnsafeRawBufferPointer(rebasing: memory.bytes[..<end]))
      }
      pause = max(lines.last, end - Tile.reach)
      return pause! > start
    }
    if !isPause { pause = nil }
    let count = keptCount + filledCount
    end = pause ?? min(start + byteCount, count)
    guard start < end else { return nil }
    goesOn = pause != nil
    // What is held of a stream of few bytes must not take the room of many.
    buffer =
      goesOn && count < byteCount / 2
      ? .array(unsafe Array(memory.bytes[..<count])) : .memory(memory, byteCount: count)
    self.start = start
    offset = previous?.endOffset ?? inputStart
    self.inputStart = inputStart
    lanesLeft = Atomic(laneCount)
  }

  /// Makes a chunk of a part of a piece that has its margins.
  init(
    _ piece: ContentPiece, _ part: Range<Int>, offset: UInt64, from inputStart: UInt64,
    laneCount: Int
  ) {
    self.inputStart = inputStart
    buffer = .piece(piece)
    let first = unsafe piece.surroundings.content.lowerBound
    (start, end) = (first + part.lowerBound, first + part.upperBound)
    self.offset = offset
    goesOn = false
    lanesLeft = Atomic(laneCount)
  }

  /// Joins small pieces of a stream, for whoever looks back.
  ///
  /// - Returns: nil if they are not small, or are no neighbours.
  init?(joining first: Chunk, _ second: Chunk, upTo byteCount: Int) {
    guard first.endOffset == second.offset, first.byteCount + second.byteCount <= byteCount
    else { return nil }
    if case .piece = first.buffer { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(first.byteCount + second.byteCount)
    first.append(first.start..<first.end, to: &bytes)
    second.append(second.start..<second.end, to: &bytes)
    buffer = .array(bytes)
    (start, end) = (0, first.byteCount + second.byteCount)
    (offset, inputStart) = (first.offset, first.inputStart)
    goesOn = true
    lanesLeft = Atomic(0)
  }

  /// Copies its last bytes, and what lies behind them, for the chunk after it.
  ///
  /// - Returns: How many bytes that are, and how many of them lie before its end.
  private func copyEnd(to memory: UnsafeMutableRawBufferPointer) -> (count: Int, own: Int) {
    let first = max(0, end - Tile.reach)
    let count = buffer.withBytes { bytes in
      let shown = bytes.extracting(first..<bytes.byteCount)
      // SAFETY: the chunk was made with room behind its last bytes for no more than those that a tile shows.
      unsafe shown.withUnsafeBytes { unsafe memory.copyMemory(from: $0) }
      return shown.byteCount
    }
    return (count, end - first)
  }

  private func append(_ range: Range<Int>, to bytes: inout [UInt8]) {
    buffer.withBytes { span in
      // SAFETY: the bytes are lent for the call, and copied.
      unsafe span.extracting(range).withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    }
  }

  /// Lends the chunk's bytes tile by tile until the closure says to stop.
  func forEachTile(ofByteCount byteCount: Int, _ body: (borrowing Tile) -> Bool) {
    buffer.withBytes { surroundings in
      var index = start
      while index < end {
        let next = min(end, index + byteCount)
        let tile = Tile(
          surroundings: surroundings, start: index, end: next,
          offset: offset + UInt64(index - start), inputStart: inputStart, goesOn: goesOn)
        guard body(tile) else { return }
        index = next
      }
    }
  }

  /// Notes that a lane is done with it; true for the last one.
  func release() -> Bool { lanesLeft.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 }
}

/// Where the last line ends of bytes that come one after the other.
private struct LineEnds {
  private var seen: Int
  /// The index after the last newline; 0 if there is none.
  private(set) var last = 0

  /// - Parameter start: The first byte that counts.
  init(_ start: Int) { seen = start }

  /// Looks at those that were not seen before.
  mutating func advance(over bytes: UnsafeRawBufferPointer) {
    var index = bytes.count
    while index > seen {
      index -= 1
      if unsafe bytes[index] == 10 {
        last = index + 1
        break
      }
    }
    seen = max(seen, bytes.count)
  }
}

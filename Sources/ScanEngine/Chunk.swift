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
    case piece(ContentPiece)

    func withBytes<Result>(_ body: (RawSpan) -> Result) -> Result {
      switch self {
      // SAFETY: every byte of an array of UInt8 is initialised.
      case .array(let bytes): body(unsafe bytes.span.bytes)
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
    var kept: ArraySlice<UInt8> = []
    if let previous, case .array(let bytes) = previous.buffer {
      kept = bytes[max(0, previous.end - Tile.reach)...]
    }
    let start = previous.map { $0.end - kept.startIndex } ?? 0
    var failure: MappingError?
    // Where it ends if the stream pauses.
    var pause: Int?
    // SAFETY: exactly the bytes that were copied or filled are declared to be initialised.
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: start + byteCount + Tile.reach) {
      bytes, filled in
      let room = UnsafeMutableRawBufferPointer(bytes)
      unsafe room.copyBytes(from: kept)
      do throws(MappingError) {
        let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: room[kept.count...])
        var lines = LineEnds(start)
        let (count, isPause) = try unsafe fill(rest) { filled in
          let end = kept.count + filled
          // SAFETY: so many bytes were copied or filled.
          if handsOutLines {
            unsafe lines.advance(over: UnsafeRawBufferPointer(rebasing: room[..<end]))
          }
          pause = max(lines.last, end - Tile.reach)
          return pause! > start
        }
        filled = kept.count + count
        if !isPause { pause = nil }
      } catch { failure = error }
    }
    goesOn = pause != nil
    // What is held of a stream of few bytes must not take the room of many.
    buffer = .array(goesOn && bytes.count < byteCount / 2 ? bytes.map { $0 } : bytes)
    self.start = start
    end = pause ?? min(start + byteCount, bytes.count)
    offset = previous?.endOffset ?? inputStart
    self.inputStart = inputStart
    lanesLeft = Atomic(laneCount)
    if let failure { throw failure }
    guard start < end else { return nil }
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
    guard case .array(let before) = first.buffer, case .array(let after) = second.buffer,
      first.endOffset == second.offset, first.byteCount + second.byteCount <= byteCount
    else { return nil }
    buffer = .array(Array(before[first.start..<first.end]) + after[second.start..<second.end])
    (start, end) = (0, first.byteCount + second.byteCount)
    (offset, inputStart) = (first.offset, first.inputStart)
    goesOn = true
    lanesLeft = Atomic(0)
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

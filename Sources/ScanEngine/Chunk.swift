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
  ///   - byteCount: How many bytes it shall have, if the stream has them.
  ///   - laneCount: How many lanes will release it.
  ///   - fill: Reads as much as the buffer has room for, or up to the end of the stream, and says how
  ///     much that was.
  /// - Returns: nil if the stream has ended.
  init?(
    after previous: Chunk?, byteCount: Int, laneCount: Int,
    fill: (UnsafeMutableRawBufferPointer) throws(MappingError) -> Int
  ) throws(MappingError) {
    var kept: ArraySlice<UInt8> = []
    if let previous, case .array(let bytes) = previous.buffer {
      kept = bytes[max(0, previous.end - Tile.reach)...]
    }
    let start = previous.map { $0.end - kept.startIndex } ?? 0
    var failure: MappingError?
    // SAFETY: exactly the bytes that were copied or filled are declared to be initialised.
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: start + byteCount + Tile.reach) {
      bytes, filled in
      let room = UnsafeMutableRawBufferPointer(bytes)
      unsafe room.copyBytes(from: kept)
      do throws(MappingError) {
        let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: room[kept.count...])
        filled = try unsafe kept.count + fill(rest)
      } catch { failure = error }
    }
    buffer = .array(bytes)
    self.start = start
    end = min(start + byteCount, bytes.count)
    offset = previous?.endOffset ?? 0
    lanesLeft = Atomic(laneCount)
    if let failure { throw failure }
    guard start < end else { return nil }
  }

  /// Makes a chunk of a part of a piece that has its margins.
  init(_ piece: ContentPiece, _ part: Range<Int>, offset: UInt64, laneCount: Int) {
    buffer = .piece(piece)
    let first = unsafe piece.surroundings.content.lowerBound
    (start, end) = (first + part.lowerBound, first + part.upperBound)
    self.offset = offset
    lanesLeft = Atomic(laneCount)
  }

  /// Lends the chunk's bytes tile by tile until the closure says to stop.
  func forEachTile(ofByteCount byteCount: Int, _ body: (borrowing Tile) -> Bool) {
    buffer.withBytes { surroundings in
      var index = start
      while index < end {
        let next = min(end, index + byteCount)
        let tile = Tile(
          surroundings: surroundings, start: index, end: next,
          offset: offset + UInt64(index - start))
        guard body(tile) else { return }
        index = next
      }
    }
  }

  /// Notes that a lane is done with it; true for the last one.
  func release() -> Bool { lanesLeft.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 }
}

import Dispatch
import FileMapping
import Synchronization

/// A piece of a stream in memory, with the bytes around it that its tiles show.
final class Chunk: @unchecked Sendable {
  // SAFETY: nothing changes after `init` but an atomic.
  private let buffer: [UInt8]
  /// Where the chunk's own bytes begin in the buffer; before them lie the last of the chunk before.
  private let start: Int
  /// Where its own bytes end; behind them lie the first of the chunk after.
  private let end: Int
  /// Where its own bytes lie in the stream.
  let offset: UInt64
  private let lanesLeft: Atomic<Int>

  /// Where the chunk ends in the stream.
  var endOffset: UInt64 { offset + UInt64(end - start) }

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
    let kept = previous.map { $0.buffer[max(0, $0.end - Tile.reach)...] } ?? []
    let start = previous.map { $0.end - kept.startIndex } ?? 0
    var failure: MappingError?
    // SAFETY: exactly the bytes that were copied or filled are declared to be initialised.
    buffer = unsafe [UInt8](unsafeUninitializedCapacity: start + byteCount + Tile.reach) {
      bytes, filled in
      let room = UnsafeMutableRawBufferPointer(bytes)
      unsafe room.copyBytes(from: kept)
      do throws(MappingError) {
        let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: room[kept.count...])
        filled = try unsafe kept.count + fill(rest)
      } catch { failure = error }
    }
    self.start = start
    end = min(start + byteCount, buffer.count)
    offset = previous?.endOffset ?? 0
    lanesLeft = Atomic(laneCount)
    if let failure { throw failure }
    guard start < end else { return nil }
  }

  /// Lends the chunk's bytes tile by tile until the closure says to stop.
  func forEachTile(ofByteCount byteCount: Int, _ body: (borrowing Tile) -> Bool) {
    let buffer = self.buffer
    // SAFETY: every byte of an array of UInt8 is initialised.
    let surroundings = unsafe buffer.span.bytes
    var index = start
    while index < end {
      let next = min(end, index + byteCount)
      let tile = Tile(
        surroundings: surroundings, start: index, end: next, offset: offset + UInt64(index - start))
      guard body(tile) else { return }
      index = next
    }
  }

  /// Notes that a lane is done with it; true for the last one.
  func release() -> Bool { lanesLeft.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 }
}

/// A lane of a stream: sees every chunk in order.
final class StreamLane: @unchecked Sendable {
  // SAFETY: everything mutable is only touched on `queue`, and read by others after they have
  // waited for it.
  private let queue: DispatchQueue
  private let tileByteCount: Int
  private let control: ScanControl
  private let idle = Atomic<Bool>(false)
  private(set) var riders: Riders
  private(set) var stop: Stop?

  init(index: Int, riders: Riders, tileByteCount: Int, control: ScanControl) {
    queue = DispatchQueue(label: "mmscan.stream.\(index)")
    self.riders = riders
    self.tileByteCount = tileByteCount
    self.control = control
  }

  /// Whether the lane needs no more bytes.
  var isIdle: Bool { idle.load(ordering: .relaxed) }

  /// Works on a chunk later, after those before it, and then calls `done`.
  func take(_ chunk: Chunk, done: @escaping @Sendable () -> Void) {
    queue.async {
      if !self.isIdle {
        chunk.forEachTile(ofByteCount: self.tileByteCount) { tile in
          self.stop = self.riders.update(tile)
          let needsMore = self.stop == nil && !self.riders.isSettled
          if !needsMore { self.idle.store(true, ordering: .relaxed) }
          return needsMore && !self.control.isStopped
        }
      }
      done()
    }
  }

  /// Waits until every chunk that was taken is worked on.
  func wait() { queue.sync {} }
}

/// Reads a stream into chunks and hands each to every lane.
struct StreamReader {
  /// Bytes of the stream that may wait for lanes at one time.
  static let memoryByteCount = 16 << 20

  let file: Source.Stream
  let lanes: [StreamLane]
  let chunkByteCount: Int
  let control: ScanControl
  let progress: (@Sendable (ScanProgress) -> Void)?

  /// Reads to the end, or until no lane needs more, or until somebody stops it. Returns when the
  /// lanes are done with what was read.
  ///
  /// - Returns: How many bytes were handed out, and what went wrong.
  func run() -> (byteCount: UInt64, failure: MappingError?) {
    let room = DispatchSemaphore(value: max(2, StreamReader.memoryByteCount / chunkByteCount))
    var last: Chunk?
    var failure: MappingError?
    var left = file.limit ?? .max
    while !control.isStopped, lanes.contains(where: { !$0.isIdle }) {
      do throws(MappingError) {
        guard
          let chunk = try unsafe Chunk(
            after: last, byteCount: chunkByteCount, laneCount: lanes.count,
            fill: { buffer throws(MappingError) in try unsafe fill(buffer, &left) })
        else { break }
        room.wait()
        for lane in lanes {
          lane.take(chunk) { if chunk.release() { room.signal() } }
        }
        last = chunk
        progress?(ScanProgress(bytesDone: chunk.endOffset, byteCount: nil))
      } catch {
        failure = error
        break
      }
    }
    for lane in lanes { lane.wait() }
    return (last?.endOffset ?? 0, failure)
  }

  /// Reads until the buffer is full, or `left` bytes were read, or the stream ends.
  private func fill(
    _ buffer: UnsafeMutableRawBufferPointer, _ left: inout UInt64
  ) throws(MappingError) -> Int {
    let wanted = Int(min(UInt64(buffer.count), left))
    var filled = 0
    while filled < wanted, !control.isStopped {
      let came = try unsafe file.file.read(
        into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled..<wanted]))
      if came == 0 { break }
      filled += came
    }
    left -= UInt64(filled)
    return filled
  }
}

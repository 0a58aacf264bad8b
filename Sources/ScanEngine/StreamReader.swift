import Dispatch
import FileMapping
import Synchronization

/// Reads a stream into chunks and hands each to every lane.
struct StreamReader {
  /// Bytes of the stream that may wait for lanes at one time.
  static let memoryByteCount = 16 << 20

  let file: Source.Stream
  let lanes: [StreamLane]
  let chunkByteCount: Int
  let control: ScanControl
  let glimpse: Glimpse
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
        progress?(ScanProgress(bytesDone: chunk.endOffset, ordered: glimpse))
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
      if came == 0 {
        // A terminal would wait for a second end.
        left = UInt64(filled)
        break
      }
      filled += came
    }
    left -= UInt64(filled)
    return filled
  }
}

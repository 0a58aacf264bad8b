import Dispatch
import FileMapping
import Synchronization

/// Reads a stream into chunks and hands each to every lane.
struct StreamReader {
  /// Bytes of the stream that may wait for lanes at one time; fewer where a control group has little memory.
  static let memoryByteCount = ProcessLimits.memoryShare(8, upTo: 16 << 20)

  let file: Source.Stream
  let lanes: [StreamLane]
  /// Whether lines are handed out before the bytes behind them are there.
  let handsOutLines: Bool
  let chunkByteCount: Int
  let control: ScanControl
  let glimpse: Glimpse
  let progress: (@Sendable (ScanProgress) -> Void)?

  /// Reads to the end, or until no lane needs more, or one has failed, or until somebody stops it. Returns when the
  /// lanes are done with what was read.
  ///
  /// - Returns: How many bytes were handed out, and which byte could not be read.
  func run() -> (byteCount: UInt64, failure: (offset: UInt64, error: MappingError)?) {
    let room = DispatchSemaphore(value: max(2, StreamReader.memoryByteCount / chunkByteCount))
    var last: Chunk?
    var failure: MappingError?
    var left = file.limit ?? .max
    do throws(MappingError) { try skip(&left) } catch { failure = error }
    while failure == nil, !isOver {
      do throws(MappingError) {
        guard
          let chunk = try unsafe Chunk(
            after: last, from: file.start, byteCount: chunkByteCount, laneCount: lanes.count,
            handsOutLines: handsOutLines,
            fill: { buffer, mayPause throws(MappingError) in
              try unsafe fill(buffer, &left, mayPause)
            })
        else { break }
        // Of what came until somebody asked to stop, nobody knows whether it is whole.
        guard !isOver else { break }
        room.wait()
        for lane in lanes {
          lane.take(chunk) { if chunk.release() { room.signal() } }
        }
        last = chunk
        progress?(ScanProgress(bytesDone: chunk.endOffset - file.start, ordered: glimpse))
      } catch {
        failure = error
        break
      }
    }
    for lane in lanes { lane.wait() }
    return (
      (last?.endOffset ?? file.start) - file.start,
      failure.map { ((file.limit ?? .max) - left, $0) }
    )
  }

  /// Whether nobody waits for more: lanes may find that out while the stream pauses.
  private var isOver: Bool {
    control.isStopped || lanes.allSatisfy(\.isIdle) || lanes.contains(where: \.hasFailed)
  }

  /// Drops what lies before the first byte that is wanted.
  private func skip(_ left: inout UInt64) throws(MappingError) {
    guard file.start > 0 else { return }
    // Nobody has to read up to an end to know that nothing lies behind it.
    if let end = file.knownEnd, end <= file.start {
      left = 0
      return
    }
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkByteCount, alignment: 64)
    defer { unsafe piece.deallocate() }
    var rest = file.start
    while rest > 0, left > 0, !control.isStopped {
      guard try file.waitForBytes(unless: { control.isStopped }) else { return }
      var wanted = min(rest, left)
      let count = Int(min(wanted, UInt64(piece.count)))
      wanted = UInt64(
        try unsafe file.file.readNow(into: UnsafeMutableRawBufferPointer(rebasing: piece[..<count]))
      )
      if wanted == 0 {
        left = 0
        return
      }
      rest -= wanted
      left -= wanted
    }
  }

  /// How long more is awaited before a stream pauses, in milliseconds.
  private static let pause: CInt = 1
  /// How many reads may come one after the other without a pause: whoever writes little and often never pauses, and
  /// whoever writes much only seems to.
  private static let readLimit = 64

  /// Reads until the buffer is full, or `left` bytes were read, or the stream ends, or pauses.
  ///
  /// - Parameter mayPause: Whether it pays to stop after so many bytes. Asked when the stream pauses.
  /// - Returns: How much was read, and whether the stream pauses.
  private func fill(
    _ buffer: UnsafeMutableRawBufferPointer, _ left: inout UInt64, _ mayPause: (Int) -> Bool
  ) throws(MappingError) -> (byteCount: Int, isPause: Bool) {
    let wanted = Int(min(UInt64(buffer.count), left))
    var filled = 0
    var isPause = false
    var readCount = 0
    while filled < wanted, !isOver {
      var isReady = false
      if readCount < Self.readLimit { isReady = try file.file.hasBytes(within: Self.pause) }
      if !isReady {
        isPause = mayPause(filled)
        if isPause { break }
        guard try file.waitForBytes(unless: { isOver }) else { break }
        readCount = 0
      }
      readCount += 1
      let came = try unsafe file.file.readNow(
        into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled..<wanted]))
      if came == 0 {
        // A terminal would wait for a second end.
        left = 0
        break
      }
      filled += came
      left -= UInt64(came)
    }
    return (filled, isPause)
  }
}

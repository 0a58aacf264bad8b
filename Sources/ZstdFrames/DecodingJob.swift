import Dispatch
import ScanEngine

/// Frames that one worker decodes: some whole ones, or one that is still being read.
final class DecodingJob: @unchecked Sendable {
  // SAFETY: `slices` and `isClosed` are only touched on `queue`; the rest does not change.
  private let queue = DispatchQueue(label: "mmscan.decoding-job")
  /// Whole frames, and where they start in the only slice.
  private let frames: [(frame: Frame, start: Int)]
  /// Where the open frame starts in the input.
  private let offset: UInt64
  private let openHeader: FrameHeader?
  private let openIndex: UInt64
  private var slices: [[UInt8]] = []
  private var isClosed = false
  private var spare: [UInt8]?
  private let arrived = DispatchSemaphore(value: 0)
  private let room = DispatchSemaphore(value: 0)

  /// How many slices of a frame that is still being read may wait.
  private static let sliceLimit = 16

  /// Whole frames.
  init(_ bytes: [UInt8], _ frames: [(frame: Frame, start: Int)]) {
    self.frames = frames
    offset = 0
    (openHeader, openIndex) = (nil, 0)
    slices = [bytes]
    isClosed = true
  }

  /// A frame whose bytes come later.
  init(open header: FrameHeader, index: UInt64, offset: UInt64) {
    frames = []
    self.offset = offset
    (openHeader, openIndex) = (header, index)
    for _ in 0..<DecodingJob.sliceLimit { room.signal() }
  }

  /// Adds bytes of the open frame; waits while many of them are not decoded yet.
  func append(_ bytes: [UInt8], isEnd: Bool) {
    room.wait()
    queue.sync {
      slices.append(bytes)
      isClosed = isEnd
    }
    arrived.signal()
  }

  /// The next bytes; nil after the last.
  private func nextSlice() -> [UInt8]? {
    if openHeader != nil {
      if queue.sync(execute: { isClosed && slices.isEmpty }) { return nil }
      arrived.wait()
      defer { room.signal() }
      return queue.sync { slices.removeFirst() }
    }
    return slices.popLast()
  }

  /// The buffer of whole frames, once they are decoded.
  func takeBuffer() -> [UInt8]? {
    defer { spare = nil }
    return spare
  }

  /// Decodes everything.
  func run(with decoder: inout FrameDecoder, into output: DecodedOutput) throws(DecodingFailure) {
    if let openHeader {
      defer { drain() }
      output.beginFrame(openIndex)
      try begin(openHeader, openIndex, offset, with: &decoder)
      var steps = Steps(openHeader, index: openIndex, offset: offset)
      while let slice = nextSlice(), !output.isSettled {
        try decode(slice, 0..<slice.count, &steps, with: &decoder, output)
      }
      if !steps.isEnd, !output.isSettled { throw error(.truncated, openIndex, offset) }
      return
    }
    let bytes = nextSlice()!
    defer { spare = bytes }
    for (frame, start) in frames where !output.isSettled {
      guard let header = frame.header else { continue }
      output.beginFrame(frame.index)
      if decodeWhole(frame, header, bytes, at: start, with: &decoder, output) { continue }
      try begin(header, frame.index, frame.offset, with: &decoder)
      var steps = Steps(header, index: frame.index, offset: frame.offset)
      try decode(
        bytes, start..<start + Int(frame.byteCount), &steps, with: &decoder, output)
      if !steps.isEnd, !output.isSettled {
        throw error(.corrupt(reason: "it goes on behind its last block"), frame.index, frame.offset)
      }
    }
  }

  /// Decodes a frame at once, if that can be done.
  ///
  /// - Returns: Whether it was decoded. A frame with an error is not: in steps, what comes before the error
  ///   comes out.
  private func decodeWhole(
    _ frame: Frame, _ header: FrameHeader, _ bytes: [UInt8], at start: Int,
    with decoder: inout FrameDecoder, _ output: DecodedOutput
  ) -> Bool {
    let limit = UInt64(DecodedOutput.wholeLimit)
    // How much an undeclared content needs is a guess; small frames seldom hold much.
    let byteCount = header.contentByteCount ?? (frame.byteCount < 64 << 10 ? 512 << 10 : limit)
    guard byteCount <= limit else { return false }
    do throws(DecodingError) {
      return try unsafe output.writeWhole(
        upTo: frame.offset + frame.byteCount, byteCount: max(1, Int(byteCount))
      ) { room throws(DecodingError) in
        try unsafe decoder.decodeWhole(
          header, bytes, start..<start + Int(frame.byteCount), into: room)
      }
    } catch { return false }
  }

  private func begin(
    _ header: FrameHeader, _ index: UInt64, _ offset: UInt64, with decoder: inout FrameDecoder
  ) throws(DecodingFailure) {
    do throws(DecodingError) { try decoder.begin(header) } catch {
      throw self.error(error, index, offset)
    }
  }

  /// How far a frame is decoded that is decoded in steps.
  private struct Steps {
    let header: FrameHeader
    let index: UInt64
    /// Where it starts in the input.
    let offset: UInt64
    /// Where the bytes of the input end that were used.
    var consumed: UInt64
    var produced: UInt64 = 0
    var isEnd = false

    init(_ header: FrameHeader, index: UInt64, offset: UInt64) {
      (self.header, self.index, self.offset) = (header, index, offset)
      consumed = offset
    }
  }

  private func decode(
    _ bytes: [UInt8], _ range: Range<Int>, _ steps: inout Steps, with decoder: inout FrameDecoder,
    _ output: DecodedOutput
  ) throws(DecodingFailure) {
    var position = range.lowerBound
    // Content may still be inside the decoder when all bytes are in.
    var isFull = false
    do throws(DecodingError) {
      while !steps.isEnd, position < range.upperBound || isFull, !output.isSettled {
        try unsafe output.write(upTo: steps.consumed) { room throws(DecodingError) in
          let step = try unsafe decoder.decode(bytes, position..<range.upperBound, into: room)
          position += step.consumed
          steps.consumed += UInt64(step.consumed)
          steps.produced += UInt64(step.produced)
          (steps.isEnd, isFull) = (step.isEnd, step.produced == room.count)
          return step.produced
        }
      }
      if steps.isEnd, position < range.upperBound {
        throw DecodingError.corrupt(reason: "it ends before its last block does")
      }
      // libzstd does not compare them when the last block is empty.
      if steps.isEnd, let declared = steps.header.contentByteCount, declared != steps.produced {
        throw DecodingError.contentSizeMismatch(declared: declared)
      }
    } catch { throw self.error(error, steps.index, steps.offset) }
  }

  private func error(_ error: DecodingError, _ index: UInt64, _ offset: UInt64) -> DecodingFailure {
    DecodingFailure(error: error, index: index, offset: offset)
  }

  /// Takes what nobody wants, so that nobody waits for it to be taken.
  private func drain() { while nextSlice() != nil {} }
}

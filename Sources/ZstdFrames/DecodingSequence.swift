import Dispatch
import ScanEngine
import Synchronization

/// Has jobs done side by side, and puts what they decode in order.
final class DecodingSequence: @unchecked Sendable {
  // SAFETY: everything mutable is only touched on `queue`, or atomic.
  private let queue = DispatchQueue(label: "mmscan.decoding-sequence")
  private let settings: DecodingSettings
  private let frames: ContentFrames
  let sink: ContentSink
  private var idle: [Worker]
  private let idleCount = DispatchSemaphore(value: 0)
  /// Jobs whose content is not all with the sink: what waits there must not add up.
  private let room = DispatchSemaphore(value: 0)
  /// Buffers that jobs are done with.
  private var spare: [[UInt8]] = []
  private let group = DispatchGroup()
  /// How many jobs there were, and which of them comes next in the content.
  private var jobCount = 0
  private var next = 0
  /// What later jobs have decoded already.
  private var waiting: [Int: [Event]] = [:]
  private var contentByteCount: UInt64
  private var firstFailure: DecodingFailure?
  private let hasFailed = Atomic<Bool>(false)

  private final class Worker: @unchecked Sendable {
    // SAFETY: the decoder is only touched on the queue.
    let queue: DispatchQueue
    var decoder: FrameDecoder

    init(_ number: Int, _ settings: DecodingSettings) {
      queue = DispatchQueue(label: "mmscan.decoder.\(number)")
      decoder = FrameDecoder(settings)
    }

    func run(_ job: DecodingJob, into output: DecodedOutput) -> DecodingFailure? {
      do throws(DecodingFailure) { try job.run(with: &decoder, into: output) } catch {
        return error
      }
      return nil
    }
  }

  private enum Event {
    case content(ContentPiece?, [ContentFrames.Start], upTo: UInt64)
    case end(DecodingFailure?)
  }

  init(
    _ settings: DecodingSettings, _ frames: ContentFrames, into sink: ContentSink,
    from offset: UInt64
  ) {
    self.settings = settings
    self.frames = frames
    self.sink = sink
    contentByteCount = offset
    idle = (0..<sink.jobs).map { Worker($0, settings) }
    for _ in idle { idleCount.signal() }
    for _ in 0...sink.jobs { room.signal() }
  }

  /// Why there is no more content; nil if there is.
  var failure: DecodingFailure? {
    hasFailed.load(ordering: .acquiring) ? queue.sync { firstFailure } : nil
  }

  /// Whether nobody needs what is decoded from now on.
  var isSettled: Bool { sink.isSettled || hasFailed.load(ordering: .relaxed) }

  /// Has a job done; waits while all workers have one.
  func start(_ job: DecodingJob) {
    room.wait()
    idleCount.wait()
    let (worker, number) = queue.sync {
      defer { jobCount += 1 }
      return (idle.removeLast(), jobCount)
    }
    group.enter()
    worker.queue.async {
      let output = DecodedOutput(number, self, self.settings)
      let failure = worker.run(job, into: output)
      output.flush()
      let spare = job.takeBuffer()
      self.queue.async {
        if let spare { self.spare.append(spare) }
        self.take(.end(failure), of: number)
        self.idle.append(worker)
        self.idleCount.signal()
        self.group.leave()
      }
    }
  }

  /// An empty buffer for compressed bytes.
  func buffer() -> [UInt8] {
    var buffer = queue.sync { spare.popLast() ?? [] }
    buffer.removeAll(keepingCapacity: true)
    return buffer
  }

  /// Takes content of a job; before those of other jobs that come earlier it waits.
  func take(
    _ piece: ContentPiece?, _ starts: [ContentFrames.Start], of number: Int, upTo offset: UInt64
  ) {
    queue.async { self.take(.content(piece, starts, upTo: offset), of: number) }
  }

  /// Waits until every job is done and the sink has what it decoded.
  func wait() { group.wait() }

  private func take(_ event: Event, of number: Int) {
    guard number == next else {
      waiting[number, default: []].append(event)
      return
    }
    pass(event)
    while let events = waiting.removeValue(forKey: next) {
      for event in events { pass(event) }
    }
  }

  private func pass(_ event: Event) {
    switch event {
    case .content(let piece, let starts, let offset):
      guard firstFailure == nil, !sink.hasAll else { return }
      let base = contentByteCount - jobContentByteCount
      frames.append(
        starts.map { ContentFrames.Start(contentOffset: base + $0.contentOffset, index: $0.index) },
        upTo: contentByteCount + UInt64(piece?.byteCount ?? 0))
      guard let piece else { return }
      contentByteCount += UInt64(piece.byteCount)
      jobContentByteCount += UInt64(piece.byteCount)
      let limit = settings.contentLimit(afterReading: offset)
      guard min(contentByteCount, sink.range.upperBound) <= limit else {
        return fail(DecodingFailure(error: .contentTooLarge(limit: limit), offset: offset))
      }
      sink.append(piece)
    case .end(let failure):
      next += 1
      room.signal()
      jobContentByteCount = 0
      // How far somebody came behind what is wanted is an accident.
      if let failure, firstFailure == nil, !sink.hasAll { fail(failure) }
    }
  }

  /// What the job that is next has given.
  private var jobContentByteCount: UInt64 = 0

  private func fail(_ failure: DecodingFailure) {
    firstFailure = failure
    frames.note(failure.error)
    hasFailed.store(true, ordering: .releasing)
  }
}

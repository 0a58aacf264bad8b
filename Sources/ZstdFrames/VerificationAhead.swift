import Dispatch
import FileMapping
import ScanEngine
import Synchronization

/// Decodes frames of a file before it is their turn, side by side.
///
/// It goes from frame to frame by block headers. What it says of a frame that is sound is what
/// ``FrameExaminer`` would say; of others it says only that they are not.
final class VerificationAhead: @unchecked Sendable {
  // SAFETY: `next` and `end` are called by one thread; jobs touch only their own worker and group.
  private let control: ScanControl
  private let walker: CarvingInput
  private let headers: FrameExaminer
  private var idle: [Worker] = []
  private var groups: [Group] = []
  /// Where the walk goes on.
  private var offset: UInt64 = 0
  private let done = DispatchSemaphore(value: 0)
  /// How many compressed bytes were decoded since it began at ``base``.
  private let decoded = Atomic<UInt64>(0)
  private var base: UInt64 = 0

  /// Neighbouring frames are decoded by one worker until they have this many compressed bytes.
  private static let groupByteCount: UInt64 = 256 << 10
  private static let groupCount = 4096
  private static let groupsPerJob = 2

  private final class Worker: @unchecked Sendable {
    // SAFETY: everything is only touched on the queue.
    let queue: DispatchQueue
    let input: CarvingInput
    let examiner: FrameExaminer

    init(_ number: Int, _ recall: Recall, _ settings: DecodingSettings, _ control: ScanControl) {
      queue = DispatchQueue(label: "mmscan.verifier.\(number)")
      input = CarvingInput(recall) { control.isStopped }
      examiner = FrameExaminer(input, settings)
    }
  }

  /// Neighbouring frames.
  private final class Group: @unchecked Sendable {
    // SAFETY: `frames` and `stop` are the job's until it sets `isDone`, and `worker` is never touched by it.
    var frames: [SoundFrame]
    var stop: CarvingStop?
    /// Where the first frame lies.
    let offset: UInt64
    let isDone = Atomic<Bool>(false)
    var worker: Worker?
    init(_ frames: [SoundFrame]) { (self.frames, offset) = (frames, frames[0].offset) }
  }

  init(
    _ source: Source, _ settings: DecodingSettings, jobs: Int, _ control: ScanControl
  ) throws(MappingError) {
    self.control = control
    walker = try CarvingInput(source, control)
    headers = FrameExaminer(walker, settings)
    for number in 0..<jobs {
      idle.append(Worker(number, try Recall(of: source), settings, control))
    }
    jobCount = jobs
    for worker in idle {
      worker.examiner.onDecoded = { [unowned self] count in
        decoded.add(count, ordering: .relaxed)
      }
    }
  }

  private let jobCount: Int

  /// The frames from an offset on, as far as they were decoded.
  ///
  /// - Returns: At least one; nil if none can be told apart by headers there.
  func next(
    from offset: UInt64, progress: (ScanProgress) -> Void
  ) throws(CarvingStop) -> [SoundFrame]? {
    if groups.first.map({ $0.offset != offset }) ?? true {
      // Somebody went another way.
      end()
      (self.offset, base) = (offset, offset)
      decoded.store(0, ordering: .relaxed)
    }
    try fill()
    guard let first = groups.first else { return nil }
    while !first.isDone.load(ordering: .acquiring) {
      if done.wait(timeout: .now() + .milliseconds(100)) == .success { collect() }
      try fill()
      progress(
        ScanProgress(
          bytesDone: min(walker.byteCount, base + decoded.load(ordering: .relaxed)),
          byteCount: walker.byteCount))
    }
    collect()
    groups.removeFirst()
    if let stop = first.stop { throw stop }
    return first.frames
  }

  /// Waits until nobody decodes anything.
  func end() {
    for group in groups {
      while !group.isDone.load(ordering: .acquiring) {
        _ = done.wait(timeout: .now() + .milliseconds(10))
      }
    }
    collect()
    groups = []
  }

  /// Takes back the workers that are done.
  private func collect() {
    for group in groups where group.isDone.load(ordering: .acquiring) {
      if let worker = group.worker { idle.append(worker) }
      group.worker = nil
    }
  }

  private func fill() throws(CarvingStop) {
    while !idle.isEmpty, groups.count < Self.groupsPerJob * jobCount {
      guard let frames = try nextGroup() else { return }
      let group = Group(frames)
      let worker = idle.removeLast()
      group.worker = worker
      groups.append(group)
      worker.queue.async {
        do throws(CarvingStop) { try self.decode(group, worker) } catch { group.stop = error }
        group.isDone.store(true, ordering: .releasing)
        self.done.signal()
      }
    }
  }

  /// The next frames by their headers.
  private func nextGroup() throws(CarvingStop) -> [SoundFrame]? {
    var frames: [SoundFrame] = []
    var byteCount: UInt64 = 0
    while byteCount < Self.groupByteCount, frames.count < Self.groupCount,
      let frame = try frame(at: offset)
    {
      frames.append(frame)
      byteCount += frame.byteCount
      offset = frame.endOffset
    }
    return frames.isEmpty ? nil : frames
  }

  private func frame(at offset: UInt64) throws(CarvingStop) -> SoundFrame? {
    guard let magic = try walker.field(at: offset, byteCount: MagicNumber.byteCount) else {
      return nil
    }
    switch MagicNumber(magic.word(at: 0)) {
    case .zstd: break
    case .skippable:
      guard let head = try walker.field(at: offset, byteCount: 8),
        UInt64(head.word(at: 4)) <= walker.byteCount - offset - 8
      else { return nil }
      return try SoundFrame(skippableAt: offset, head, walker)
    case .legacy, .unknown: return nil
    }
    guard let header = try headers.readHeader(at: offset) else { return nil }
    var chain = BlockChain(
      header, from: offset + UInt64(header.byteCount), limit: walker.byteCount, allowsIdle: true)
    do throws(BrokenChain) {
      while !chain.isAtEnd { _ = try chain.next(walker) }
      let checksum = try chain.checksum(walker)
      return SoundFrame(
        undecodedAt: offset, byteCount: chain.offset + (checksum == nil ? 0 : 4) - offset, header)
    } catch {
      if case .stop(let stop) = error { throw stop }
      return nil
    }
  }

  private func decode(_ group: Group, _ worker: Worker) throws(CarvingStop) {
    for index in group.frames.indices where !group.frames[index].isSkippable {
      let frame = group.frames[index]
      let examined = try worker.examiner.examine(
        at: frame.offset, limit: worker.input.byteCount, tellsDamage: false, isExpected: true)
      guard case .whole = examined.result, examined.endOffset == frame.endOffset else { return }
      group.frames[index] = SoundFrame(examined, at: frame.offset)
    }
  }
}

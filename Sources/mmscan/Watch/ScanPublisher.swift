import Dispatch
import FileMapping
import ScanEngine
import ScanStates

/// Lets `mmscan watch` see what this command is doing.
///
/// It says nothing in the first second, and something new five times a second from then on. Whatever
/// goes wrong with it stays without consequence: the scan is what counts.
final class ScanPublisher: @unchecked Sendable {
  // SAFETY: `latest` is only touched on `box`, everything else that is mutable on `queue`.
  private let box = DispatchQueue(label: "mmscan.progress")
  private let queue = DispatchQueue(label: "mmscan.publisher", qos: .utility)
  private let timer: any DispatchSourceTimer

  /// The progress of the file; nil before there is any.
  private var latest: ScanProgress?
  private var findings: @Sendable (ScanProgress) -> [Finding] = { _ in [] }
  private var state: ScanState
  private var pace = Pace()
  /// How many files ended so far, and the worst of how they did.
  private var endedCount: UInt64 = 0
  private var ending = ScanState.Ending.complete
  private var publication: StatePublication?

  private static let delay = DispatchTimeInterval.seconds(1)
  private static let interval = DispatchTimeInterval.milliseconds(200)

  /// Begins to publish a command. Call ``finish()`` when it is done.
  init(_ command: ScanState.Command, fileCount: Int) {
    state = ScanState(
      pid: getpid(), start: ScanPublisher.now, command: command, file: ClippedText(endOf: []),
      fileNumber: 0, fileCount: UInt64(fileCount))
    timer = DispatchSource.makeTimerSource(queue: queue)
    timer.schedule(
      deadline: .now() + ScanPublisher.delay, repeating: ScanPublisher.interval,
      leeway: .milliseconds(20))
    timer.setEventHandler { [weak self] in
      // A last event may come after the last word.
      if let self, !self.timer.isCancelled { self.publish() }
    }
    timer.resume()
  }

  deinit { timer.cancel() }

  /// Says which file comes next.
  ///
  /// - Parameters:
  ///   - name: As it was given.
  ///   - byteCount: Its size; nil for a stream.
  ///   - findings: What its analyzers have found so far.
  func begin(
    _ name: [UInt8], byteCount: UInt64?, analyzers: [String],
    findings: @escaping @Sendable (ScanProgress) -> [Finding]
  ) {
    box.sync { latest = nil }
    queue.sync {
      state.file = ClippedText(endOf: name)
      state.fileNumber = endedCount + 1
      (state.bytesDone, state.byteCount) = (0, byteCount)
      state.analyzers = analyzers
      state.findings = []
      self.findings = findings
      pace = Pace()
    }
  }

  /// Takes note of how far the scan is. Costs a fraction of a microsecond.
  func update(_ progress: ScanProgress) { box.sync { latest = progress } }

  /// Takes note of how a file ended, whether it began or not.
  func end(_ ending: ScanState.Ending) {
    queue.sync {
      endedCount += 1
      if ending.isWorse(than: self.ending) { self.ending = ending }
    }
  }

  /// Publishes the last word, and takes the name away.
  func finish() {
    timer.cancel()
    queue.sync {
      guard publication != nil else { return }
      state.ending = ending
      publish()
      publication = nil
    }
  }

  /// How far it is now; nil before the first file.
  var current: ScanState? {
    queue.sync {
      guard state.fileNumber > 0 else { return nil }
      refresh()
      return state
    }
  }

  private func refresh() {
    if let progress = box.sync(execute: { latest }) {
      state.bytesDone = progress.bytesDone
      state.findings = findings(progress)
    }
    state.bytesPerSecond = pace.update(state.bytesDone)
  }

  private func publish() {
    guard state.fileNumber > 0 else { return }
    refresh()
    if publication == nil {
      do throws(MappingError) { publication = try StatePublication(pid: state.pid) } catch {
        // It would fail again.
        timer.cancel()
        return
      }
    }
    publication?.publish(state)
  }

  /// Nanoseconds since 1970.
  private static var now: UInt64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}

extension ScanState.Ending {
  /// How a file with this outcome ended.
  init(_ outcome: Outcome, hasAnswers: Bool) {
    self =
      switch outcome {
      case .incomplete: .faulted
      case _ where hasAnswers: .complete
      default: ScanState.Ending(rawValue: outcome.word) ?? .error
      }
  }

  /// What a command says that watched it to this end.
  var status: ExitStatus {
    switch self {
    case .complete: .fine
    case .changed, .truncated, .faulted, .interrupted: .changed
    case .error: .error
    }
  }

  fileprivate func isWorse(than other: ScanState.Ending) -> Bool {
    status != other.status && other.status.merged(with: status) == status
  }
}

import ScanEngine
import SystemPackage

/// Says on stderr how far a command is: one line that is drawn over, or one line after the other.
///
/// A bar draws nothing in the first second unless it was asked for, and ten times a second from then on; lines come
/// once a second, and objects twice.
final class ProgressBar: @unchecked Sendable {
  // SAFETY: one thread at a time calls it: the main thread between scans, and whoever a scan calls while it runs.

  /// The file whose turn it is.
  private struct Turn {
    var index: Int
    var name: [UInt8]
    var start = ContinuousClock.now
    var last: ScanProgress?
    var hasEnded = false
  }

  private let mode: ProgressMode
  private let start = ContinuousClock.now
  private let isTerminal: Bool
  private let interval: Duration
  private let delay: Duration
  private let roundCount: Int
  private var round = -1
  private var paths: [FilePath?] = []
  private var part: PartOptions?
  /// How far all files of the round are; nil until somebody asks, since it costs a look at each of them.
  private var plan: ProgressPlan?
  /// How many bytes there were in the rounds before.
  private var earlierByteCount: UInt128 = 0
  private var turn: Turn?
  private var lastDrawn: ContinuousClock.Instant?
  private var isDrawn = false
  private var lastPercent: Int?

  /// A bar; nil if `mode` does not want one, or nobody does.
  ///
  /// - Parameter roundCount: How many times files are gone over, each of which is as long as the others.
  init?(_ mode: ProgressMode, isQuiet: Bool = false, roundCount: Int = 1) {
    isTerminal = StandardError.isTerminal
    guard !isQuiet else { return nil }
    switch mode {
    case .none: return nil
    case .auto: guard isTerminal else { return nil }
    case .bar, .percent, .json: break
    }
    (self.mode, self.roundCount) = (mode, max(1, roundCount))
    delay = mode == .auto ? .seconds(1) : .zero
    interval =
      switch mode {
      case .json: .milliseconds(500)
      case .percent: .milliseconds(100)
      case .auto, .bar, .none: isTerminal ? .milliseconds(100) : .seconds(1)
      }
  }

  /// Begins with files.
  ///
  /// - Parameters:
  ///   - paths: nil for the standard input.
  ///   - part: What is read of each.
  func begin(_ paths: [FilePath?], _ part: PartOptions) {
    earlierByteCount += plan?.bytesDone ?? 0
    round += 1
    (self.paths, self.part) = (paths, part)
    (plan, turn) = (nil, nil)
  }

  /// Begins with a file; those before it are over, however they ended.
  func begin(_ index: Int, _ name: [UInt8]) {
    for earlier in (turn?.index ?? 0)..<max(index, turn?.index ?? 0) {
      plan?.end(earlier, byteCount: nil)
    }
    turn = Turn(index: index, name: name)
    if mode == .percent { showPercent() }
  }

  /// Takes note of how far a file is.
  ///
  /// - Parameter index: Which one; nil for the one whose turn it is.
  func update(_ progress: ScanProgress, of index: Int? = nil) {
    guard let turn else { return }
    let index = index ?? turn.index
    let now = ContinuousClock.now
    if index == turn.index { self.turn?.last = progress }
    let isDue = now - start >= delay && (lastDrawn.map { now - $0 >= interval } ?? true)
    guard plan != nil || mode != .auto || isDue else { return }
    count(index) {
      $0.update(index, bytesDone: progress.bytesDone, byteCount: progress.byteCount)
    }
    guard isDue, index == turn.index else { return }
    lastDrawn = now
    show()
  }

  /// Ends the file whose turn it is, which was read to its end; told again, nothing happens.
  ///
  /// - Parameter byteCount: How many bytes it had; nil if nobody says.
  func end(byteCount: UInt64?) {
    clear()
    guard let turn, !turn.hasEnded, plan != nil || mode != .auto else { return }
    self.turn?.hasEnded = true
    count(turn.index) { plan in
      let known = byteCount ?? plan.byteCount(of: turn.index) ?? turn.last?.bytesDone
      self.turn?.last = known.map { done in
        ScanProgress(
          bytesDone: done,
          byteCount: turn.last.map { $0.byteCount == nil ? nil : done } ?? done)
      }
      plan.end(turn.index, byteCount: known)
    }
    switch mode {
    case .json: if self.turn?.last != nil { show() }
    case .percent: showPercent()
    case .auto, .bar, .none: break
    }
  }

  /// Takes the line away.
  func clear() {
    if isDrawn { StandardError.write("\r\u{1B}[K") }
    isDrawn = false
  }

  /// Says the last word: everything is done.
  func finish() {
    clear()
    if mode == .percent, lastPercent != 100 { StandardError.print("100") }
    lastPercent = 100
  }

  private func count(_ index: Int, _ note: (inout ProgressPlan) -> Void) {
    var plan = plan.take() ?? freshPlan(before: turn?.index ?? index)
    note(&plan)
    self.plan = plan
  }

  /// Looks at all files; those before `index` are over.
  private func freshPlan(before index: Int) -> ProgressPlan {
    var plan = ProgressPlan(paths.map { part?.byteCount(of: $0) })
    for earlier in 0..<index { plan.end(earlier, byteCount: plan.byteCount(of: earlier)) }
    return plan
  }

  // MARK: What is shown

  private func show() {
    guard let turn, let progress = turn.last else { return }
    switch mode {
    case .percent: showPercent()
    case .json: StandardError.print(String(decoding: object(turn, progress).line, as: UTF8.self))
    case .auto, .bar, .none:
      let text = line(turn, progress)
      // Back to the first column, the text, and nothing after it.
      StandardError.write(isTerminal ? "\r\(text)\u{1B}[K" : text + "\n")
      isDrawn = isTerminal
    }
  }

  /// A number for each change of it, of all files together, as `dialog --gauge` reads it. Only the end is 100.
  private func showPercent() {
    count(turn?.index ?? 0) { _ in }
    let share = (Double(round) + (plan?.share ?? 0)) / Double(roundCount)
    let percent = min(99, Int(100 * share))
    guard percent > lastPercent ?? -1 else { return }
    lastPercent = percent
    StandardError.print("\(percent)")
  }

  /// Bytes of all files; how many there are is known in the last round.
  private var total: (bytesDone: UInt64, byteCount: UInt64?) {
    let byteCount = round + 1 < roundCount ? nil : plan?.byteCount
    return (
      UInt64(clamping: earlierByteCount + (plan?.bytesDone ?? 0)),
      byteCount.map { UInt64(clamping: earlierByteCount + $0) }
    )
  }

  /// Of all files together: one that was read ahead takes no time when its turn comes.
  private var bytesPerSecond: UInt64 {
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    return UInt64(min(seconds > 0 ? Double(total.bytesDone) / seconds : 0, 0x1p60))
  }

  private func object(_ turn: Turn, _ progress: ScanProgress) -> JSON {
    JSON.object([
      ("schema", .string("mmscan/1")), ("type", .string("progress")), ("path", .text(turn.name)),
      ("bytes_done", .integer(progress.bytesDone)),
      ("byte_count", .integer(progress.byteCount)),
      ("seconds", .decimal((ContinuousClock.now - turn.start) / .seconds(1))),
      ("bytes_per_second", .integer(bytesPerSecond)),
      ("file_number", .integer(UInt64(turn.index + 1))),
      ("file_count", .integer(UInt64(paths.count))),
      ("total_bytes_done", .integer(total.bytesDone)),
      ("total_byte_count", .integer(total.byteCount)),
    ])
  }

  private func line(_ turn: Turn, _ progress: ScanProgress) -> String {
    var parts: [String] = []
    if paths.count > 1 { parts.append("file \(turn.index + 1) of \(paths.count)") }
    let (bytesDone, byteCount) = total
    parts +=
      ProgressText(
        bytesDone: bytesDone, byteCount: byteCount, bytesPerSecond: bytesPerSecond
      ).parts
    let name = SafeText.escaped(turn.name)
    let status = parts.joined(separator: "  ")
    let room = max(8, StandardError.columnCount - status.count - 3)
    let line = (name.count > room ? "..." + name.suffix(room - 3) : name) + "  " + status
    // A line that wraps cannot be drawn over.
    return isTerminal ? String(line.prefix(max(1, StandardError.columnCount - 1))) : line
  }
}

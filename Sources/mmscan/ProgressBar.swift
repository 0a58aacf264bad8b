import ScanEngine

/// One line on stderr that says how far a scan is.
///
/// Called by one thread at a time. Draws nothing in the first second, and ten times a second from
/// then on.
final class ProgressBar: @unchecked Sendable {
  // SAFETY: `update` is called by one thread at a time, `clear` when the scan is over.
  private let name: String
  private let start = ContinuousClock.now
  private let isTerminal: Bool
  private let interval: Duration
  private var lastDrawn: ContinuousClock.Instant?
  private let delay: Duration

  /// A bar for the file `name`; nil if `mode` does not want one.
  init?(_ name: [UInt8], mode: ProgressMode) {
    isTerminal = StandardError.isTerminal
    guard mode == .always || mode == .auto && isTerminal else { return nil }
    self.name = SafeText.escaped(name)
    interval = isTerminal ? .milliseconds(100) : .seconds(1)
    delay = mode == .always ? .zero : .seconds(1)
  }

  func update(_ progress: ScanProgress) {
    let now = ContinuousClock.now
    guard now - start >= delay, lastDrawn.map({ now - $0 >= interval }) ?? true else { return }
    lastDrawn = now
    let text = line(progress, seconds: (now - start) / .seconds(1))
    // Back to the first column, the text, and nothing after it.
    StandardError.write(isTerminal ? "\r\(text)\u{1B}[K" : text + "\n")
  }

  /// Takes the line away.
  func clear() {
    if isTerminal && lastDrawn != nil { StandardError.write("\r\u{1B}[K") }
  }

  private func line(_ progress: ScanProgress, seconds: Double) -> String {
    let rate = seconds > 0 ? Double(progress.bytesDone) / seconds : 0
    let status = ProgressText(
      bytesDone: progress.bytesDone, byteCount: progress.byteCount,
      bytesPerSecond: UInt64(min(rate, 0x1p60))
    ).parts.joined(separator: "  ")
    let room = max(8, StandardError.columnCount - status.count - 3)
    let line = (name.count > room ? "..." + name.suffix(room - 3) : name) + "  " + status
    // A line that wraps cannot be drawn over.
    return isTerminal ? String(line.prefix(max(1, StandardError.columnCount - 1))) : line
  }
}

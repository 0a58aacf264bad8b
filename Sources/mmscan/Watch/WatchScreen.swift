import ScanStates

/// Shows one scan as it goes on.
struct WatchScreen {
  enum Form {
    /// A few rows of a terminal, drawn over and over.
    case block
    /// A line now and then.
    case lines
    /// A JSON object for every change.
    case json
  }

  private let form: Form
  private let pid: Int32
  private let interval: Duration
  private var lastShown: (instant: ContinuousClock.Instant, state: ScanState)?
  /// How many rows of the terminal are drawn over next.
  private var rowCount = 0

  /// A little less than what was asked for, so that a look that comes early does not skip a turn.
  private static let slack = Duration.milliseconds(50)

  init(form: Form, pid: Int32, interval: Double?) {
    self.form = form
    self.pid = pid
    self.interval = .seconds(interval ?? (form == .lines ? 1 : 0.2)) - WatchScreen.slack
  }

  /// Shows a scan that runs, if it is time to.
  mutating func show(_ state: ScanState) throws(CommandError) {
    let now = ContinuousClock.now
    if let (instant, shown) = lastShown, now - instant < interval || form == .json && shown == state
    {
      return
    }
    lastShown = (now, state)
    switch form {
    case .block: try draw(ScanStateText(state).rows)
    case .lines: try StandardOutput.write(ScanStateText(state).line + "\n")
    case .json: try StandardOutput.write(ScanStateText(state).json(.running).line + [10])
    }
  }

  /// Shows how a scan ended.
  ///
  /// - Parameter state: The last one; nil if there was none.
  mutating func show(end state: ScanState?, _ end: ScanStateText.Stage) throws(CommandError) {
    guard let state else {
      if form == .json { try StandardOutput.write(ScanStateText.json(of: pid, end).line + [10]) }
      return
    }
    switch form {
    case .block: try draw(ScanStateText(state).rows)
    case .lines: try StandardOutput.write(ScanStateText(state).line + "\n")
    case .json: try StandardOutput.write(ScanStateText(state).json(end).line + [10])
    }
  }

  /// Draws over what was drawn before. Between two drawings the terminal's cursor stands below, so that
  /// whatever ends this process leaves a clean line.
  private mutating func draw(_ rows: [String]) throws(CommandError) {
    var rows = rows
    let room = max(1, TerminalSize(of: 1).rowCount - 1)
    if rows.count > room { rows.replaceSubrange((room - 1)..., with: ["  ..."]) }
    // Rows that are too long are cut by the terminal, which knows how wide each character is.
    var text = rowCount > 0 ? "\u{1B}[\(rowCount)A\r\u{1B}[?7l" : "\u{1B}[?7l"
    for row in rows { text += row + "\u{1B}[K\n" }
    text += "\u{1B}[J\u{1B}[?7h"
    rowCount = rows.count
    try StandardOutput.write(text)
  }
}

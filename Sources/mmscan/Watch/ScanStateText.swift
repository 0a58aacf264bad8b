import ScanStates

/// What is shown of a scan's state. All text in it is somebody else's, and escaped.
struct ScanStateText {
  /// Where a scan is.
  enum Stage: String {
    case running, ended, lost
  }

  private let state: ScanState
  private let progress: ProgressText

  init(_ state: ScanState) {
    self.state = state
    progress = ProgressText(
      bytesDone: state.bytesDone, byteCount: state.byteCount,
      bytesPerSecond: state.bytesPerSecond)
  }

  var pid: String { "\(state.pid)" }
  var file: String {
    (state.file.isClipped ? "..." : "") + SafeText.escaped(state.file.bytes)
  }
  /// How much is done: a part, or an amount for a stream.
  var done: String { progress.percent ?? progress.amount }
  var rate: String { progress.rate }
  var timeLeft: String { progress.timeLeft ?? "-" }
  var analyzers: String {
    state.analyzers.isEmpty
      ? "-" : state.analyzers.map { SafeText.escaped($0.utf8) }.joined(separator: ",")
  }

  private func subject(_ finding: Finding) -> String {
    finding.subject.map { SafeText.escaped($0.bytes) + ($0.isClipped ? "...  " : "  ") } ?? ""
  }

  private func words(_ finding: Finding) -> String {
    subject(finding) + SafeText.escaped(finding.words.utf8)
  }

  private var omitted: [String] {
    state.findingsOmitted > 0 ? ["... and \(state.findingsOmitted) more"] : []
  }

  private var ending: [String] { state.ending.map { [$0.rawValue] } ?? [] }

  private var place: [String] {
    state.fileCount > 1 ? ["file \(state.fileNumber) of \(state.fileCount)"] : []
  }

  /// Everything in one line.
  var line: String {
    ([file] + place + [progress.percent].compactMap { $0 } + [progress.amount, rate]
      + (progress.timeLeft.map { ["\($0) left"] } ?? []) + state.findings.map(words) + omitted
      + ending).joined(separator: "  ")
  }

  /// What was found so far, in one line; nil if that is nothing.
  var findings: String? {
    guard !state.findings.isEmpty else { return nil }
    return (state.findings.map(words) + omitted).joined(separator: "; ")
  }

  /// The same for scripts.
  var findingsJSON: JSON { .array(state.findings.map(json)) }

  /// A row for each thing.
  var rows: [String] {
    let head =
      "\(file)  (\(([state.command.rawValue, "process \(pid)"] + place).joined(separator: ", ")))"
    var parts = progress.parts
    if state.byteCount != nil { parts.append(progress.amount) }
    var rows = [("analyzers", analyzers)]
    rows += state.findings.map { (SafeText.escaped($0.analyzer.utf8), words($0)) }
    rows += omitted.map { ("", $0) } + ending.map { ("ended", $0) }
    let width = rows.map(\.0.count).max() ?? 0
    return [head, "  " + parts.joined(separator: "  ")]
      + rows.map { "  \($0)\(String(repeating: " ", count: width - $0.count))  \($1)" }
  }

  /// The object of Documentation/json.md.
  func json(_ stage: Stage) -> JSON {
    var members: [(String, JSON)] = [("path", .text(state.file.bytes))]
    if state.file.isClipped { members.append(("path_clipped", .bool(true))) }
    members += [
      ("command", .string(state.command.rawValue)),
      ("file_number", .integer(state.fileNumber)), ("file_count", .integer(state.fileCount)),
      ("start_time", .decimal(Double(state.start) / 1e9)),
      ("bytes_done", .integer(state.bytesDone)), ("byte_count", .integer(state.byteCount)),
      ("bytes_per_second", .integer(state.bytesPerSecond)),
      ("seconds_left", .integer(progress.secondsLeft)),
      ("analyzers", .array(state.analyzers.map { .string($0) })),
      ("findings", findingsJSON),
    ]
    if state.findingsOmitted > 0 {
      members.append(("findings_omitted", .integer(state.findingsOmitted)))
    }
    if let ending = state.ending { members.append(("outcome", .string(ending.rawValue))) }
    return ScanStateText.json(of: state.pid, stage, members)
  }

  /// The object of a scan of which nothing is known.
  static func json(of pid: Int32, _ stage: Stage, _ members: [(String, JSON)] = []) -> JSON {
    .object(
      [
        ("schema", .string("mmscan-watch/1")), ("pid", .integer(UInt64(pid.magnitude))),
        ("stage", .string(stage.rawValue)),
      ] + members)
  }

  private func json(_ finding: Finding) -> JSON {
    var members: [(String, JSON)] = [("analyzer", .string(finding.analyzer))]
    if let subject = finding.subject {
      members.append(("subject", .text(subject.bytes)))
      if subject.isClipped { members.append(("subject_clipped", .bool(true))) }
    }
    members.append(
      ("counts", .object(finding.counts.map { ($0.key, .integer($0.value)) })))
    return .object(members)
  }
}

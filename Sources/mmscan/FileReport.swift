import Arguments
import ScanEngine
import ScanStates

/// Prints what came of one file, for people or as JSON.
struct FileReport {
  /// The name as it was given.
  let name: [UInt8]
  private let isFirst: Bool
  private let isJSON: Bool
  private let isQuiet: Bool

  /// - Parameter isQuiet: Whether nothing is said of a file that has answers.
  init(_ name: [UInt8], isFirst: Bool, isJSON: Bool, isQuiet: Bool = false) {
    self.isQuiet = isQuiet
    self.name = name
    self.isFirst = isFirst
    self.isJSON = isJSON
  }

  /// Prints the answers of a file.
  ///
  /// - Parameter copy: The copy that was made of it; nil if none was.
  func print(
    _ answers: [Answer], _ report: ScanReport, _ stats: ScanStatistics?, copy: CopyAccount? = nil
  ) throws(CommandError) {
    warn(report.outcome)
    guard !isJSON else {
      var members = FileReport.head(
        name, byteCount: report.byteCount, from: report.inputStart, report.outcome)
      if case .incomplete(let bytes) = report.outcome { members.append(("unreadable", bytes.json)) }
      if let copy { members.append(("copy", copy.json)) }
      members += answers.map { ($0.key, $0.json) }
      if let stats { members.append(("stats", stats.json)) }
      try StandardOutput.write(JSON.object(members).line + [10])
      return
    }
    var text: [UInt8] = isFirst ? [] : [10]
    if let copy {
      text += copy.line(source: name)
    } else {
      text += SafeText.printable(name, onTerminal: StandardOutput.isTerminal)
      if let byteCount = report.byteCount { text += "  \(ByteSize(byteCount).forPeople)".utf8 }
      if report.inputStart > 0 { text += " from offset \(report.inputStart)".utf8 }
      if case .incomplete(let bytes) = report.outcome {
        text += "  INCOMPLETE: without \(bytes.byteCount) bytes that could not be read".utf8
      }
      text.append(10)
    }
    text += Answer.lines(answers)
    try StandardOutput.write(text)
    if let stats { StandardError.print(stats.text) }
  }

  /// Prints why a file that was read has no answers.
  ///
  /// - Parameters:
  ///   - start: Where the part begins that was read.
  ///   - partial: What was known when somebody asked to stop; nil if nobody did.
  func print(
    unanswered outcome: Outcome, byteCount: UInt64?, from start: UInt64, partial: ScanState? = nil
  ) throws(CommandError) {
    warn(outcome.sentence)
    if let partial { warn(partial: partial) }
    guard isJSON else { return }
    var members = FileReport.head(name, byteCount: byteCount, from: start, outcome)
    if let partial, !partial.findings.isEmpty {
      members.append(
        (
          "partial",
          .object([
            ("about_byte_count", .integer(partial.bytesDone)),
            ("findings", ScanStateText(partial).findingsJSON),
          ])
        ))
    }
    try StandardOutput.write(JSON.object(members).line + [10])
  }

  /// Prints why a file could not be scanned.
  ///
  /// - Parameter other: The name of the file that is the reason; nil for this one.
  func print(
    failure reason: String, offset: UInt64?, of other: [UInt8]? = nil
  ) throws(CommandError) {
    warn(reason, of: other)
    guard isJSON else { return }
    let prefix = other.map { String(decoding: $0, as: UTF8.self) + ": " } ?? ""
    var members = error(prefix + reason)
    if let offset { members.append(("offset", .integer(offset))) }
    try StandardOutput.write(JSON.object(members).line + [10])
  }

  /// Prints the answers of a file that was read whole, or from `start`, as JSON.
  func printJSON(
    byteCount: UInt64, from start: UInt64, _ answers: [Answer], _ stats: ScanStatistics?
  ) throws(CommandError) {
    var members = FileReport.head(name, byteCount: byteCount, from: start, .complete)
    members += answers.map { ($0.key, $0.json) }
    if let stats { members.append(("stats", stats.json)) }
    try StandardOutput.write(JSON.object(members).line + [10])
  }

  /// Prints why a file could not be opened, as JSON.
  func printJSON(failure reason: String) throws(CommandError) {
    try StandardOutput.write(JSON.object(error(reason)).line + [10])
  }

  private func error(_ reason: String) -> [(String, JSON)] {
    [
      ("schema", .string("mmscan/1")), ("path", .text(name)), ("outcome", .string("error")),
      ("detail", .string(reason)),
    ]
  }

  /// How an object begins that tells what came of a file.
  ///
  /// - Parameters:
  ///   - type: Of which type the object is; nil for none.
  ///   - start: Where the part begins that was read.
  static func head(
    type: String? = nil, _ name: [UInt8], byteCount: UInt64?, from start: UInt64,
    _ outcome: Outcome
  ) -> [(String, JSON)] {
    var members: [(String, JSON)] = [("schema", .string("mmscan/1"))]
    if let type { members.append(("type", .string(type))) }
    members.append(("path", .text(name)))
    if let byteCount { members.append(("byte_count", .integer(byteCount))) }
    if start > 0 { members.append(("start_offset", .integer(start))) }
    members.append(("outcome", .string(outcome.word)))
    if outcome != .complete { members.append(("detail", .string(outcome.sentence))) }
    if let offset = outcome.offset { members.append(("offset", .integer(offset))) }
    return members
  }

  /// Says on stderr what is wrong with a file that has answers, unless that is nothing, or nobody wants to know.
  func warn(_ outcome: Outcome) {
    if outcome != .complete, !isQuiet || !outcome.isOnlyGrowth { warn(outcome.sentence) }
  }

  /// Says on stderr what was found when somebody asked to stop.
  func warn(partial: ScanState) {
    guard let findings = ScanStateText(partial).findings else { return }
    warn("partial, of about the first \(partial.bytesDone) bytes: \(findings)")
  }

  /// Says on stderr what is wrong with the file, or with another one.
  func warn(_ sentence: String, of other: [UInt8]? = nil) {
    StandardError.print(
      "mmscan: \(SafeText.escaped(other ?? name)): \(SafeText.escaped(sentence.utf8))")
  }
}

extension Outcome {
  /// Whether the bytes that were scanned are still those of the file.
  fileprivate var isOnlyGrowth: Bool { if case .changed(.grew) = self { true } else { false } }
}

extension UnreadableBytes {
  /// All of them, and where they lie.
  fileprivate var json: JSON {
    .object([
      ("byte_count", .integer(byteCount)), ("range_count", .integer(UInt64(rangeCount))),
      (
        "ranges",
        .array(
          ranges.map {
            .object([
              ("offset", .integer($0.lowerBound)), ("byte_count", .integer(UInt64($0.count))),
            ])
          })
      ),
    ])
  }
}

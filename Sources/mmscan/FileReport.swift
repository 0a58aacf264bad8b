import ScanEngine
import ScanStates

/// Prints what came of one file, for people or as JSON.
struct FileReport {
  /// The name as it was given.
  let name: [UInt8]
  private let isFirst: Bool
  private let isJSON: Bool

  init(_ name: [UInt8], isFirst: Bool, isJSON: Bool) {
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
    if report.outcome != .complete { warn(report.outcome.sentence) }
    guard !isJSON else {
      var members = head(report.outcome.word, byteCount: report.byteCount)
      if report.outcome != .complete {
        members.append(("detail", .string(report.outcome.sentence)))
      }
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
      if case .incomplete(let bytes) = report.outcome {
        text += "  INCOMPLETE: without \(bytes.byteCount) bytes that could not be read".utf8
      }
      text.append(10)
    }
    let rows = answers.flatMap(\.rows)
    let width = rows.map(\.label.count).max() ?? 0
    for row in rows {
      text += "  \(row.label)\(String(repeating: " ", count: width - row.label.count))  ".utf8
      text += row.value + [10]
      for line in row.details {
        text += String(repeating: " ", count: width + 6).utf8
        text += line + [10]
      }
    }
    try StandardOutput.write(text)
    if let stats { StandardError.print(stats.text) }
  }

  /// Prints why a file that was read has no answers.
  ///
  /// - Parameter partial: What was known when somebody asked to stop; nil if nobody did.
  func print(
    unanswered outcome: Outcome, byteCount: UInt64?, partial: ScanState? = nil
  ) throws(CommandError) {
    warn(outcome.sentence)
    if let partial { warn(partial: partial) }
    guard isJSON else { return }
    var members = head(outcome.word, byteCount: byteCount)
    members.append(("detail", .string(outcome.sentence)))
    switch outcome {
    case .truncated(_, _, let offset), .faulted(let offset, _), .interrupted(let offset):
      members.append(("offset", .integer(offset)))
    case .complete, .changed, .incomplete: break
    }
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
    var members = head("error", byteCount: nil)
    let prefix = other.map { String(decoding: $0, as: UTF8.self) + ": " } ?? ""
    members.append(("detail", .string(prefix + reason)))
    if let offset { members.append(("offset", .integer(offset))) }
    try StandardOutput.write(JSON.object(members).line + [10])
  }

  private func head(_ outcome: String, byteCount: UInt64?) -> [(String, JSON)] {
    var members: [(String, JSON)] = [("schema", .string("mmscan/1")), ("path", .text(name))]
    if let byteCount { members.append(("byte_count", .integer(byteCount))) }
    members.append(("outcome", .string(outcome)))
    return members
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

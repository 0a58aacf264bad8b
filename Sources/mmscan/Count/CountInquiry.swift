import ScanEngine
import ScanStates
import TextStatistics
import ZstdFrames

/// What is asked of one input, and what came of it.
struct CountInquiry {
  var layered: LayeredScan
  /// What is told besides the line of counts: all of it, for scripts.
  private let asked: [Question.Asked]
  private let counts: @Sendable (ScanReport) -> Counts?

  /// - Parameter decoder: What decodes the input; nil if the file itself is counted.
  init(
    _ columns: CountColumns, health: Bool, isJSON: Bool, _ rules: CharacterRules,
    _ options: Scan.Options, _ decoder: ZstdContent?, _ range: Range<UInt64>
  ) {
    var scan = Scan(options: options)
    if isJSON {
      var questions: [Question] = []
      if columns.lines { questions.append(.lines) }
      if columns.words { questions.append(.words(rules)) }
      if columns.characters { questions.append(.characters(rules)) }
      if columns.longestLine { questions.append(.longestLine(rules)) }
      if health { questions.append(.health) }
      // Somebody has to see the bytes for them to be counted.
      if questions.isEmpty { _ = scan.add(LineCount(), label: "bytes") }
      asked = questions.map { $0.ask(&scan) }
      counts = { $0.byteCount.map { Counts(bytes: $0) } }
    } else {
      asked = (health ? [Question.health] : []).map { $0.ask(&scan) }
      counts = CountInquiry.tickets(columns, rules, &scan)
    }
    layered =
      decoder.map { LayeredScan(scan, of: $0, range, beside: Scan(options: options)) }
      ?? LayeredScan(scan)
  }

  /// Asks for as little as will do, in one go where that is possible.
  private static func tickets(
    _ columns: CountColumns, _ rules: CharacterRules, _ scan: inout Scan
  ) -> @Sendable (ScanReport) -> Counts? {
    let longest = columns.longestLine ? scan.add(LongestLine(rules), label: "longest line") : nil
    let words = columns.words ? scan.add(WordCount(rules), label: "words") : nil
    let characters =
      !columns.words && columns.characters && rules.isUTF8
      ? scan.add(CharacterCount(rules), label: "characters") : nil
    let lines = words == nil && characters == nil ? scan.add(LineCount(), label: "lines") : nil
    return { report in
      guard let byteCount = report.byteCount else { return nil }
      var counts = Counts(characters: byteCount, bytes: byteCount)
      if let longest {
        guard let columns = report[longest] else { return nil }
        counts.longestLine = columns
      }
      if let words {
        guard let found = report[words] else { return nil }
        (counts.lines, counts.words) = (found.newlines, found.words)
        counts.characters = found.characters
      }
      if let characters {
        guard let found = report[characters] else { return nil }
        (counts.lines, counts.characters) = (found.newlines, found.characters)
      }
      if let lines {
        guard let found = report[lines] else { return nil }
        counts.lines = found.newlines
      }
      return counts
    }
  }

  /// What was found so far.
  func findings(_ progress: ScanProgress) -> [Finding] {
    layered.answers(in: progress).map { progress in asked.flatMap { $0.findings(progress) } } ?? []
  }

  /// The counts and what else is told; nil if there are none.
  func result(of report: ScanReport) -> (counts: Counts, answers: [Answer])? {
    guard report.hasAnswers, let inner = layered.answers(in: report), let counts = counts(inner)
    else { return nil }
    var answers = asked.compactMap { $0.answer(inner) }
    if let decoder = layered.content?.decoder {
      answers.insert(.content(decoder.frames, inner), at: 0)
    }
    return (counts, answers)
  }
}

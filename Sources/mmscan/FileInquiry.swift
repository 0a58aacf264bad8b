import ScanEngine
import ScanStates
import ZstdFrames

/// What is asked of one file, and of what it holds.
struct FileInquiry {
  var layered: LayeredScan
  /// Of the content, if that is asked for, or else of the file.
  var asked: [Question.Asked]
  /// Of the file beside its content.
  var askedBeside: [Question.Asked] = []

  /// What finds candidates for patterns.
  var finders: [(finder: String, patternCount: Int)] { asked.flatMap(\.finders) }

  /// What was found so far.
  func findings(_ progress: ScanProgress) -> [Finding] {
    (layered.answers(in: progress).map { progress in asked.flatMap { $0.findings(progress) } }
      ?? []) + askedBeside.flatMap { $0.findings(progress) }
  }

  /// What came of it: first what is said of the file itself.
  func answers(_ report: ScanReport) throws(FileFailure) -> [Answer] {
    guard report.hasAnswers else {
      throw .unanswered(report.outcome, byteCount: report.byteCount, from: report.inputStart)
    }
    var answers = askedBeside.compactMap { $0.answer(report) }
    if let found = layered.answers(in: report) {
      if let decoder = layered.content?.decoder { answers.append(.content(decoder.frames, found)) }
      answers += asked.compactMap { $0.answer(found) }
    }
    return answers
  }
}

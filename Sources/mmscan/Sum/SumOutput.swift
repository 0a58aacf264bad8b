import ScanEngine
import ScanStates

/// Where results of `mmscan sum` go, and what is said of files that have none.
final class SumOutput {
  private let isJSON: Bool
  private let interruption: Interruption
  private let publisher: ScanPublisher
  private let buffer = OutputBuffer()

  init(_ command: SumCommand, _ interruption: Interruption, _ publisher: ScanPublisher) {
    isJSON = command.ways.json
    self.interruption = interruption
    self.publisher = publisher
  }

  func append(_ text: [UInt8]) { buffer.append(text) }

  /// - Throws: ``CommandError`` if results cannot be written.
  func flush() throws(CommandError) {
    buffer.flush()
    if let failure = buffer.failure { throw failure }
  }

  /// Says something on stderr, behind all results so far.
  func warn(_ sentence: String) throws(CommandError) {
    try flush()
    StandardError.print("mmscan: \(sentence)")
  }

  /// Takes note that a file ended.
  func end(_ outcome: Outcome) {
    publisher.end(ScanState.Ending(outcome, hasAnswers: true))
  }

  /// Prints a file as JSON.
  func print(_ sums: FileSums, _ answer: Answer, of name: [UInt8]) throws(CommandError) {
    try FileReport(name, isFirst: true, isJSON: true).print(
      (sums.content.map { [$0] } ?? []) + [answer], sums.report, sums.statistics)
  }

  /// Says why a file has no checksums, and ends the command if it was told to.
  func report(_ failure: SumFailure, of name: [UInt8]) throws(CommandError) -> ExitStatus {
    try flush()
    let report = FileReport(name, isFirst: true, isJSON: isJSON)
    switch failure {
    case .unanswered(let outcome, let byteCount, let start):
      publisher.end(ScanState.Ending(outcome, hasAnswers: false))
      try report.print(
        unanswered: outcome, byteCount: byteCount, from: start, partial: interruption.partial)
      interruption.endIfReceived(after: outcome)
      return .changed
    case .failed(let reason, let offset):
      publisher.end(.error)
      try report.print(failure: reason, offset: offset)
    case .notPassedOn(let reason, let offset):
      publisher.end(.error)
      try report.print(failure: reason, offset: offset)
      return .error
    case .unopened:
      publisher.end(.error)
      if isJSON {
        try report.print(failure: failure.reason, offset: nil)
      } else {
        StandardError.print("mmscan: \(ShellQuoting().text(name)): \(failure.reason)")
      }
    }
    return .negative
  }
}

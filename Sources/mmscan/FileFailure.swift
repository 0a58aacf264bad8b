import FileMapping
import ScanEngine
import ScanStates

/// Why a file has no answers.
enum FileFailure: Error {
  /// It changed, was cut, or could not be read.
  case unanswered(Outcome, byteCount: UInt64?, from: UInt64)
  /// Something could not be done; `of` is the file that is the reason, nil for the one that was scanned.
  case failed(String, offset: UInt64? = nil, of: [UInt8]? = nil)
  /// Results cannot be written.
  case output(CommandError)

  init(_ error: ScanError) {
    self =
      switch error {
      case .mapping(let error): .failed(error.sentence)
      case .analysis(let label, let error): .failed("\(label): \(error)", offset: error.offset)
      }
  }

  /// Says why, and takes note of it.
  ///
  /// - Parameter lastWord: What else there is to say before the command ends, if somebody stopped it.
  /// - Throws: ``CommandError`` if results cannot be written.
  func tell(
    of file: FileReport, _ publisher: ScanPublisher, _ interruption: Interruption,
    lastWord: () -> Void = {}
  ) throws(CommandError) -> ExitStatus {
    switch self {
    case .output(let error):
      publisher.end(.error)
      throw error
    case .unanswered(let outcome, let byteCount, let start):
      publisher.end(ScanState.Ending(outcome, hasAnswers: false))
      try file.print(
        unanswered: outcome, byteCount: byteCount, from: start, partial: interruption.partial)
      lastWord()
      interruption.endIfReceived(after: outcome)
      return .changed
    case .failed(let reason, let offset, let other):
      publisher.end(.error)
      try file.print(failure: reason, offset: offset, of: other)
      lastWord()
      return .error
    }
  }
}

import ScanEngine

/// What the answers of all files of a command come to.
struct Verdict {
  private var status = ExitStatus.fine
  /// Whether a search found something in any file; nil if nothing was searched for.
  private var found: Bool?

  /// Takes the answers of a file, and warns of those that are inexact.
  mutating func add(_ answers: [Answer], _ outcome: Outcome, of file: FileReport) {
    if case .incomplete = outcome { add(.changed) }
    for answer in answers {
      if let reason = answer.inexact {
        file.warn(reason)
        add(.error)
      }
      if answer.checkFailed { add(.negative) }
      if let hit = answer.found { found = hit || found ?? false }
    }
  }

  /// Takes what came of a file without answers.
  mutating func add(_ other: ExitStatus) { status = status.merged(with: other) }

  /// What the process answers.
  var exitStatus: ExitStatus { found == false ? status.merged(with: .negative) : status }
}

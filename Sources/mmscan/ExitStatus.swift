/// What the process answers to whoever started it.
enum ExitStatus: Int32 {
  /// Everything was answered and nothing is wrong.
  case fine = 0
  /// A check failed, or nothing matched.
  case negative = 1
  /// Something could not be done.
  case error = 2
  /// A file changed, was cut, or could not be read to the end.
  case changed = 3
  /// What was watched ended without a last word.
  case lost = 4

  /// The status of several files together: an error says most, then a file without an answer.
  func merged(with other: ExitStatus) -> ExitStatus {
    let order: [ExitStatus] = [.fine, .negative, .changed, .error, .lost]
    return order.firstIndex(of: self)! < order.firstIndex(of: other)! ? other : self
  }
}

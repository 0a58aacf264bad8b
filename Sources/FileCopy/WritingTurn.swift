import Synchronization

/// The right to write to the copy with `pwrite`, which one lane has at a time: writers of one file
/// exclude each other in the kernel, but not those who store into views of it. Ends with its owner.
final class WritingTurn: Sendable {
  /// Whether somebody has the turn.
  final class Token: Sendable {
    private let isTaken = Atomic<Bool>(false)

    /// The turn, if nobody has it.
    func take() -> WritingTurn? {
      isTaken.exchange(true, ordering: .acquiring) ? nil : WritingTurn(self)
    }

    fileprivate func giveBack() { isTaken.store(false, ordering: .releasing) }
  }

  private let token: Token

  private init(_ token: Token) { self.token = token }

  deinit { token.giveBack() }
}

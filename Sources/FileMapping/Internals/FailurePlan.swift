package import SystemPackage
import Synchronization

/// Makes the k-th system call of one kind, or of any kind, fail. For tests.
package final class FailurePlan: Sendable {
  private let operation: MappingError.Operation?
  private let occurrence: Int
  private let error: Errno
  private let seen = Atomic<Int>(0)

  /// A plan that fails one call.
  ///
  /// - Parameters:
  ///   - operation: The kind of call to count; nil counts all of them.
  ///   - occurrence: Which of them fails: 0 is the first. A number that is never reached fails none.
  ///   - error: What the call answers.
  package init(failing operation: MappingError.Operation?, occurrence: Int, with error: Errno) {
    self.operation = operation
    self.occurrence = occurrence
    self.error = error
  }

  /// How many calls of the kind there were so far.
  package var callCount: Int { seen.load(ordering: .relaxed) }

  func failure(of call: MappingError.Operation) -> Errno? {
    if let operation, operation != call { return nil }
    return seen.add(1, ordering: .relaxed).oldValue == occurrence ? error : nil
  }
}

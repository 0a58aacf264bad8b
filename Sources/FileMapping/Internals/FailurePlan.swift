package import SystemPackage
import Synchronization

/// Makes the k-th system call of one kind, or of any kind, fail, alone or with all after it; or all of some kinds. For
/// tests.
package final class FailurePlan: Sendable {
  private let operation: MappingError.Operation?
  private let occurrence: Int
  private let isForGood: Bool
  private let error: Errno
  private let unreadable: [Range<UInt64>]
  /// Calls of these kinds fail each time.
  private let missing: Set<MappingError.Operation>
  private let seen = Atomic<Int>(0)
  private let hit = Mutex<MappingError.Operation?>(nil)

  /// A plan that fails one call.
  ///
  /// - Parameters:
  ///   - operation: The kind of call to count; nil counts all of them.
  ///   - occurrence: Which of them fails: 0 is the first. A number that is never reached fails none.
  ///   - error: What the call answers.
  ///   - isForGood: Whether all that come after it fail, too.
  package init(
    failing operation: MappingError.Operation?, occurrence: Int, with error: Errno,
    isForGood: Bool = false
  ) {
    self.operation = operation
    self.occurrence = occurrence
    self.isForGood = isForGood
    self.error = error
    (unreadable, missing) = ([], [])
  }

  /// A plan for a system that does not know some calls.
  package init(missing: Set<MappingError.Operation>) {
    (self.missing, error) = (missing, .noFunction)
    (operation, occurrence, isForGood, unreadable) = (nil, .max, false, [])
  }

  /// A plan for a file of which some bytes cannot be read, each time somebody tries.
  ///
  /// - Parameters:
  ///   - unreadable: Where they lie: ascending and apart.
  ///   - error: What reading them answers.
  package init(unreadable: [Range<UInt64>], with error: Errno = .ioError) {
    self.unreadable = unreadable
    self.error = error
    (operation, occurrence, isForGood, missing) = (nil, .max, false, [])
  }

  /// How many of the bytes at an offset can be read at once.
  func readableByteCount(_ count: Int, at offset: UInt64) throws(Errno) -> Int {
    guard let next = unreadable.first(where: { $0.upperBound > offset }) else { return count }
    guard next.lowerBound > offset else { throw error }
    return Int(min(UInt64(count), next.lowerBound - offset))
  }

  /// How many calls of the kind there were so far.
  package var callCount: Int { seen.load(ordering: .relaxed) }

  /// The call that failed; nil if none did.
  package var failedOperation: MappingError.Operation? { hit.withLock { $0 } }

  func failure(of call: MappingError.Operation) -> Errno? {
    if missing.contains(call) { return error }
    if let operation, operation != call { return nil }
    let number = seen.add(1, ordering: .relaxed).oldValue
    guard number == occurrence || isForGood && number > occurrence else { return nil }
    hit.withLock { $0 = call }
    return error
  }
}

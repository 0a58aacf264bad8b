#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Lends each thread a ``MatchSpace`` for the time of one tile.
///
/// A `pthread_mutex_t` guards it: ThreadSanitizer reports false races on
/// `Synchronization.Mutex` on Linux.
@safe final class MatchSpacePool: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private var idle: [MatchSpace] = []

  init() { unsafe pthread_mutex_init(mutex, nil) }

  deinit {
    unsafe pthread_mutex_destroy(mutex)
    unsafe mutex.deallocate()
  }

  func take() -> MatchSpace {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    return idle.popLast() ?? MatchSpace()
  }

  func putBack(_ space: MatchSpace) {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    idle.append(space)
  }
}

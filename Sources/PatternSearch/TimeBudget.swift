#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Processor time that one thread may spend on something.
struct TimeBudget {
  /// In nanoseconds.
  private static var total: UInt64 { 1_000_000_000 }

  /// When somebody asked first, on the clock; nil if nobody has.
  private var firstAsked: UInt64?
  /// What the thread had spent when the clock first said that the budget may be spent.
  private var spentBefore: UInt64?

  /// Whether it is spent.
  ///
  /// The thread's own time is not cheap to ask for, so the clock is looked at first, on which a busy
  /// machine lets more time pass: up to two budgets may go by.
  var isSpent: Bool {
    mutating get {
      let now = TimeBudget.read(TimeBudget.cheapClock)
      guard let firstAsked else {
        self.firstAsked = now
        return false
      }
      guard now - firstAsked > TimeBudget.total else { return false }
      let spent = TimeBudget.read(CLOCK_THREAD_CPUTIME_ID)
      guard let spentBefore else {
        self.spentBefore = spent
        return false
      }
      return spent - spentBefore > TimeBudget.total
    }
  }

  #if canImport(Glibc)
    private static var cheapClock: clockid_t { CLOCK_MONOTONIC_COARSE }
  #else
    private static var cheapClock: clockid_t { CLOCK_MONOTONIC }
  #endif

  private static func read(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    unsafe clock_gettime(clock, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}

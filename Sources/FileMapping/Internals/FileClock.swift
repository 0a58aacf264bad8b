#if canImport(Glibc)
  import Glibc
#endif

/// The kernel's clock for the times of files, which stands still for some milliseconds between two ticks.
enum FileClock {
  /// Whether it has not moved on since `moment`: what is written now may get the same time.
  ///
  /// The corresponding C function is `clock_gettime` with `CLOCK_REALTIME_COARSE`.
  static func isStill(at moment: FileStatus.Timestamp) -> Bool {
    #if os(Linux)
      var now = timespec()
      guard unsafe clock_gettime(CLOCK_REALTIME_COARSE, &now) == 0 else { return false }
      // Nearly all moments are long past. One may be ahead of this clock, by less than a second, if it comes from a
      // finer one; one that is further ahead comes from a clock that was set back, and is not given again.
      let seconds = moment.seconds.subtractingReportingOverflow(Int64(now.tv_sec))
      guard !seconds.overflow, 0...1 ~= seconds.partialValue else { return false }
      let ahead = seconds.partialValue * 1_000_000_000 + moment.nanoseconds - Int64(now.tv_nsec)
      return 0...1_000_000_000 ~= ahead
    #else
      // APFS has times of nanoseconds.
      return false
    #endif
  }

  /// Waits for a tick.
  static func waitForTick() {
    #if os(Linux)
      var tick = timespec()
      guard unsafe clock_getres(CLOCK_REALTIME_COARSE, &tick) == 0 else { return }
      unsafe nanosleep(&tick, nil)
    #endif
  }
}

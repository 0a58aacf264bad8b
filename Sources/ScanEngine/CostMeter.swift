#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Time that an analyzer took, summed over every lane it rode in.
public struct Cost: Equatable, Sendable {
  /// Time on the clock, in nanoseconds.
  public var wallNanoseconds: UInt64 = 0
  /// Time on a core, in nanoseconds.
  public var cpuNanoseconds: UInt64 = 0

  mutating func add(_ other: Cost) {
    wallNanoseconds += other.wallNanoseconds
    cpuNanoseconds += other.cpuNanoseconds
  }
}

/// A reading of both clocks. Reading them costs about 0.3 µs, so this is for whole tiles.
struct ClockReading {
  private let wall = ClockReading.read(CLOCK_MONOTONIC)
  private let cpu = ClockReading.read(CLOCK_THREAD_CPUTIME_ID)

  /// Time since this reading on the same thread.
  func elapsed() -> Cost {
    let now = ClockReading()
    return Cost(wallNanoseconds: now.wall - wall, cpuNanoseconds: now.cpu - cpu)
  }

  private static func read(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    unsafe clock_gettime(clock, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}

import Synchronization

/// What the process has used so far.
struct ProcessUsage {
  var cpuSeconds: Double
  var minorFaults: UInt64
  var majorFaults: UInt64
  /// The most memory at one time, in bytes, mapped pages of files included.
  var peakMemory: UInt64

  /// The corresponding C function is `getrusage`.
  static var now: ProcessUsage {
    var usage = rusage()
    #if canImport(Glibc)
      unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
      let peak = UInt64(usage.ru_maxrss) * 1024
    #else
      unsafe getrusage(RUSAGE_SELF, &usage)
      let peak = UInt64(usage.ru_maxrss)
    #endif
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return ProcessUsage(
      cpuSeconds: seconds(usage.ru_utime) + seconds(usage.ru_stime),
      minorFaults: UInt64(usage.ru_minflt), majorFaults: UInt64(usage.ru_majflt), peakMemory: peak)
  }
}

/// The most memory without pages of files that was seen. The system keeps no such peak, so it is
/// looked at now and then.
final class AnonymousMemoryGauge: Sendable {
  private let peakByteCount = Atomic<UInt64>(0)

  /// Looks at what it is now.
  func look() {
    guard let now = AnonymousMemoryGauge.byteCount else { return }
    peakByteCount.max(now, ordering: .relaxed)
  }

  /// The largest of what was seen, in bytes; nil where the system does not tell.
  var peak: UInt64? {
    let peak = peakByteCount.load(ordering: .relaxed)
    return peak == 0 ? nil : peak
  }

  /// `RssAnon` of `/proc/self/status`.
  private static var byteCount: UInt64? {
    let descriptor = unsafe open("/proc/self/status", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = unsafe buffer.withUnsafeMutableBytes {
      unsafe read(descriptor, $0.baseAddress, $0.count)
    }
    guard count > 0 else { return nil }
    for line in buffer.prefix(count).split(separator: 10) where line.starts(with: "RssAnon:".utf8) {
      let digits = String(decoding: line, as: UTF8.self).filter(\.isNumber)
      return UInt64(digits).map { $0 * 1024 }
    }
    return nil
  }
}

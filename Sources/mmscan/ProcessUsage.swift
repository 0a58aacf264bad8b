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

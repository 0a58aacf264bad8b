import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What this process may use, where it is short: addresses (`ulimit -v`) and descriptors (`ulimit -n`).
package enum ProcessLimits {
  /// - Throws: ``MappingError`` with `.addressSpaceExhausted` if so many threads cannot start now, for which
  ///   Dispatch would wait for ever.
  /// - Complexity: Two system calls.
  package static func checkRoom(
    forThreads count: Int, of object: MappingObject
  ) throws(MappingError) {
    guard hasRoom(forThreads: count) else {
      throw object.backing.error(.addressSpaceExhausted(byteCount: UInt64(count * stackByteCount)))
    }
  }

  /// Whether so many files can be open at a time. Dispatch ends a process that has not one descriptor left.
  package static func allowsDescriptors(_ count: Int) -> Bool {
    descriptorCount.map { $0 >= count } ?? true
  }

  private static let descriptorCount: Int? = {
    var limit = rlimit()
    #if os(Linux)
      let result = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    #else
      let result = unsafe getrlimit(RLIMIT_NOFILE, &limit)
    #endif
    return result == 0 && limit.rlim_cur < 1 << 30 ? Int(limit.rlim_cur) : nil
  }()

  /// How many threads, up to `count`, can start now besides `others` and have two files each; at least one.
  package static func affordableThreads(upTo count: Int, besides others: Int) -> Int {
    var affordable = count
    if let descriptorCount { affordable = min(affordable, max(1, (descriptorCount - 24) / 2)) }
    while affordable > 1, !hasRoom(forThreads: affordable + others) { affordable /= 2 }
    return affordable
  }

  /// Whether so many threads can start now.
  package static func hasRoom(forThreads count: Int) -> Bool {
    let byteCount = count * stackByteCount
    guard let base = unsafe try? SystemCalls.live.reserve(byteCount: byteCount) else {
      return false
    }
    try? unsafe SystemCalls.live.unmap(base, byteCount: byteCount)
    return true
  }

  /// What a thread's stack takes at the most, in bytes: as much as the main thread's may, or 8 MiB.
  private static let stackByteCount: Int = {
    var limit = rlimit()
    #if os(Linux)
      let result = unsafe getrlimit(__rlimit_resource_t(RLIMIT_STACK.rawValue), &limit)
    #else
      let result = unsafe getrlimit(RLIMIT_STACK, &limit)
    #endif
    let usual = 8 << 20
    return result == 0 ? limit.rlim_cur >= 1 << 40 ? usual : Int(limit.rlim_cur) : usual
  }()
}

extension MappingError {
  /// Whether smaller views, or none, would do.
  package var isShortageOfAddresses: Bool {
    switch reason {
    case .addressSpaceExhausted, .tooManyViews: true
    default: false
    }
  }
}

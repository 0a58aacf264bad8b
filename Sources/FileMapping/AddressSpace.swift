import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The addresses that this process may use, where they are short (`ulimit -v`).
package enum AddressSpace {
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

  /// How many threads, up to `count`, can start now besides `others`; at least one.
  package static func affordableThreads(upTo count: Int, besides others: Int) -> Int {
    var affordable = count
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

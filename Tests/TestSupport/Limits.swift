import Foundation
import SystemPackage

#if canImport(Glibc)
  public import Glibc
#elseif canImport(Darwin)
  public import Darwin
#endif

#if os(Linux)
  public typealias Resource = __rlimit_resource
#else
  public typealias Resource = CInt
#endif

/// Lowers what this process may use from now on. For processes that end with their test.
public func limit(_ resource: Resource, to count: UInt64) throws {
  var limits = rlimit()
  #if os(Linux)
    let number = __rlimit_resource_t(resource.rawValue)
  #else
    let number = resource
  #endif
  guard unsafe getrlimit(number, &limits) == 0 else { throw Errno(rawValue: errno) }
  limits.rlim_cur = rlim_t(count)
  guard unsafe setrlimit(number, &limits) == 0 else { throw Errno(rawValue: errno) }
}

/// Runs `body` while this process may have no more address space than it has, and `byteCount` bytes.
public func withAddressSpace<Result>(
  of byteCount: UInt64, _ body: () throws -> Result
) throws -> Result {
  let numbers = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
  guard let pages = UInt64(numbers.prefix { $0 != " " }) else { throw Errno.invalidArgument }
  try limit(RLIMIT_AS, to: pages * UInt64(getpagesize()) + byteCount)
  defer { try? limit(RLIMIT_AS, to: UInt64(rlim_t.max)) }
  return try body()
}

/// Whether there is anything at a page's address.
public func isMapped(_ address: Int) -> Bool {
  var state: UInt8 = 0
  return unsafe mincore(UnsafeMutableRawPointer(bitPattern: address), 1, &state) == 0
}

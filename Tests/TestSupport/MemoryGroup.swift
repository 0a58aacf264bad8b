import Foundation
public import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A control group whose processes may have little memory. Goes with its owner, when they are gone.
public struct MemoryGroup: ~Copyable {
  /// Where it is: the number of a process that is written to `cgroup.procs` in it makes it one of its own.
  public let directory: FilePath

  /// Whether one can be made here.
  public static let isPossible = {
    if let group = try? MemoryGroup(of: 1 << 30) { !group.directory.isEmpty } else { false }
  }()

  /// Makes one, below the control groups of version 1 where there are any.
  ///
  /// - Parameter byteCount: How much memory its processes and the pages of their files may take together.
  public init(of byteCount: UInt64) throws {
    let isFirst = FileManager.default.fileExists(atPath: "/sys/fs/cgroup/memory")
    let root: FilePath = isFirst ? "/sys/fs/cgroup/memory" : "/sys/fs/cgroup"
    directory = root.appending("mmscan-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      atPath: directory.string, withIntermediateDirectories: false)
    let limit = directory.appending(isFirst ? "memory.limit_in_bytes" : "memory.max")
    do {
      let file = try FileDescriptor.open(limit, .writeOnly)
      try file.closeAfter { _ = try file.writeAll("\(byteCount)".utf8) }
    } catch {
      Self.remove(directory)
      throw error
    }
  }

  /// Makes a group in this one that has no limit of its own.
  public func inner() throws -> FilePath {
    let inner = directory.appending("inner")
    try FileManager.default.createDirectory(
      atPath: inner.string, withIntermediateDirectories: false)
    return inner
  }

  deinit {
    Self.remove(directory.appending("inner"))
    Self.remove(directory)
  }

  private static func remove(_ directory: FilePath) {
    // A process that ended stays for a moment.
    for _ in 0..<100 {
      if unsafe rmdir(directory.string) == 0 || errno != EBUSY { return }
      usleep(10_000)
    }
  }
}

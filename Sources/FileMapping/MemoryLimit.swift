import SystemPackage

extension ProcessLimits {
  /// How much memory this process and its page cache may take together, in bytes, where a control group says so;
  /// nil if none does.
  ///
  /// The corresponding files are `memory.max` of cgroup v2 and `memory.limit_in_bytes` of v1, of the process's group
  /// and of those above it.
  package static let memoryByteCount = memoryByteCount(.live)

  /// A part of it, in bytes, but no more than `most`, which it is without a limit, too.
  package static func memoryShare(_ divisor: UInt64, upTo most: Int) -> Int {
    min(most, Int(clamping: (memoryByteCount ?? .max) / divisor))
  }

  /// What ``memoryByteCount`` is, asked anew.
  package static func memoryByteCount(_ system: SystemCalls) -> UInt64? {
    #if os(Linux)
      var least: UInt64?
      for line in lines(of: "/proc/self/cgroup", system) {
        // number ":" controllers ":" path
        let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard fields.count == 3 else { continue }
        let isUnified = fields[0] == "0" && fields[1].isEmpty
        guard isUnified || fields[1].split(separator: ",").contains("memory") else { continue }
        let root: FilePath = isUnified ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory"
        var group = FilePath(String(fields[2])).components[...]
        while true {
          let file = isUnified ? "memory.max" : "memory.limit_in_bytes"
          let limit = lines(of: root.appending(group).appending(file), system).first
          if let limit = limit.flatMap({ UInt64($0) }) { least = min(least ?? limit, limit) }
          guard !group.isEmpty else { break }
          group.removeLast()
        }
      }
      // Without a limit v1 has a number that no machine has.
      return least.flatMap { $0 < 1 << 60 ? $0 : nil }
    #else
      return nil
    #endif
  }

  private static func lines(of path: FilePath, _ system: SystemCalls) -> [Substring] {
    guard let file = try? OpenedFile(path, system: system) else { return [] }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = unsafe bytes.withUnsafeMutableBytes { unsafe (try? file.read(into: $0)) ?? 0 }
    return String(decoding: bytes.prefix(count), as: UTF8.self).split(separator: "\n")
  }
}

import SystemPackage

extension SystemCalls {
  /// Whether this process has as many mappings as the system allows: then `mmap(2)` fails as it does
  /// when addresses run out.
  var hasMaximumMappings: Bool {
    #if os(Linux)
      var (limit, count) = (0, 0)
      do throws(Errno) {
        try forEachByte(of: "/proc/sys/vm/max_map_count") {
          if (48...57).contains($0) { limit = limit * 10 + Int($0 - 48) }
        }
        try forEachByte(of: "/proc/self/maps") { if $0 == 10 { count += 1 } }
      } catch { return false }
      // One view may take a few mappings, and the list a moment to read.
      return count + 16 > limit
    #else
      return false
    #endif
  }

  /// Reads a file without memory from the heap, which may have no room to grow in.
  private func forEachByte(of path: FilePath, _ body: (UInt8) -> Void) throws(Errno) {
    let live = SystemCalls.live
    let file = OwnedDescriptor(
      try live.open(path, for: .readOnly), isLent: false, system: live)
    var failure: Errno?
    unsafe withUnsafeTemporaryAllocation(byteCount: 1024, alignment: 1) { buffer in
      do throws(Errno) {
        while case let came = try unsafe live.read(file.number, into: buffer), came > 0 {
          for index in 0..<came { unsafe body(buffer[index]) }
        }
      } catch { failure = error }
    }
    if let failure { throw failure }
  }
}

import SystemPackage

/// A mapped range of addresses. Unmapped exactly once: by ``unmap()`` or when its owner ends.
// SAFETY: the address is owned by this value alone, and it is the owner's business that nobody reads
// what somebody else writes.
@safe struct Mapping: ~Copyable, @unchecked Sendable {
  let base: UnsafeMutableRawPointer
  let byteCount: Int
  private let system: SystemCalls
  private var isMapped = true

  /// Takes over `byteCount` bytes mapped at `base`.
  init(owning base: UnsafeMutableRawPointer, byteCount: Int, system: SystemCalls) {
    unsafe self.base = unsafe base
    self.byteCount = byteCount
    self.system = system
  }

  mutating func unmap() throws(Errno) {
    try unsafe system.unmap(base, byteCount: byteCount)
    isMapped = false
  }

  /// Unmaps all but a part, which is left as it is, for ever.
  ///
  /// - Parameter part: In bytes from the start of the range; multiples of the page size.
  mutating func abandon(_ part: Range<Int>) {
    isMapped = false
    for rest in [0..<part.lowerBound, part.upperBound..<byteCount] where !rest.isEmpty {
      try? unsafe system.unmap(base + rest.lowerBound, byteCount: rest.count)
    }
  }

  // Unmapping what is mapped fails only if the range is not page-aligned, and this one is.
  deinit { if isMapped { try? unsafe system.unmap(base, byteCount: byteCount) } }
}

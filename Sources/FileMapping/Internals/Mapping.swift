/// A mapped range of addresses. Unmapped exactly once, when its owner ends.
// SAFETY: the address is owned by this value alone, and the pages are only ever read.
@safe struct Mapping: ~Copyable, @unchecked Sendable {
  let base: UnsafeMutableRawPointer
  let byteCount: Int
  private let system: SystemCalls

  /// Takes over `byteCount` bytes mapped at `base`.
  init(owning base: UnsafeMutableRawPointer, byteCount: Int, system: SystemCalls) {
    unsafe self.base = unsafe base
    self.byteCount = byteCount
    self.system = system
  }

  // Unmapping what is mapped fails only if the range is not page-aligned, and this one is.
  deinit { try? unsafe system.unmap(base, byteCount: byteCount) }
}

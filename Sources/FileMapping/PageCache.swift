#if canImport(Glibc)
  import CLinux
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the system keeps of a file in memory. All of it is advice: where the system knows no such thing,
/// nothing happens.
extension MappingObject {
  /// The most that is asked for at a time, since the system may not take more.
  private static var prefetchStep: UInt64 { 4 << 20 }

  /// Whether a byte can be read without waiting for a device, as far as that is known.
  ///
  /// The corresponding C function is `preadv2` with `RWF_NOWAIT`.
  package func isCached(at offset: UInt64) -> Bool {
    guard !backing.isMemory, offset < size.rawValue else { return true }
    #if os(Linux)
      return linux_is_cached(backing.descriptor, Int64(backing.place(of: offset))) != 0
    #else
      return true
    #endif
  }

  /// Has the system begin to read bytes that will be needed.
  ///
  /// The corresponding C function is `posix_fadvise` with `POSIX_FADV_WILLNEED`.
  package func prefetch(_ range: Range<UInt64>) {
    #if os(Linux)
      var offset = range.lowerBound
      let end = min(range.upperBound, size.rawValue)
      while offset < end {
        let count = min(Self.prefetchStep, end - offset)
        _ = posix_fadvise(
          backing.descriptor, off_t(backing.place(of: offset)), off_t(count), POSIX_FADV_WILLNEED)
        offset += count
      }
    #endif
  }

  /// Lets the system forget what it keeps of some bytes, unless somebody maps them.
  ///
  /// The corresponding C function is `posix_fadvise` with `POSIX_FADV_DONTNEED`.
  package func forget(_ range: Range<UInt64>) {
    #if os(Linux)
      let end = min(range.upperBound, size.rawValue)
      guard range.lowerBound < end else { return }
      _ = posix_fadvise(
        backing.descriptor, off_t(backing.place(of: range.lowerBound)),
        off_t(end - range.lowerBound), POSIX_FADV_DONTNEED)
    #endif
  }
}

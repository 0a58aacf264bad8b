#if canImport(Glibc)
  import CLinux
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the system keeps of a file in memory. All of it is advice: where the system knows no such thing,
/// nothing happens.
extension MappingObject {
  /// How much the system is asked for at a time, since it may not take more.
  private static var adviceStep: UInt64 { 4 << 20 }

  /// Whether all bytes of a range can be read without waiting for a device, as far as that is known.
  package func isCached(_ range: Range<UInt64>) -> Bool {
    let (cached, count) = pages(of: range)
    return cached >= count
  }

  /// Whether most bytes of a range have to be read from a device.
  package func isCold(_ range: Range<UInt64>) -> Bool {
    let (cached, count) = pages(of: range)
    return cached < count / 2 + count % 2
  }

  /// How many pages hold the range, and how many of them are in memory: all, if that is not known.
  ///
  /// The corresponding C function is `cachestat`, or, where that is missing, `preadv2` of the last byte with
  /// `RWF_NOWAIT`.
  private func pages(of range: Range<UInt64>) -> (cached: UInt64, count: UInt64) {
    let end = min(range.upperBound, size.rawValue)
    guard !backing.isMemory, range.lowerBound < end else { return (0, 0) }
    let page = UInt64(systemPageSize)
    let place = backing.place(of: range.lowerBound)
    let last = place + (end - range.lowerBound) - 1
    let count = last / page - place / page + 1
    #if os(Linux)
      var cached: UInt64 = 0
      if backing.file.fileSystem == .local,
        unsafe linux_count_cached_pages(backing.descriptor, place, last - place + 1, &cached) == 0
      {
        return (cached, count)
      }
      return (linux_needs_device(backing.descriptor, last) == 0 ? count : 0, count)
    #else
      return (count, count)
    #endif
  }

  /// Reads bytes that will be needed into memory, and waits until they are there. What cannot be read says so
  /// when it is needed.
  ///
  /// They are read through a mapping, for the sake of the pages that hold them: after `posix_fadvise` and
  /// `readahead` a file lies in memory in single pages, and whoever maps it then takes three times as long.
  ///
  /// The corresponding C function is `madvise` with `MADV_POPULATE_READ`; without it, `posix_fadvise` with
  /// `POSIX_FADV_WILLNEED`, which does not wait.
  package func load(_ range: Range<UInt64>) {
    let start = range.lowerBound - range.lowerBound % Self.allocationGranularity
    let end = min(range.upperBound, size.rawValue)
    guard start < end else { return }
    if let view = try? view(at: FileOffset(start), length: end - start), view.populate() { return }
    #if os(Linux)
      for offset in stride(from: start, to: end, by: Int(Self.adviceStep)) {
        _ = posix_fadvise(
          backing.descriptor, off_t(backing.place(of: offset)),
          off_t(min(Self.adviceStep, end - offset)), POSIX_FADV_WILLNEED)
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

import SystemPackage

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
    let system = backing.system
    do throws(Errno) {
      if backing.file.fileSystem == .local,
        let cached = try? system.cachedPageCount(backing.descriptor, place..<last + 1)
      {
        return (cached, count)
      }
      return (try system.needsDevice(backing.descriptor, at: last) ? 0 : count, count)
    } catch { return (count, count) }
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
    for offset in stride(from: start, to: end, by: Int(Self.adviceStep)) {
      advise(offset..<min(offset + Self.adviceStep, end), .willNeed)
    }
  }

  /// Lets the system forget what it keeps of some bytes, unless somebody maps them.
  ///
  /// The corresponding C function is `posix_fadvise` with `POSIX_FADV_DONTNEED`.
  package func forget(_ range: Range<UInt64>) {
    let end = min(range.upperBound, size.rawValue)
    if range.lowerBound < end { advise(range.lowerBound..<end, .dontNeed) }
  }

  private func advise(_ range: Range<UInt64>, _ advice: SystemCalls.CacheAdvice) {
    let place = backing.place(of: range.lowerBound)
    try? backing.system.advise(
      backing.descriptor, place..<place + (range.upperBound - range.lowerBound), advice)
  }
}

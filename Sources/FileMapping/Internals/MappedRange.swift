import SystemPackage

/// A mapped part of an object, whatever it may be used for: what every kind of view is made of.
struct MappedRange: ~Copyable, Sendable {
  private var mapping: WatchedMapping
  let backing: Backing
  let sharing: SystemCalls.Sharing
  /// Where it starts in the object.
  let offset: FileOffset
  /// Size in bytes, as it was asked for.
  let byteCount: Int

  /// Maps a part of `backing`.
  ///
  /// - Parameter base: The address it shall have; nil lets the system choose.
  init(
    of backing: Backing, _ sharing: SystemCalls.Sharing, at offset: FileOffset, length: UInt64,
    base: UInt?
  ) throws(MappingError) {
    let range = try backing.checkedRange(at: offset, length: length)
    let granularity = MappingObject.allocationGranularity
    if let base, UInt64(base) % granularity != 0 {
      throw backing.error(.misalignedBase(base: base, granularity: granularity))
    }
    guard let byteCount = Int(exactly: range.upperBound - range.lowerBound) else {
      throw backing.error(.addressSpaceExhausted(byteCount: range.upperBound - range.lowerBound))
    }
    let address: UnsafeMutableRawPointer
    do throws(Errno) {
      unsafe address = try backing.system.map(
        backing.descriptor, sharing, base: base, byteCount: byteCount,
        offset: backing.place(of: range.lowerBound))
    } catch {
      throw backing.mapError(error, byteCount: byteCount, base: base)
    }
    let rounded = (byteCount + systemPageSize - 1) / systemPageSize * systemPageSize
    let mapping = unsafe Mapping(owning: address, byteCount: rounded, system: backing.system)
    self.mapping = try WatchedMapping(mapping, of: backing, isWritten: sharing != .read)
    self.mapping.show(backing, from: 0, place: backing.place(of: range.lowerBound))
    self.backing = backing
    self.sharing = sharing
    self.offset = offset
    self.byteCount = byteCount
  }

  /// The address of the first byte.
  var base: UnsafeMutableRawPointer { unsafe mapping.base }

  /// The lowest offset in the object whose page was lost; nil if none was.
  var fault: FileOffset? { mapping.fault.map { FileOffset(offset.rawValue + $0) } }

  /// See ``MappedView/advise(_:)``.
  func advise(_ advice: Advice) throws(MappingError) {
    try MappingError.wrap(.madvise, backing.path) { () throws(Errno) in
      try unsafe backing.system.advise(base, byteCount: byteCount, advice)
    }
  }

  /// See ``MappedView/populate()``.
  func populate() -> Bool {
    (try? unsafe backing.system.populate(base, byteCount: byteCount)) != nil
  }

  /// See ``MutableMappedView/flush(_:_:)``.
  func flush(_ range: Range<Int>, _ guarantee: FlushGuarantee) throws(MappingError) {
    guard range.lowerBound >= 0, range.upperBound <= byteCount else {
      throw backing.error(
        .lengthBeyondEnd(
          requested: UInt64(range.count),
          available: UInt64(max(0, byteCount - max(0, range.lowerBound)))), .msync)
    }
    guard sharing == .readWrite, !range.isEmpty else { return }
    try checkKept(range)
    guard !backing.isMemory else { return }
    do throws(MappingError) { try write(range, guarantee) } catch {
      backing.noteLostBytes()
      throw error
    }
    try checkKept(range)
  }

  private func write(_ range: Range<Int>, _ guarantee: FlushGuarantee) throws(MappingError) {
    switch guarantee {
    case .written:
      let start = backing.place(of: offset.rawValue)
      try MappingError.wrap(.syncFileRange, backing.path) { () throws(Errno) in
        try backing.system.beginWriting(
          backing.descriptor, start + UInt64(range.lowerBound)..<start + UInt64(range.upperBound))
      }
    case .durable:
      let start = range.lowerBound / systemPageSize * systemPageSize
      try MappingError.wrap(.msync, backing.path) { () throws(Errno) in
        try unsafe backing.system.sync(base + start, byteCount: range.upperBound - start)
      }
    }
  }

  /// Checks that what was written to a part of the range has not been lost with its pages.
  private func checkKept(_ range: Range<Int>) throws(MappingError) {
    try backing.checkDevice()
    // Everything from the page that failed to the end of the range was replaced.
    if let fault = mapping.fault,
      fault / UInt64(systemPageSize) * UInt64(systemPageSize)
        < UInt64(range.upperBound)
    {
      throw backing.error(.faulted(offset: FileOffset(offset.rawValue + fault)), .msync)
    }
    try backing.checkReaches(offset.rawValue + UInt64(range.upperBound))
  }

  /// Unmaps, and says whether what was read was there and what was written was kept.
  consuming func unmap() throws(MappingError) {
    let fault = self.fault
    let backing = self.backing
    try MappingError.wrap(.munmap, backing.path) { () throws(Errno) in try mapping.unmap() }
    if let fault { throw backing.error(.faulted(offset: fault), .munmap) }
    guard sharing == .readWrite else { return }
    try backing.checkDevice()
    try backing.checkReaches(offset.rawValue + UInt64(byteCount))
  }
}

/// A part of an object mapped for reading. Unmapped exactly once: by ``unmap()`` or when it ends.
///
/// If the file shrinks or its device fails while the view lives, reading goes on over zeros and
/// ``fault`` says where it began; ask it before you trust what you read.
public struct MappedView: ~Copyable, Sendable {
  private let mapping: WatchedMapping
  private let object: MappingObject
  /// Where the view starts in the object.
  public let offset: FileOffset
  /// Size in bytes: exactly what was asked for, never rounded up to a page.
  public let byteCount: Int

  init(of object: MappingObject, range: Range<UInt64>) throws(MappingError) {
    guard let byteCount = Int(exactly: range.upperBound - range.lowerBound) else {
      throw object.error(.addressSpaceExhausted(byteCount: range.upperBound - range.lowerBound))
    }
    let base: UnsafeMutableRawPointer
    do {
      unsafe base = try object.system.map(
        object.descriptor, at: nil, byteCount: byteCount, offset: range.lowerBound)
    } catch {
      throw object.mapError(error, byteCount: byteCount)
    }
    let rounded = (byteCount + systemPageSize - 1) / systemPageSize * systemPageSize
    let mapping = unsafe Mapping(owning: base, byteCount: rounded, system: object.system)
    self.mapping = try WatchedMapping(mapping, of: object)
    self.object = object
    self.offset = FileOffset(range.lowerBound)
    self.byteCount = byteCount
  }

  /// The bytes. They cannot outlive the view.
  public var bytes: RawSpan {
    @_lifetime(borrow self) get {
      // SAFETY: byteCount bytes are mapped at the base for as long as the view lives; pages that
      // lose their file are replaced by zeros.
      let buffer = unsafe UnsafeRawBufferPointer(start: mapping.base, count: byteCount)
      return unsafe _overrideLifetime(RawSpan(_unsafeBytes: buffer), borrowing: self)
    }
  }

  /// Lends the bytes to a closure.
  public func withBytes<Result: ~Copyable, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(bytes)
  }

  /// The lowest offset in the object whose page could not be read; nil if all went well so far.
  public var fault: FileOffset? { mapping.fault.map { FileOffset(offset.rawValue + $0) } }

  /// Ends the view and says whether everything that was read was really there.
  ///
  /// - Throws: ``MappingError`` with `.faulted` if a page could not be read.
  ///
  /// The corresponding functions are Win32 `UnmapViewOfFile` and C `munmap`.
  public consuming func unmap() throws(MappingError) {
    let fault = self.fault
    let object = self.object
    _ = consume self
    if let fault { throw object.error(.faulted(offset: fault), .munmap) }
  }
}

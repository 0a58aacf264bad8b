/// A part of an object mapped for reading and writing. Unmapped exactly once: by ``unmap()`` or when
/// it ends.
///
/// What is written to a shared view is the object's at once: other views show it, and readers of the
/// file read it. It is on the device only after ``flush(_:)``. What is written to a copy-on-write view
/// stays in that view and ends with it.
///
/// If the file shrinks, its device fails or is full while the view lives, writing goes on to pages
/// that nobody keeps, and ``fault`` says where that began. ``flush(_:)`` and ``unmap()`` never report
/// such bytes as written.
public struct MutableMappedView: ~Copyable, Sendable {
  private let range: MappedRange

  init(_ range: consuming MappedRange) { self.range = range }

  /// Where the view starts in the object.
  public var offset: FileOffset { range.offset }
  /// Size in bytes: exactly what was asked for, never rounded up to a page.
  public var byteCount: Int { range.byteCount }
  /// The address of the first byte.
  public var base: UInt { unsafe UInt(bitPattern: range.base) }

  /// The bytes for reading. They cannot outlive the view.
  public var bytes: RawSpan {
    @_lifetime(borrow self) get {
      // SAFETY: byteCount bytes are mapped at the base for as long as the view lives.
      let buffer = unsafe UnsafeRawBufferPointer(start: range.base, count: byteCount)
      return unsafe _overrideLifetime(RawSpan(_unsafeBytes: buffer), borrowing: self)
    }
  }

  /// The bytes for reading and writing. They cannot outlive the view, and nobody else in this view
  /// can read or write meanwhile.
  public var mutableBytes: MutableRawSpan {
    @_lifetime(&self) mutating get {
      // SAFETY: as for `bytes`; the pages are mapped for writing.
      let buffer = unsafe UnsafeMutableRawBufferPointer(start: range.base, count: byteCount)
      return unsafe _overrideLifetime(MutableRawSpan(_unsafeBytes: buffer), mutating: &self)
    }
  }

  /// Lends the bytes to a closure, for reading.
  public func withBytes<Result: ~Copyable, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(bytes)
  }

  /// Lends the bytes to a closure, for reading and writing.
  public mutating func withMutableBytes<Result: ~Copyable, Failure: Error>(
    _ body: (inout MutableRawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    var span = mutableBytes
    return try body(&span)
  }

  /// The lowest offset in the object that is known to be lost, as ``MappedView/fault``; nil if all went well so far.
  public var fault: FileOffset? { range.fault }

  /// Tells the system how the view is going to be read.
  ///
  /// - Throws: ``MappingError`` with `.system` if the system refuses.
  ///
  /// The corresponding C function is `madvise`.
  public func advise(_ advice: Advice) throws(MappingError) { try range.advise(advice) }

  /// Passes on what was written to the view. See ``flush(_:_:)-(Range<Int>,_)``.
  public func flush(_ guarantee: FlushGuarantee) throws(MappingError) {
    try range.flush(0..<byteCount, guarantee)
  }

  /// Passes on what was written to a part of the view.
  ///
  /// Does nothing for memory and for copy-on-write views: there is nowhere to pass it on to.
  ///
  /// - Parameters:
  ///   - part: Which bytes, counted from the view's first.
  ///   - guarantee: How far they get.
  /// - Throws: ``MappingError`` with `.lengthBeyondEnd` if the part is not inside the view, `.faulted`
  ///   or `.fileTruncated` if some of it was lost, `.system` if the device refuses.
  ///
  /// The corresponding functions are Win32 `FlushViewOfFile` and C `msync`.
  public func flush(
    _ part: Range<Int>, _ guarantee: FlushGuarantee
  ) throws(MappingError) {
    try range.flush(part, guarantee)
  }

  /// Passes on what was written from `part.lowerBound` to the end. See ``flush(_:_:)-(Range<Int>,_)``.
  public func flush(
    _ part: PartialRangeFrom<Int>, _ guarantee: FlushGuarantee
  ) throws(MappingError) {
    try range.flush(part.lowerBound..<max(part.lowerBound, byteCount), guarantee)
  }

  /// Ends the view and says whether what was written was kept. Does not wait for the device.
  ///
  /// - Throws: ``MappingError`` with `.faulted` or `.fileTruncated` if bytes were lost, or `.system` if
  ///   the system refuses.
  ///
  /// The corresponding functions are Win32 `UnmapViewOfFile` and C `munmap`.
  public consuming func unmap() throws(MappingError) { try range.unmap() }
}

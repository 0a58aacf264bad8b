/// A part of an object mapped for reading. Unmapped exactly once: by ``unmap()`` or when it ends.
///
/// If the file shrinks or its device fails while the view lives, reading goes on over zeros and
/// ``fault`` says where it began; ask it before you trust what you read.
public struct MappedView: ~Copyable, Sendable {
  private let range: MappedRange

  init(_ range: consuming MappedRange) { self.range = range }

  /// Where the view starts in the object.
  public var offset: FileOffset { range.offset }
  /// Size in bytes: exactly what was asked for, never rounded up to a page.
  public var byteCount: Int { range.byteCount }
  /// The address of the first byte.
  public var base: UInt { unsafe UInt(bitPattern: range.base) }

  /// The bytes. They cannot outlive the view.
  public var bytes: RawSpan {
    @_lifetime(borrow self) get {
      // SAFETY: byteCount bytes are mapped at the base for as long as the view lives; pages that
      // lose their file are replaced by zeros.
      let buffer = unsafe UnsafeRawBufferPointer(start: range.base, count: byteCount)
      return unsafe _overrideLifetime(RawSpan(_unsafeBytes: buffer), borrowing: self)
    }
  }

  /// Lends the bytes to a closure.
  public func withBytes<Result: ~Copyable, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(bytes)
  }

  /// The lowest offset in the object that is known to be lost: of the byte whose page could not be read, or of the first
  /// page that a file does not have any more. Nil if all went well so far.
  public var fault: FileOffset? { range.fault }

  /// Tells the system how the view is going to be read.
  ///
  /// - Throws: ``MappingError`` with `.system` if the system refuses.
  ///
  /// The corresponding C function is `madvise`.
  public func advise(_ advice: Advice) throws(MappingError) { try range.advise(advice) }

  /// Reads all of it into memory, in pages as large as the system has, and waits for that.
  ///
  /// - Returns: Whether the system could.
  ///
  /// The corresponding C function is `madvise` with `MADV_POPULATE_READ`.
  package borrowing func populate() -> Bool { range.populate() }

  /// Ends the view and says whether everything that was read was really there.
  ///
  /// - Throws: ``MappingError`` with `.faulted` if a page could not be read, or `.system` if the
  ///   system refuses.
  ///
  /// The corresponding functions are Win32 `UnmapViewOfFile` and C `munmap`.
  public consuming func unmap() throws(MappingError) { try range.unmap() }
}

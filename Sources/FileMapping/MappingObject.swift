public import SystemPackage

/// What can be viewed: a file opened for mapping, with a size that is fixed when the object is made.
///
/// Views keep the object alive; the object keeps its file open.
public struct MappingObject: Sendable {
  /// Every view starts at a multiple of this many bytes: 64 KiB, or the page size where that is
  /// larger. The same on every system, so that a program behaves alike everywhere.
  public static let allocationGranularity = UInt64(max(65536, systemPageSize))

  private final class Storage: Sendable {
    let file: OpenedFile
    init(_ file: consuming OpenedFile) { self.file = file }
  }

  private let storage: Storage
  /// Size in bytes. Never 0.
  public let size: FileOffset

  /// Opens a file and makes an object of it for reading.
  ///
  /// - Throws: ``MappingError``: see ``init(file:size:)``, or what opening throws.
  public init(readingFrom path: FilePath, size: FileOffset = 0) throws(MappingError) {
    try self.init(file: OpenedFile(path), size: size)
  }

  /// Makes an object for reading.
  ///
  /// - Parameter size: How much of the file the object covers, in bytes; 0 for the whole file.
  /// - Throws: ``MappingError`` with `.notMappable`, `.sizeUnsupported`, `.emptyFile` or
  ///   `.sizeExceedsFile`.
  ///
  /// The corresponding Win32 function is `CreateFileMapping` with `PAGE_READONLY`.
  public init(file: consuming OpenedFile, size: FileOffset = 0) throws(MappingError) {
    let status = file.status
    let path = file.path
    func refuse(_ reason: MappingError.Reason) -> MappingError {
      MappingError(reason, operation: .mmap, path: path)
    }
    guard size.rawValue <= UInt64(Int64.max) else { throw refuse(.sizeUnsupported(size)) }
    guard status.kind == .regular else { throw refuse(.notMappable(status.kind)) }
    if size == 0 && status.size == 0 { throw refuse(.emptyFile) }
    guard size <= status.size else {
      throw refuse(.sizeExceedsFile(requested: size, actual: status.size))
    }
    self.size = size == 0 ? status.size : size
    storage = Storage(file)
  }

  /// The name the file was opened by.
  public var path: FilePath { storage.file.path }
  /// What the file was when it was opened.
  public var status: FileStatus { storage.file.status }
  /// What the file is now.
  public func currentStatus() throws(MappingError) -> FileStatus {
    try storage.file.currentStatus()
  }
  /// Whether the path still names this file.
  public func isStillNamed() -> Bool { storage.file.isStillNamed() }
  /// See ``OpenedFile/isRemote``.
  public var isRemote: Bool { storage.file.isRemote }

  var system: SystemCalls { storage.file.system }
  var descriptor: CInt { storage.file.descriptor }

  /// Reads bytes without mapping them. See ``OpenedFile/read(into:at:)``.
  public func read(
    into buffer: UnsafeMutableRawBufferPointer, at offset: FileOffset
  ) throws(MappingError) -> Int {
    try unsafe storage.file.read(into: buffer, at: offset)
  }

  /// Maps a part of the object for reading.
  ///
  /// - Parameters:
  ///   - offset: Where the view starts: a multiple of ``allocationGranularity`` inside the object.
  ///   - length: Its size in bytes; 0 for everything up to the object's end.
  /// - Throws: ``MappingError`` with `.misalignedOffset`, `.offsetBeyondEnd`, `.lengthBeyondEnd`,
  ///   `.addressSpaceExhausted`, `.tooManyViews` or `.system`; the first that applies.
  /// - Complexity: One system call; pages load when they are first touched.
  ///
  /// The corresponding functions are Win32 `MapViewOfFile` and C `mmap`.
  public func view(at offset: FileOffset = 0, length: UInt64 = 0) throws(MappingError) -> MappedView
  {
    let range = try checkedRange(at: offset, length: length)
    return try MappedView(of: self, range: range)
  }

  /// The byte range of a view, after the checks in their fixed order: alignment, start, end.
  func checkedRange(at offset: FileOffset, length: UInt64) throws(MappingError) -> Range<UInt64> {
    let granularity = MappingObject.allocationGranularity
    guard offset.rawValue % granularity == 0 else {
      throw error(.misalignedOffset(offset: offset, granularity: granularity))
    }
    guard offset < size else { throw error(.offsetBeyondEnd(offset: offset, size: size)) }
    let available = size.rawValue - offset.rawValue
    guard length <= available else {
      throw error(.lengthBeyondEnd(requested: length, available: available))
    }
    return offset.rawValue..<offset.rawValue + (length == 0 ? available : length)
  }

  func error(
    _ reason: MappingError.Reason, _ operation: MappingError.Operation = .mmap
  ) -> MappingError {
    MappingError(reason, operation: operation, path: path)
  }

  /// Gives a refused `mmap` of `byteCount` bytes its reason.
  func mapError(_ error: Errno, byteCount: Int) -> MappingError {
    error == .noMemory
      ? self.error(.addressSpaceExhausted(byteCount: UInt64(byteCount)))
      : MappingError(error, .mmap, path)
  }
}

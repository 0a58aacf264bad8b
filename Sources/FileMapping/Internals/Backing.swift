import Synchronization
import SystemPackage

/// The bytes behind an object: a file, or memory that has a descriptor. Lives as long as a handle or
/// a view of it.
final class Backing: Sendable {
  let file: OpenedFile
  /// Where the object's first byte lies in the file: behind the header of a named one.
  private let start: UInt64
  /// Size of the object, in bytes.
  let size: FileOffset
  /// Whether the bytes are nowhere but in memory, so that there is nothing to flush to.
  let isMemory: Bool
  /// Whether the device refused bytes that were written through a view. The system says so once, and to
  /// whoever asks first; here it counts for all views.
  private let hasLostBytes = Atomic<Bool>(false)

  init(
    _ file: consuming OpenedFile, start: UInt64 = 0, size: FileOffset, isMemory: Bool = false
  ) {
    self.file = file
    self.start = start
    self.size = size
    self.isMemory = isMemory
  }

  var system: SystemCalls { file.system }
  var descriptor: CInt { file.descriptor }
  var path: FilePath { file.path }

  /// Where bytes of the object lie in the file.
  func place(of offset: UInt64) -> UInt64 { start + offset }

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
  func mapError(_ error: Errno, byteCount: Int, base: UInt? = nil) -> MappingError {
    if error == .noMemory && system.hasMaximumMappings { return self.error(.tooManyViews) }
    if let base {
      switch error {
      case .fileExists, .noMemory, .invalidArgument, .notPermitted:
        return self.error(.addressUnavailable(base: base, byteCount: UInt64(byteCount)))
      default: break
      }
    }
    return error == .noMemory
      ? self.error(.addressSpaceExhausted(byteCount: UInt64(byteCount)))
      : MappingError(error, .mmap, path)
  }

  /// Takes note that the device refused bytes.
  func noteLostBytes() { hasLostBytes.store(true, ordering: .relaxed) }

  /// - Throws: ``MappingError`` if the device has refused bytes of any view.
  func checkDevice() throws(MappingError) {
    if hasLostBytes.load(ordering: .relaxed) { throw error(.system(.ioError), .msync) }
  }

  /// - Throws: ``MappingError`` with `.fileTruncated` if the file does not reach to `end` of the object
  ///   any more.
  func checkReaches(_ end: UInt64) throws(MappingError) {
    let now = try file.currentStatus().size
    guard now.rawValue >= place(of: end) else {
      throw error(.fileTruncated(from: FileOffset(place(of: size.rawValue)), to: now), .fstat)
    }
  }
}

public import SystemPackage

/// Why a file could not be opened, mapped or read.
public struct MappingError: Error, Equatable, Sendable {
  /// The situations that can arise.
  public enum Reason: Equatable, Sendable {
    /// The whole of a file was asked for and it has no bytes.
    case emptyFile
    /// A size larger than the file was asked for. Both in bytes.
    case sizeExceedsFile(requested: FileOffset, actual: FileOffset)
    /// A size of 2^63 bytes or more: no file can have it.
    case sizeUnsupported(FileOffset)
    /// Something that cannot be mapped, such as a pipe.
    case notMappable(FileKind)
    /// The file may not be read, or not in the way that was asked for.
    case accessDenied
    /// A view must start at a multiple of the granularity.
    case misalignedOffset(offset: FileOffset, granularity: UInt64)
    /// A view must start inside the object.
    case offsetBeyondEnd(offset: FileOffset, size: FileOffset)
    /// A view must end inside the object. In bytes from the view's start.
    case lengthBeyondEnd(requested: UInt64, available: UInt64)
    /// The address space has no room for a view of this many bytes.
    case addressSpaceExhausted(byteCount: UInt64)
    /// The system allows no more views.
    case tooManyViews
    /// A page that was read has no bytes behind it any more: the file shrank or the device failed.
    case faulted(offset: FileOffset)
    /// The system refused for another reason.
    case system(Errno)
  }

  /// What was being done. The raw value is the system call.
  public enum Operation: String, Sendable {
    case open, fstat, fstatfs, lseek, mmap, munmap, pread, read, poll, sigaction, stat
  }

  /// Why.
  public let reason: Reason
  /// What was being done.
  public let operation: Operation
  /// The file.
  public let path: FilePath

  /// Makes an error.
  public init(_ reason: Reason, operation: Operation, path: FilePath) {
    self.reason = reason
    self.operation = operation
    self.path = path
  }
}

extension MappingError: CustomStringConvertible {
  /// The file, what was being done, and why it failed, in one line.
  public var description: String { "\(path): \(sentence)" }

  /// The same without the file's name, for a caller that prints names its own way.
  public var sentence: String {
    switch reason {
    case .emptyFile:
      "is empty: there is nothing to map"
    case .sizeExceedsFile(let requested, let actual):
      "cannot be mapped to \(requested) bytes: it has \(actual)"
    case .sizeUnsupported(let size):
      "cannot be mapped to \(size) bytes: the largest size is \(Int64.max)"
    case .notMappable(let kind):
      "cannot be mapped: it is \(kind)"
    case .accessDenied:
      "permission denied (\(operation.rawValue)): check the owner and mode of the file"
    case .misalignedOffset(let offset, let granularity):
      "a view cannot start at offset \(offset): it is not a multiple of \(granularity)"
    case .offsetBeyondEnd(let offset, let size):
      "a view cannot start at offset \(offset): the object has \(size) bytes"
    case .lengthBeyondEnd(let requested, let available):
      "a view of \(requested) bytes does not fit: \(available) bytes are left"
    case .addressSpaceExhausted(let byteCount):
      "no room in the address space for a view of \(byteCount) bytes: take smaller windows"
    case .tooManyViews:
      "too many views are open (see vm.max_map_count)"
    case .faulted(let offset):
      "could not be read at offset \(offset): the file shrank or its device failed"
    case .system(let error):
      "\(operation.rawValue) failed: \(error)"
    }
  }
}

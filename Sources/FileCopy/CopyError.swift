public import FileMapping
import ScanEngine
public import SystemPackage

/// Why a file could not be copied.
public struct CopyError: Error, Equatable, Sendable {
  /// The situations that can arise.
  public enum Reason: Equatable, Sendable {
    /// What shall be copied is no regular file.
    case notCopyable(FileKind)
    /// What stands in the copy's place is no regular file.
    case notReplaceable(FileKind)
    /// Source and destination are one file, perhaps under two names.
    case sameFile(as: FilePath)
    /// The destination is a symbolic link that leads nowhere.
    case leadsNowhere
    /// The file or its directory may not be used in this way.
    case accessDenied
    /// The file system, or a quota, has no room for this many bytes.
    case noRoom(wanted: UInt64)
    /// A file of this many bytes is more than the file system or a limit of the process allows.
    case tooLarge(wanted: UInt64)
    /// What was copied claims no size, as files of the kernel do: what it gives may not be given again.
    case notVerifiable
    /// The last bytes are wanted of a file that claims no size.
    case sizeUnknown
    /// Somebody else made a file of the destination's name while the copy was made.
    case appeared
    /// The system refused for another reason.
    case system(Errno)
  }

  /// What was being done. The raw value is the system call.
  public enum Operation: String, Sendable {
    case open, close, dup, fstat, stat, lstat, realpath, access, ftruncate, fallocate, pwrite, pread
    case lseek, mmap, fchown, fchmod, futimens, fsync, link, rename, unlink
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

  /// Gives a system error its place.
  ///
  /// - Parameter wanted: How many bytes there should have been room for.
  init(_ error: Errno, _ operation: Operation, _ path: FilePath, wanted: UInt64 = 0) {
    let reason: Reason =
      switch error {
      case .permissionDenied, .notPermitted: .accessDenied
      case .noSpace, .diskQuotaExceeded: .noRoom(wanted: wanted)
      case .fileTooLarge: .tooLarge(wanted: wanted)
      default: .system(error)
      }
    self.init(reason, operation: operation, path: path)
  }
}

extension CopyError: CustomStringConvertible {
  /// The file, what was being done, and why it failed, in one line.
  public var description: String { "\(path): \(sentence)" }

  /// The same without the file's name, for a caller that prints names its own way.
  public var sentence: String {
    switch reason {
    case .notCopyable(let kind):
      "cannot be copied: it is \(kind); only regular files are (cp -r copies directories, cat what comes from pipes and devices)"
    case .notReplaceable(let kind): "cannot be replaced: it is \(kind)"
    case .sameFile(let other): "is the same file as \(other)"
    case .leadsNowhere: "is a symbolic link that leads nowhere: remove it first"
    case .accessDenied:
      "permission denied (\(operation.rawValue)): check owner and mode of the file and its directory"
    case .noRoom(let wanted): "no room for \(wanted) bytes (\(operation.rawValue))"
    case .tooLarge(let wanted):
      "cannot get \(wanted) bytes: the file system or a limit (ulimit -f) allows fewer"
    case .notVerifiable: "cannot be verified: it claims no size, and may give other bytes each time"
    case .sizeUnknown:
      "claims no size: where its last bytes begin shows only when it is read (tail -c)"
    case .appeared: "was made by somebody else meanwhile: it was left as it is"
    case .system(let error): "\(operation.rawValue) failed: \(error)"
    }
  }
}

extension AnalysisError {
  /// Names the copy where it is the reason, and not the source: who tells of an analyzer's error says
  /// what was scanned.
  init(offset: UInt64, _ error: CopyError, copyingTo destination: Destination) {
    self.init(
      offset: offset, reason: error.path == destination.path ? "\(error)" : error.sentence)
  }
}

extension CopyError {
  /// What reading the source said.
  init(_ error: MappingError) {
    let operation = Operation(rawValue: error.operation.rawValue) ?? .open
    switch error.reason {
    case .system(let system): self.init(system, operation, error.path)
    case .accessDenied: self.init(.accessDenied, operation: operation, path: error.path)
    case .sizeUnknown: self.init(.sizeUnknown, operation: operation, path: error.path)
    case .notMappable(let kind):
      self.init(.notCopyable(kind), operation: operation, path: error.path)
    case .addressSpaceExhausted, .tooManyViews: self.init(.noMemory, operation, error.path)
    default: self.init(.invalidArgument, operation, error.path)
    }
  }
}

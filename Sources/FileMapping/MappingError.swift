public import SystemPackage

/// Why a file could not be opened, mapped or read.
public struct MappingError: Error, Equatable, Sendable {
  /// The situations that can arise.
  public enum Reason: Equatable, Sendable {
    /// The whole of a file was asked for and it has no bytes.
    case emptyFile
    /// Memory has no size of its own: the object's must be given.
    case sizeRequired
    /// A size larger than the file was asked for. Both in bytes.
    case sizeExceedsFile(requested: FileOffset, actual: FileOffset)
    /// A size of 2^63 bytes or more: no file can have it.
    case sizeUnsupported(FileOffset)
    /// The end of something without a size was asked for.
    case sizeUnknown
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
    /// A view must lie at a multiple of the granularity. `base` is an address.
    case misalignedBase(base: UInt, granularity: UInt64)
    /// At this address something else is mapped, or nothing can be.
    case addressUnavailable(base: UInt, byteCount: UInt64)
    /// The address space has no room for a view, or for the stacks of threads, of this many bytes.
    case addressSpaceExhausted(byteCount: UInt64)
    /// The system allows no more views.
    case tooManyViews
    /// A page that was read has no bytes behind it any more: the file shrank or the device failed.
    case faulted(offset: FileOffset)
    /// The file lost bytes, and with them what was written there. Both in bytes.
    case fileTruncated(from: FileOffset, to: FileOffset)
    /// Nothing has this name, or its holders are all gone.
    case nameNotFound
    /// The name belongs to a lock and an object was asked for, or the other way round.
    case nameKindCollision
    /// No object can have this name.
    case invalidName(InvalidName)
    /// What was found under the name was not made by this library, or not by this user.
    case nameRefused(NameRefusal)
    /// The arguments contradict each other.
    case invalidArgument(InvalidArgument)
    /// The system refused for another reason.
    case system(Errno)
  }

  /// Why no object can have a name.
  public enum InvalidName: Equatable, Sendable {
    /// Nothing stands after the prefix.
    case empty
    /// A `\\` stands anywhere but in the prefixes `Local\\` and `Global\\`, spelled so.
    case backslash
    /// It has more bytes than a header takes.
    case tooLong
  }

  /// Why what stands under a name is not trusted. It was not opened further.
  public enum NameRefusal: Equatable, Sendable {
    /// It is not a file.
    case notRegular(FileKind)
    /// It points elsewhere.
    case symbolicLink
    /// It belongs to the user with this number.
    case foreignOwner(UInt32)
    /// Its permissions are not those that this library gives.
    case wrongPermissions(UInt16)
    /// It has this many names.
    case hardLink(UInt64)
    /// It is shorter than its header says.
    case shortFile
    /// It does not begin as an object does.
    case wrongMagic
    /// It was made by another version.
    case unknownVersion(UInt32)
    /// Its header contradicts itself or its name.
    case damagedHeader
    /// The file that the object was made of is not at this path any more.
    case fileReplaced(FilePath)
  }

  /// Which arguments contradict each other.
  public enum InvalidArgument: Equatable, Sendable {
    /// Memory has no original that a copy could be made of.
    case copyOnWriteNeedsFile
  }

  /// What was being done. The raw value is the system call.
  public enum Operation: String, Sendable {
    case open, fstat, fstatfs, ioctl, lseek, mmap, munmap, pread, read, poll, sigaction, stat, statx
    case fcntl, fchmod, madvise, ftruncate, fallocate, pwrite, msync, readlink
    case memfdCreate = "memfd_create"
    case syncFileRange = "sync_file_range"
    case openat, linkat, unlinkat, mkdir, flock, getdents, getrlimit, cachestat, preadv2
    case mprotect
    case fadvise = "posix_fadvise"
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
    case .sizeUnknown:
      "has no size, so that nobody knows where its last bytes begin"
    case .notMappable(let kind):
      "cannot be mapped: it is \(kind)"
    case .accessDenied:
      "permission denied (\(operation.rawValue)): check the owner and mode of the file"
    case .sizeRequired:
      "an object of memory needs a size"
    case .misalignedBase(let base, let granularity):
      "a view cannot lie at address 0x\(String(base, radix: 16)): it is not a multiple of \(granularity)"
    case .addressUnavailable(let base, let byteCount):
      "no room for a view of \(byteCount) bytes at address 0x\(String(base, radix: 16))"
    case .misalignedOffset(let offset, let granularity):
      "a view cannot start at offset \(offset): it is not a multiple of \(granularity)"
    case .offsetBeyondEnd(let offset, let size):
      "a view cannot start at offset \(offset): the object has \(size) bytes"
    case .lengthBeyondEnd(let requested, let available):
      "a view of \(requested) bytes does not fit: \(available) bytes are left"
    case .addressSpaceExhausted(let byteCount):
      "no room in the address space for \(byteCount) bytes: raise its limit (ulimit -v) or take smaller windows or fewer lanes"
    case .tooManyViews:
      "too many views are open (see vm.max_map_count)"
    case .faulted(let offset):
      "could not be read at offset \(offset): the file shrank or its device failed"
    case .fileTruncated(let from, let to):
      "was cut from \(from) to \(to) bytes: what was written behind that is lost"
    case .nameNotFound:
      "nobody holds an object of this name"
    case .nameKindCollision:
      "the name is taken by something of another kind (a lock is no mapping)"
    case .invalidName(.empty):
      "an object's name needs at least one byte after its prefix"
    case .invalidName(.backslash):
      "an object's name has no backslash but that of the prefixes Local\\ and Global\\"
    case .invalidName(.tooLong):
      "an object's name has at most \(ObjectName.longestByteCount) bytes"
    case .nameRefused(let refusal):
      "not trusted: \(refusal.sentence); remove it if it should not be there"
    case .invalidArgument(.copyOnWriteNeedsFile):
      "memory cannot be protected as write-copy: that needs a file"
    case .system(let error):
      "\(operation.rawValue) failed: \(error)"
    }
  }
}

extension MappingError.NameRefusal {
  fileprivate var sentence: String {
    switch self {
    case .notRegular(let kind): "it is \(kind)"
    case .symbolicLink: "it is a symbolic link"
    case .foreignOwner(let owner): "it belongs to user \(owner)"
    case .wrongPermissions(let permissions):
      "its permissions are \(String(permissions, radix: 8))"
    case .hardLink(let count): "it has \(count) names"
    case .shortFile: "it is shorter than it should be"
    case .wrongMagic: "it does not begin as an object does"
    case .unknownVersion(let version): "it is of version \(version)"
    case .damagedHeader: "its header is damaged"
    case .fileReplaced(let path): "\(path) is not the file that it was made of"
    }
  }
}

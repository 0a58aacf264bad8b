public import SystemPackage

#if canImport(Glibc)
  package import Glibc
#elseif canImport(Darwin)
  package import Darwin
#endif

/// What a file was at one moment: compared before and after a scan, it shows whether the file changed.
///
/// The corresponding C type is `struct stat`.
public struct FileStatus: Equatable, Sendable {
  /// A moment of the file system's clock.
  public struct Timestamp: Hashable, Sendable {
    /// Seconds since 1970.
    public var seconds: Int64
    /// Nanoseconds in the second.
    public var nanoseconds: Int64
  }

  /// The kind.
  public var kind: FileKind
  /// The device that holds the file. With `inode` it names the file itself, whatever its path.
  public var device: UInt64
  /// The file's number on its device.
  public var inode: UInt64
  /// Who owns it: a user's number.
  public var owner: UInt32
  /// The lower twelve bits of its mode: who may read and write it.
  public var permissions: UInt16
  /// How many names it has.
  public var linkCount: UInt64
  /// Size in bytes; 0 for pipes and character devices, and for some files under `/proc`. That of a block device is
  /// known once it is open.
  public var size: FileOffset
  /// Whether it is `/dev/null`, the device that is always empty.
  public var isNullDevice: Bool
  /// When the contents were last written.
  public var modified: Timestamp
  /// When contents or attributes last changed. No program can set it back.
  public var changed: Timestamp
}

extension FileStatus {
  /// What the file is that a path names now, without opening it.
  ///
  /// - Throws: ``MappingError`` with `.accessDenied` or `.system`.
  ///
  /// The corresponding C function is `stat`.
  public init(of path: FilePath) throws(MappingError) {
    self = try MappingError.wrap(.stat, path) { () throws(Errno) in
      try SystemCalls.live.status(of: path)
    }
  }

  /// Whether both are of one file, whatever it was called.
  package func isSameFile(as other: FileStatus) -> Bool {
    device == other.device && inode == other.inode
  }

  /// What the system says of a file.
  package init(_ status: stat) {
    kind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .regular
      case S_IFDIR: .directory
      case S_IFIFO: .fifo
      case S_IFSOCK: .socket
      case S_IFCHR: .characterDevice
      case S_IFBLK: .blockDevice
      default: .other
      }
    device = UInt64(truncatingIfNeeded: status.st_dev)
    inode = UInt64(status.st_ino)
    owner = status.st_uid
    permissions = UInt16(status.st_mode & 0o7777)
    linkCount = UInt64(status.st_nlink)
    size = FileOffset(UInt64(status.st_size))
    #if os(Linux)
      // The memory devices are number 1 of linux/major.h, and this is the third of them.
      isNullDevice = kind == .characterDevice && status.st_rdev == 0x103
    #else
      isNullDevice = kind == .characterDevice && status.st_rdev == 0x300_0002
    #endif
    #if canImport(Darwin)
      let (written, altered) = (status.st_mtimespec, status.st_ctimespec)
    #else
      let (written, altered) = (status.st_mtim, status.st_ctim)
    #endif
    modified = Timestamp(seconds: Int64(written.tv_sec), nanoseconds: Int64(written.tv_nsec))
    changed = Timestamp(seconds: Int64(altered.tv_sec), nanoseconds: Int64(altered.tv_nsec))
  }
}

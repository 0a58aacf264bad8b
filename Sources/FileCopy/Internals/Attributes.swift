import FileMapping

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What a copy has to know of a file beside its contents.
///
/// The corresponding C type is `struct stat`.
struct Attributes: Sendable {
  let kind: FileKind
  let device: UInt64
  let inode: UInt64
  let byteCount: UInt64
  let user: uid_t
  let group: gid_t
  /// Permissions, and the set-user-ID, set-group-ID and sticky bits.
  let mode: mode_t
  let accessed: timespec
  let modified: timespec

  init(_ status: stat) {
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
    byteCount = UInt64(status.st_size)
    (user, group) = (status.st_uid, status.st_gid)
    mode = status.st_mode & 0o7777
    #if canImport(Darwin)
      (accessed, modified) = (status.st_atimespec, status.st_mtimespec)
    #else
      (accessed, modified) = (status.st_atim, status.st_mtim)
    #endif
  }

  /// Whether both are the same file, whatever its names.
  func isSameFile(as other: Attributes) -> Bool { device == other.device && inode == other.inode }
}

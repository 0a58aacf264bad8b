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
  let status: FileStatus
  let group: gid_t
  let accessed: timespec
  let modified: timespec

  init(_ status: stat) {
    self.status = FileStatus(status)
    group = status.st_gid
    #if canImport(Darwin)
      (accessed, modified) = (status.st_atimespec, status.st_mtimespec)
    #else
      (accessed, modified) = (status.st_atim, status.st_mtim)
    #endif
  }

  var kind: FileKind { status.kind }
  var byteCount: UInt64 { status.size.rawValue }
  var user: uid_t { status.owner }
  /// Permissions, and the set-user-ID, set-group-ID and sticky bits.
  var mode: mode_t { mode_t(status.permissions) }

  /// Whether both are the same file, whatever its names.
  func isSameFile(as other: Attributes) -> Bool {
    status.isSameFile(as: other.status)
  }
}

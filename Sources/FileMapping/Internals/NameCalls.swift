import SystemPackage

#if canImport(Glibc)
  import CLinux
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The calls that make names, find them and take them away.
///
/// Each is made, repeated and failed as those of ``SystemCalls`` are.
struct NameCalls: Sendable {
  private let calls: SystemCalls

  init(_ calls: SystemCalls) { self.calls = calls }

  /// The directory of names: what tests say, or what `$XDG_RUNTIME_DIR` says.
  var runtimeDirectory: FilePath? {
    if let directory = calls.testDirectory { return directory }
    guard let value = unsafe getenv("XDG_RUNTIME_DIR") else { return nil }
    let path = unsafe FilePath(platformString: value)
    return path.isAbsolute ? path : nil
  }

  /// Whether ``runtimeDirectory`` is a test's.
  var isTest: Bool { calls.testDirectory != nil }

  /// `geteuid(2)`.
  var user: UInt32 { geteuid() }

  /// `mkdir(2)`, and `chmod(2)` because the process's mask takes permissions away.
  ///
  /// - Returns: Whether it was made; false if it is there.
  func makeDirectory(_ path: FilePath, permissions: UInt16) throws(Errno) -> Bool {
    do throws(Errno) {
      try calls.retrying(.mkdir) {
        unsafe path.withPlatformString { unsafe mkdir($0, mode_t(0o700)) }
      }
    } catch {
      if error == .fileExists { return false }
      throw error
    }
    if permissions != 0o700 {
      try calls.retrying(.fchmod) {
        unsafe path.withPlatformString { unsafe chmod($0, mode_t(permissions)) }
      }
    }
    return true
  }

  /// `open(2)` of a directory that is no symbolic link.
  func openDirectory(_ path: FilePath) throws(Errno) -> CInt {
    return try calls.retrying(.open) {
      unsafe path.withPlatformString { name in
        unsafe open(name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      }
    }
  }

  /// `openat(2)` of an entry for reading. Never follows a link and never waits.
  func openEntry(_ name: FilePath, in directory: CInt) throws(Errno) -> CInt {
    return try calls.retrying(.openat) {
      unsafe name.withPlatformString { name in
        unsafe openat(
          directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
      }
    }
  }

  /// `openat(2)` with `O_TMPFILE`: a file without a name.
  func makeUnnamed(in directory: CInt) throws(Errno) -> CInt {
    #if os(Linux)
      return try calls.retrying(.openat) {
        unsafe openat(directory, ".", O_RDWR | linux_o_tmpfile | O_CLOEXEC, 0o600)
      }
    #else
      throw .notSupported
    #endif
  }

  /// `fchmod(2)`.
  func setPermissions(of descriptor: CInt, _ permissions: UInt16) throws(Errno) {
    try calls.retrying(.fchmod) { fchmod(descriptor, mode_t(permissions)) }
  }

  /// `linkat(2)`: gives the descriptor's file a name.
  ///
  /// - Returns: Whether it did; false if the name is taken.
  func link(_ descriptor: CInt, as name: FilePath, in directory: CInt) throws(Errno) -> Bool {
    let link = SystemCalls.link(to: descriptor)
    do throws(Errno) {
      try calls.retrying(.linkat) {
        unsafe link.withPlatformString { link in
          unsafe name.withPlatformString { name in
            unsafe linkat(AT_FDCWD, link, directory, name, AT_SYMLINK_FOLLOW)
          }
        }
      }
      return true
    } catch {
      if error == .fileExists { return false }
      throw error
    }
  }

  /// `unlinkat(2)`.
  func unlink(_ name: FilePath, in directory: CInt) throws(Errno) {
    try calls.retrying(.unlinkat) {
      unsafe name.withPlatformString { unsafe unlinkat(directory, $0, 0) }
    }
  }

  /// `flock(2)` without waiting: whether the lock was had.
  func lock(_ descriptor: CInt, exclusive: Bool) throws(Errno) -> Bool {
    do throws(Errno) {
      try calls.retrying(.flock) { flock(descriptor, (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB) }
      return true
    } catch {
      if error == .wouldBlock { return false }
      throw error
    }
  }

  /// The names of a directory's entries.
  func entries(of directory: CInt) throws(Errno) -> [FilePath] {
    // A stream owns its descriptor and moves its position.
    let own = try calls.retrying(.getdents) {
      unsafe openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    }
    guard let stream = unsafe fdopendir(own) else {
      let error = Errno(rawValue: errno)
      calls.close(own)
      throw error
    }
    defer { unsafe closedir(stream) }
    var names: [FilePath] = []
    while true {
      errno = 0
      guard let entry = unsafe readdir(stream) else {
        let error = Errno(rawValue: errno)
        guard error.rawValue == 0 else { throw error }
        return names
      }
      // SAFETY: the system ends every name with NUL.
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
        unsafe field.withMemoryRebound(to: CChar.self, capacity: 256) {
          unsafe FilePath(platformString: $0)
        }
      }
      if name.string != "." && name.string != ".." { names.append(name) }
    }
  }

  /// Lets others go on for a moment.
  func pause() { usleep(1000) }
}

extension SystemCalls {
  /// Those about names.
  var names: NameCalls { NameCalls(self) }
}

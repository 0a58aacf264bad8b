package import SystemPackage

#if canImport(Glibc)
  import CLinux
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The one place where the library calls the system.
///
/// Each function is one system call with the result checked and, where the call can be interrupted
/// by a signal, repeated. A test hands in a ``FailurePlan`` to make the k-th call fail.
package struct SystemCalls: Sendable {
  /// Calls that never fail on purpose.
  package static let live = SystemCalls(failures: nil)

  private let failures: FailurePlan?
  private let testDirectory: FilePath?

  /// Calls that fail as `failures` says; nil for never.
  ///
  /// - Parameter directory: Where names live instead of the system's directories. For tests.
  package init(failures: FailurePlan?, namesIn directory: FilePath? = nil) {
    self.failures = failures
    testDirectory = directory
  }

  /// `open(2)`. Does not wait for the writer of a pipe and never takes over a terminal.
  func open(_ path: FilePath, for mode: OpenMode) throws(Errno) -> CInt {
    return try retrying(.open) {
      unsafe path.withPlatformString { name in
        unsafe system_open(name, mode.flag | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
      }
    }
  }

  /// `fcntl(2)` with `F_DUPFD_CLOEXEC`.
  func duplicate(_ descriptor: CInt) throws(Errno) -> CInt {
    return try retrying(.fcntl) { fcntl(descriptor, F_DUPFD_CLOEXEC, 0) }
  }

  /// `fcntl(2)` with `F_GETFL`: whether the descriptor may read and write.
  func rights(of descriptor: CInt) throws(Errno) -> (reads: Bool, writes: Bool) {
    let flags = try retrying(.fcntl) { fcntl(descriptor, F_GETFL) }
    #if os(Linux)
      if flags & linux_o_path != 0 { return (false, false) }
    #endif
    let mode = flags & O_ACCMODE
    return (mode != O_WRONLY, mode != O_RDONLY)
  }

  /// `close(2)`. After a failure the number is closed all the same, so there is nothing to report.
  func close(_ descriptor: CInt) { _ = system_close(descriptor) }

  /// `fstat(2)`, and for a block device `ioctl(2)` with `BLKGETSIZE64`.
  func status(of descriptor: CInt) throws(Errno) -> FileStatus {
    var status = stat()
    try retrying(.fstat) { unsafe fstat(descriptor, &status) }
    var found = FileStatus(status)
    #if os(Linux)
      if found.kind == .blockDevice {
        var byteCount: UInt64 = 0
        try retrying(.ioctl) { unsafe linux_block_device_size(descriptor, &byteCount) }
        found.size = FileOffset(byteCount)
      }
    #endif
    return found
  }

  /// `stat(2)`.
  func status(of path: FilePath) throws(Errno) -> FileStatus {
    var status = stat()
    try retrying(.stat) { unsafe path.withPlatformString { unsafe stat($0, &status) } }
    return FileStatus(status)
  }

  /// What kind of file system a file lives on, by `fstatfs(2)`.
  func fileSystem(of descriptor: CInt) throws(Errno) -> FileSystemKind {
    #if os(Linux)
      var system = statfs()
      try retrying(.fstatfs) { unsafe fstatfs(descriptor, &system) }
      // Names and numbers are those of linux/magic.h.
      return switch UInt32(truncatingIfNeeded: system.f_type) {
      // NFS, SMB, CIFS, SMB2, 9P, FUSE, Ceph, AFS, Coda.
      case 0x6969, 0x517B, 0xFF53_4D42, 0xFE53_4D42, 0x0102_1997, 0x6573_5546, 0x00C3_6400,
        0x5346_414F, 0x7375_7245:
        .remote
      // Ext4, XFS, Btrfs, F2FS, tmpfs.
      case 0xEF53, 0x5846_5342, 0x9123_683E, 0xF2F5_2010, 0x0102_1994: .local
      default: .other
      }
    #else
      var system = statfs()
      try retrying(.fstatfs) { unsafe fstatfs(descriptor, &system) }
      return system.f_flags & UInt32(MNT_LOCAL) == 0 ? .remote : .other
    #endif
  }

  /// `mmap(2)` of address space alone: readable zero pages that cost nothing until something is put
  /// over them.
  func reserve(byteCount: Int) throws(Errno) -> UnsafeMutableRawPointer {
    return try unsafe map(
      nil, byteCount, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
  }

  /// How a range of a file is mapped.
  enum Sharing {
    /// Readable pages of the file.
    case read
    /// Pages of the file; writing to them writes to the file.
    case readWrite
    /// Pages of the file until they are written, then private ones.
    case copyOnWrite

    var protection: CInt { self == .read ? PROT_READ : PROT_READ | PROT_WRITE }
    var flags: CInt { self == .copyOnWrite ? MAP_PRIVATE : MAP_SHARED }
  }

  /// `mmap(2)` of a file for reading over addresses of the caller's; what they showed is gone.
  func map(
    _ descriptor: CInt, over address: UnsafeMutableRawPointer, byteCount: Int, offset: UInt64
  ) throws(Errno) {
    _ = try unsafe map(address, byteCount, PROT_READ, MAP_SHARED | MAP_FIXED, descriptor, offset)
  }

  /// `mmap(2)` of a file, at `base` if it is free there; nil lets the system choose.
  ///
  /// - Throws: `EEXIST` if something else is mapped there, or if the system chose another place.
  func map(
    _ descriptor: CInt, _ sharing: Sharing, base: UInt?, byteCount: Int, offset: UInt64
  ) throws(Errno) -> UnsafeMutableRawPointer {
    var flags = sharing.flags
    #if os(Linux)
      if base != nil { flags |= MAP_FIXED_NOREPLACE }
    #endif
    let wanted = unsafe UnsafeMutableRawPointer(bitPattern: base ?? 0)
    let mapped = unsafe try map(
      wanted, byteCount, sharing.protection, flags, descriptor, offset)
    // A kernel that does not know the flag takes the address for a hint.
    if let base, UInt(bitPattern: mapped) != base {
      unsafe munmap(mapped, byteCount)
      throw .fileExists
    }
    return unsafe mapped
  }

  private func map(
    _ address: UnsafeMutableRawPointer?, _ byteCount: Int, _ protection: CInt, _ flags: CInt,
    _ descriptor: CInt, _ offset: UInt64
  ) throws(Errno) -> UnsafeMutableRawPointer {
    // MAP_FAILED is -1, and no mapping lies at 0.
    let mapped = try retrying(.mmap) {
      unsafe Int(
        bitPattern: mmap(address, byteCount, protection, flags, descriptor, off_t(offset)))
    }
    return unsafe UnsafeMutableRawPointer(bitPattern: mapped)!
  }

  /// `munmap(2)`.
  func unmap(_ address: UnsafeMutableRawPointer, byteCount: Int) throws(Errno) {
    try retrying(.munmap) { unsafe munmap(address, byteCount) }
  }

  /// `pread(2)`: how many bytes came, 0 at the end of the file.
  func read(
    _ descriptor: CInt, into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64
  ) throws(Errno) -> Int {
    let count = try failures?.readableByteCount(buffer.count, at: offset) ?? buffer.count
    return try retrying(.pread) {
      unsafe pread(descriptor, buffer.baseAddress, count, off_t(offset))
    }
  }

  /// `lseek(2)` by nothing.
  func position(of descriptor: CInt) throws(Errno) -> off_t {
    return try retrying(.lseek) { lseek(descriptor, 0, SEEK_CUR) }
  }

  /// `read(2)`: how many bytes came, 0 at the end.
  func read(_ descriptor: CInt, into buffer: UnsafeMutableRawBufferPointer) throws(Errno) -> Int {
    return try retrying(.read) { unsafe system_read(descriptor, buffer.baseAddress, buffer.count) }
  }

  /// `poll(2)`: waits until the descriptor has bytes or its writers are gone.
  func waitForBytes(_ descriptor: CInt) throws(Errno) {
    var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    try retrying(.poll) { unsafe poll(&wanted, 1, -1) }
  }

  /// `madvise(2)`. `address` is page-aligned.
  func advise(
    _ address: UnsafeMutableRawPointer, byteCount: Int, _ advice: Advice
  ) throws(Errno) {
    try retrying(.madvise) { unsafe madvise(address, byteCount, advice.number) }
  }

  /// `madvise(2)` where nothing comes of its failure.
  func hint(_ address: UnsafeMutableRawPointer, byteCount: Int, _ advice: Advice) {
    _ = unsafe madvise(address, byteCount, advice.number)
  }

  /// `madvise(2)` with `MADV_HUGEPAGE`, which asks for pages of 2 MiB where that can be, and with
  /// `MADV_POPULATE_READ`. Only advice. `address` is page-aligned.
  ///
  /// - Returns: Whether every page is there.
  func populate(_ address: UnsafeMutableRawPointer, byteCount: Int) -> Bool {
    #if os(Linux)
      // Such a page takes in what lies around a small range, too, holes and all.
      if byteCount >= SlidingView.alignment {
        _ = unsafe madvise(address, byteCount, CInt(MADV_HUGEPAGE))
      }
      unsafe hint(address, byteCount: byteCount, .sequential)
      return unsafe madvise(address, byteCount, linux_populate_read) == 0
    #else
      return unsafe madvise(address, byteCount, MADV_WILLNEED) == 0
    #endif
  }

  // MARK: Writing

  /// `pwrite(2)` of everything.
  func write(_ bytes: [UInt8], to descriptor: CInt, at offset: UInt64) throws(Errno) {
    try checkFileSizeLimit(offset + UInt64(bytes.count))
    var start = 0
    while start < bytes.count {
      start += try retrying(.pwrite) {
        unsafe bytes.withUnsafeBytes { buffer in
          unsafe pwrite(
            descriptor, buffer.baseAddress! + start, buffer.count - start,
            off_t(offset + UInt64(start)))
        }
      }
    }
  }

  /// `ftruncate(2)`.
  func truncate(_ descriptor: CInt, to byteCount: UInt64) throws(Errno) {
    try checkFileSizeLimit(byteCount)
    try retrying(.ftruncate) { ftruncate(descriptor, off_t(byteCount)) }
  }

  /// `fallocate(2)`: sets storage aside. The end of the file moves only if `keepsSize` is false, and
  /// only forward.
  func allocate(_ descriptor: CInt, _ range: Range<UInt64>, keepsSize: Bool) throws(Errno) {
    try checkFileSizeLimit(range.upperBound)
    #if os(Linux)
      try retrying(.fallocate) {
        linux_allocate(
          descriptor, keepsSize ? linux_falloc_keep_size : 0, Int64(range.lowerBound),
          Int64(range.upperBound - range.lowerBound))
      }
    #else
      throw .notSupported
    #endif
  }

  /// The system ends a process that makes a file larger than it may, so nobody shall try.
  private func checkFileSizeLimit(_ byteCount: UInt64) throws(Errno) {
    var limit = rlimit()
    #if canImport(Glibc)
      let resource = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
    #else
      let resource = RLIMIT_FSIZE
    #endif
    guard unsafe getrlimit(resource, &limit) == 0 else { return }
    if byteCount > UInt64(limit.rlim_cur) { throw .fileTooLarge }
  }

  /// `msync(2)` with `MS_SYNC`: returns when the pages are on the device. `address` is page-aligned.
  func sync(_ address: UnsafeMutableRawPointer, byteCount: Int) throws(Errno) {
    try retrying(.msync) { unsafe msync(address, byteCount, CInt(MS_SYNC)) }
  }

  /// `sync_file_range(2)`: has the system begin to write dirty pages.
  func beginWriting(_ descriptor: CInt, _ range: Range<UInt64>) throws(Errno) {
    #if os(Linux)
      try retrying(.syncFileRange) {
        linux_begin_writing(
          descriptor, Int64(range.lowerBound), Int64(range.upperBound - range.lowerBound))
      }
    #endif
  }

  // MARK: Memory and names

  /// `memfd_create(2)`: memory without a name that nobody else can reach.
  func makeMemory() throws(Errno) -> CInt {
    #if os(Linux)
      return try retrying(.memfdCreate) { unsafe linux_memory("mmscan") }
    #else
      throw .notSupported
    #endif
  }

  /// `fcntl(2)` with `F_ADD_SEALS`: the memory keeps its size for good.
  func sealSize(of descriptor: CInt) throws(Errno) {
    #if os(Linux)
      try retrying(.fcntl) { linux_seal_size(descriptor) }
    #endif
  }

  /// The directory of names: what tests say, or what `$XDG_RUNTIME_DIR` says.
  var runtimeDirectory: FilePath? {
    if let testDirectory { return testDirectory }
    guard let value = unsafe getenv("XDG_RUNTIME_DIR") else { return nil }
    let path = unsafe FilePath(platformString: value)
    return path.isAbsolute ? path : nil
  }

  /// Whether ``runtimeDirectory`` is a test's.
  var isTest: Bool { testDirectory != nil }

  /// `geteuid(2)`.
  var user: UInt32 { geteuid() }

  /// `mkdir(2)`, and `chmod(2)` because the process's mask takes permissions away.
  ///
  /// - Returns: Whether it was made; false if it is there.
  func makeDirectory(_ path: FilePath, permissions: UInt16) throws(Errno) -> Bool {
    do throws(Errno) {
      try retrying(.mkdir) { unsafe path.withPlatformString { unsafe mkdir($0, mode_t(0o700)) } }
    } catch {
      if error == .fileExists { return false }
      throw error
    }
    if permissions != 0o700 {
      try retrying(.fchmod) {
        unsafe path.withPlatformString { unsafe chmod($0, mode_t(permissions)) }
      }
    }
    return true
  }

  /// `open(2)` of a directory that is no symbolic link.
  func openDirectory(_ path: FilePath) throws(Errno) -> CInt {
    return try retrying(.open) {
      unsafe path.withPlatformString { name in
        unsafe system_open(name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      }
    }
  }

  /// `openat(2)` of an entry for reading. Never follows a link and never waits.
  func openEntry(_ name: FilePath, in directory: CInt) throws(Errno) -> CInt {
    return try retrying(.openat) {
      unsafe name.withPlatformString { name in
        unsafe openat(
          directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
      }
    }
  }

  /// `openat(2)` with `O_TMPFILE`: a file without a name.
  func makeUnnamed(in directory: CInt) throws(Errno) -> CInt {
    #if os(Linux)
      return try retrying(.openat) {
        unsafe openat(directory, ".", O_RDWR | linux_o_tmpfile | O_CLOEXEC, 0o600)
      }
    #else
      throw .notSupported
    #endif
  }

  /// `fchmod(2)`.
  func setPermissions(of descriptor: CInt, _ permissions: UInt16) throws(Errno) {
    try retrying(.fchmod) { fchmod(descriptor, mode_t(permissions)) }
  }

  private func link(to descriptor: CInt) -> FilePath { FilePath("/proc/self/fd/\(descriptor)") }

  /// `open(2)` of the same file once more, with rights and locks of its own.
  func reopen(_ descriptor: CInt, for mode: OpenMode) throws(Errno) -> CInt {
    try open(link(to: descriptor), for: mode)
  }

  /// `readlink(2)`: the path that the descriptor's file has now.
  func path(of descriptor: CInt) throws(Errno) -> FilePath {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let link = link(to: descriptor)
    try retrying(.readlink) {
      unsafe link.withPlatformString { link in
        unsafe buffer.withUnsafeMutableBufferPointer { buffer in
          unsafe readlink(link, buffer.baseAddress!, buffer.count - 1)
        }
      }
    }
    // SAFETY: the last byte is still NUL.
    return unsafe buffer.withUnsafeBufferPointer {
      unsafe FilePath(platformString: $0.baseAddress!)
    }
  }

  /// `linkat(2)`: gives the descriptor's file a name.
  ///
  /// - Returns: Whether it did; false if the name is taken.
  func link(_ descriptor: CInt, as name: FilePath, in directory: CInt) throws(Errno) -> Bool {
    let link = link(to: descriptor)
    do throws(Errno) {
      try retrying(.linkat) {
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
    try retrying(.unlinkat) { unsafe name.withPlatformString { unsafe unlinkat(directory, $0, 0) } }
  }

  /// `flock(2)` without waiting: whether the lock was had.
  func lock(_ descriptor: CInt, exclusive: Bool) throws(Errno) -> Bool {
    do throws(Errno) {
      try retrying(.flock) { flock(descriptor, (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB) }
      return true
    } catch {
      if error == .wouldBlock { return false }
      throw error
    }
  }

  /// `fcntl(2)`: locks the file for the open file that the descriptor belongs to.
  ///
  /// - Returns: Whether the lock was had; always, if `waits`.
  func lockFile(_ descriptor: CInt, waits: Bool) throws(Errno) -> Bool {
    #if os(Linux)
      do throws(Errno) {
        try retrying(.fcntl) { linux_lock_file(descriptor, waits ? 1 : 0) }
        return true
      } catch {
        if !waits && (error == .wouldBlock || error == .permissionDenied) { return false }
        throw error
      }
    #else
      throw .notSupported
    #endif
  }

  /// The names of a directory's entries.
  func entries(of directory: CInt) throws(Errno) -> [FilePath] {
    // A stream owns its descriptor and moves its position.
    let own = try retrying(.getdents) {
      unsafe openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    }
    guard let stream = unsafe fdopendir(own) else {
      let error = Errno(rawValue: errno)
      close(own)
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

  /// Calls until no signal interrupts, or fails as the plan says.
  @discardableResult
  private func retrying<Result: FixedWidthInteger>(
    _ operation: MappingError.Operation, _ call: () -> Result
  ) throws(Errno) -> Result {
    while true {
      var error = failures?.failure(of: operation)
      if error == nil {
        let result = call()
        if result != -1 { return result }
        error = Errno(rawValue: errno)
      }
      if let error, error != .interrupted { throw error }
    }
  }
}

// Inside the methods above the C functions of the same names are out of sight.
private func system_open(_ path: UnsafePointer<CChar>, _ flags: CInt) -> CInt {
  unsafe open(path, flags)
}

private func system_close(_ descriptor: CInt) -> CInt { close(descriptor) }

private func system_read(
  _ descriptor: CInt, _ buffer: UnsafeMutableRawPointer?, _ byteCount: Int
) -> Int {
  unsafe read(descriptor, buffer, byteCount)
}

/// The page size of this system, in bytes.
let systemPageSize = Int(sysconf(CInt(_SC_PAGESIZE)))

extension Advice {
  /// What `madvise(2)` calls it.
  fileprivate var number: CInt {
    switch self {
    case .normal: CInt(MADV_NORMAL)
    case .sequential: CInt(MADV_SEQUENTIAL)
    case .random: CInt(MADV_RANDOM)
    case .willNeed: CInt(MADV_WILLNEED)
    }
  }
}

package import SystemPackage

#if canImport(Glibc)
  import CLinux
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The one place where the library calls the system, together with ``NameCalls``.
///
/// Each function is one system call with the result checked and, where the call can be interrupted
/// by a signal, repeated. A test hands in a ``FailurePlan`` to make the k-th call fail.
package struct SystemCalls: Sendable {
  /// Calls that never fail on purpose.
  package static let live = SystemCalls(failures: nil)

  private let failures: FailurePlan?
  let testDirectory: FilePath?

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

  /// `statx(2)` with `AT_STATX_FORCE_SYNC`: has whoever keeps a file on another machine or in another process be asked what
  /// it is now, since ``status(of:)`` alone tells what the kernel remembers.
  func refreshStatus(of descriptor: CInt) throws(Errno) {
    #if os(Linux)
      do {
        try retrying(.statx) { linux_refresh_status(descriptor) }
      } catch .noFunction, .notPermitted {
        // Before Linux 4.11, or forbidden: what is remembered is all there is.
      }
    #endif
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
      return FileSystemKind(number: UInt32(truncatingIfNeeded: system.f_type))
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

  /// The same over addresses of the caller's.
  func reserve(byteCount: Int, over address: UnsafeMutableRawPointer) throws(Errno) {
    _ = try unsafe map(
      address, byteCount, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0)
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

  /// `mprotect(2)` with `PROT_NONE`: nobody may touch a page any more. `address` is page-aligned.
  func guardPage(at address: UnsafeMutableRawPointer) throws(Errno) {
    try retrying(.mprotect) { unsafe mprotect(address, systemPageSize, PROT_NONE) }
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

  /// `lseek(2)` with `SEEK_DATA` or `SEEK_HOLE`: where the next extent or the next hole begins; nil if there is none.
  func seek(_ descriptor: CInt, _ offset: UInt64, toHole: Bool) throws(Errno) -> UInt64? {
    #if os(Linux)
      let way = toHole ? linux_seek_hole : linux_seek_data
    #else
      let way = toHole ? SEEK_HOLE : SEEK_DATA
    #endif
    do throws(Errno) {
      return UInt64(try retrying(.lseek) { lseek(descriptor, off_t(offset), way) })
    } catch .noSuchAddressOrDevice {
      return nil
    }
  }

  /// `read(2)`: how many bytes came, 0 at the end.
  func read(_ descriptor: CInt, into buffer: UnsafeMutableRawBufferPointer) throws(Errno) -> Int {
    return try retrying(.read) { unsafe system_read(descriptor, buffer.baseAddress, buffer.count) }
  }

  /// `poll(2)`: waits until the descriptor has bytes or its writers are gone.
  ///
  /// - Parameter milliseconds: How long to wait at the most; -1 is for ever.
  /// - Returns: Whether it has, or they are.
  func waitForBytes(_ descriptor: CInt, milliseconds: CInt = -1) throws(Errno) -> Bool {
    var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return try retrying(.poll) { unsafe poll(&wanted, 1, milliseconds) } > 0
  }

  /// `sched_yield(2)`: lets others go first.
  func yield() { sched_yield() }

  /// `madvise(2)`. `address` is page-aligned.
  func advise(
    _ address: UnsafeMutableRawPointer, byteCount: Int, _ advice: Advice
  ) throws(Errno) {
    try retrying(.madvise) { unsafe madvise(address, byteCount, advice.number) }
  }

  /// `madvise(2)` where nothing comes of its failure.
  func hint(_ address: UnsafeMutableRawPointer, byteCount: Int, _ advice: Advice) {
    try? unsafe advise(address, byteCount: byteCount, advice)
  }

  /// `madvise(2)` with `MADV_HUGEPAGE`, which asks for pages of 2 MiB where that can be, and with
  /// `MADV_POPULATE_READ`. `address` is page-aligned.
  ///
  /// - Throws: The system's reason if not every page is there then.
  func populate(_ address: UnsafeMutableRawPointer, byteCount: Int) throws(Errno) {
    #if os(Linux)
      // Such a page takes in what lies around a small range, too, holes and all.
      if byteCount >= SlidingView.alignment {
        _ = try? retrying(.madvise) { unsafe madvise(address, byteCount, CInt(MADV_HUGEPAGE)) }
      }
      unsafe hint(address, byteCount: byteCount, .sequential)
      try retrying(.madvise) { unsafe madvise(address, byteCount, linux_populate_read) }
    #else
      try unsafe advise(address, byteCount: byteCount, .willNeed)
    #endif
  }

  // MARK: What the system keeps in memory

  /// `cachestat(2)`: how many pages of a range of a file are in memory.
  func cachedPageCount(_ descriptor: CInt, _ range: Range<UInt64>) throws(Errno) -> UInt64 {
    #if os(Linux)
      var count: UInt64 = 0
      try retrying(.cachestat) {
        unsafe linux_count_cached_pages(
          descriptor, range.lowerBound, range.upperBound - range.lowerBound, &count)
      }
      return count
    #else
      throw .notSupported
    #endif
  }

  /// `preadv2(2)` with `RWF_NOWAIT`: whether a byte cannot be read without the device.
  func needsDevice(_ descriptor: CInt, at offset: UInt64) throws(Errno) -> Bool {
    #if os(Linux)
      return try retrying(.preadv2) { linux_needs_device(descriptor, offset) } != 0
    #else
      throw .notSupported
    #endif
  }

  /// What becomes of the bytes of a file that the system may keep in memory.
  enum CacheAdvice { case willNeed, dontNeed }

  /// `posix_fadvise(2)`.
  func advise(
    _ descriptor: CInt, _ range: Range<UInt64>, _ advice: CacheAdvice
  ) throws(Errno) {
    #if os(Linux)
      try retrying(.fadvise) {
        let error = posix_fadvise(
          descriptor, off_t(range.lowerBound), off_t(range.upperBound - range.lowerBound),
          advice == .willNeed ? POSIX_FADV_WILLNEED : POSIX_FADV_DONTNEED)
        // It answers with the number of the error.
        if error != 0 { errno = error }
        return error == 0 ? 0 : -1 as CInt
      }
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
    if let limit = try? limit(of: .fileSize), byteCount > limit { throw .fileTooLarge }
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

  // MARK: The process

  /// What a process may not use as much of as it likes.
  enum Resource {
    case fileSize, descriptors, stack, addresses, writableMemory

    #if canImport(Glibc)
      fileprivate var number: __rlimit_resource_t {
        switch self {
        case .fileSize: __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
        case .descriptors: __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        case .stack: __rlimit_resource_t(RLIMIT_STACK.rawValue)
        case .addresses: __rlimit_resource_t(RLIMIT_AS.rawValue)
        case .writableMemory: __rlimit_resource_t(RLIMIT_DATA.rawValue)
        }
      }
    #else
      fileprivate var number: CInt {
        switch self {
        case .fileSize: RLIMIT_FSIZE
        case .descriptors: RLIMIT_NOFILE
        case .stack: RLIMIT_STACK
        case .addresses: RLIMIT_AS
        case .writableMemory: RLIMIT_DATA
        }
      }
    #endif
  }

  /// `getrlimit(2)`: how much of it this process may use; the largest number if there is no limit.
  func limit(of resource: Resource) throws(Errno) -> UInt64 {
    var limit = rlimit()
    try retrying(.getrlimit) { unsafe getrlimit(resource.number, &limit) }
    return UInt64(limit.rlim_cur)
  }

  // MARK: Memory, and other ways to a file

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

  /// A path that leads to the file of a descriptor.
  static func link(to descriptor: CInt) -> FilePath { FilePath("/proc/self/fd/\(descriptor)") }

  /// `open(2)` of the same file once more, with rights and locks of its own.
  func reopen(_ descriptor: CInt, for mode: OpenMode) throws(Errno) -> CInt {
    try open(Self.link(to: descriptor), for: mode)
  }

  /// `readlink(2)`: the path that the descriptor's file has now.
  func path(of descriptor: CInt) throws(Errno) -> FilePath {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let link = Self.link(to: descriptor)
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

  /// Calls until no signal interrupts, or fails as the plan says.
  @discardableResult
  func retrying<Result: FixedWidthInteger>(
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

import SystemPackage

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

  /// Calls that fail as `failures` says; nil for never.
  package init(failures: FailurePlan?) { self.failures = failures }

  private func checkPlan(_ call: MappingError.Operation) throws(Errno) {
    if let error = failures?.failure(of: call) { throw error }
  }

  /// `open(2)` for reading. Does not wait for the writer of a pipe and never takes over a terminal.
  func open(_ path: FilePath) throws(Errno) -> CInt {
    try checkPlan(.open)
    return try retrying {
      unsafe path.withPlatformString { name in
        unsafe system_open(name, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
      }
    }
  }

  /// `close(2)`. After a failure the number is closed all the same, so there is nothing to report.
  func close(_ descriptor: CInt) { _ = system_close(descriptor) }

  /// `fstat(2)`.
  func status(of descriptor: CInt) throws(Errno) -> FileStatus {
    try checkPlan(.fstat)
    var status = stat()
    try retrying { unsafe fstat(descriptor, &status) }
    return FileStatus(status)
  }

  /// `stat(2)`.
  func status(of path: FilePath) throws(Errno) -> FileStatus {
    try checkPlan(.stat)
    var status = stat()
    try retrying { unsafe path.withPlatformString { unsafe stat($0, &status) } }
    return FileStatus(status)
  }

  /// Whether `fstatfs(2)` names a file system whose files live on another machine or in another
  /// process, where a mapped page can fail or lie at any time.
  func isRemote(_ descriptor: CInt) throws(Errno) -> Bool {
    try checkPlan(.fstatfs)
    #if os(Linux)
      var system = statfs()
      try retrying { unsafe fstatfs(descriptor, &system) }
      // From linux/magic.h: NFS, SMB, CIFS, SMB2, 9P, FUSE, Ceph, AFS, Coda.
      let magics: [UInt32] = [
        0x6969, 0x517B, 0xFF53_4D42, 0xFE53_4D42, 0x0102_1997, 0x6573_5546, 0x00C3_6400,
        0x5346_414F, 0x7375_7245,
      ]
      return magics.contains(UInt32(truncatingIfNeeded: system.f_type))
    #else
      var system = statfs()
      try retrying { unsafe fstatfs(descriptor, &system) }
      return system.f_flags & UInt32(MNT_LOCAL) == 0
    #endif
  }

  /// `mmap(2)` of address space alone: readable zero pages that cost nothing until something is put
  /// over them.
  func reserve(byteCount: Int) throws(Errno) -> UnsafeMutableRawPointer {
    try checkPlan(.mmap)
    return try unsafe map(nil, byteCount, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
  }

  /// `mmap(2)` of a file for reading; `address` replaces what is mapped there, nil lets the system
  /// choose.
  @discardableResult
  func map(
    _ descriptor: CInt, at address: UnsafeMutableRawPointer?, byteCount: Int, offset: UInt64
  ) throws(Errno) -> UnsafeMutableRawPointer {
    try checkPlan(.mmap)
    let fixed = unsafe address == nil ? 0 : MAP_FIXED
    return try unsafe map(address, byteCount, MAP_SHARED | fixed, descriptor, offset)
  }

  private func map(
    _ address: UnsafeMutableRawPointer?, _ byteCount: Int, _ flags: CInt, _ descriptor: CInt,
    _ offset: UInt64
  ) throws(Errno) -> UnsafeMutableRawPointer {
    let mapped = unsafe mmap(address, byteCount, PROT_READ, flags, descriptor, off_t(offset))
    guard let mapped = unsafe mapped, unsafe mapped != MAP_FAILED else {
      throw Errno(rawValue: errno)
    }
    return unsafe mapped
  }

  /// `munmap(2)`.
  func unmap(_ address: UnsafeMutableRawPointer, byteCount: Int) throws(Errno) {
    try checkPlan(.munmap)
    try retrying { unsafe munmap(address, byteCount) }
  }

  /// `pread(2)`: how many bytes came, 0 at the end of the file.
  func read(
    _ descriptor: CInt, into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64
  ) throws(Errno) -> Int {
    try checkPlan(.pread)
    return try retrying {
      unsafe pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
    }
  }

  /// `lseek(2)` by nothing.
  func position(of descriptor: CInt) throws(Errno) -> off_t {
    try checkPlan(.lseek)
    return try retrying { lseek(descriptor, 0, SEEK_CUR) }
  }

  /// `read(2)`: how many bytes came, 0 at the end.
  func read(_ descriptor: CInt, into buffer: UnsafeMutableRawBufferPointer) throws(Errno) -> Int {
    try checkPlan(.read)
    return try retrying { unsafe system_read(descriptor, buffer.baseAddress, buffer.count) }
  }

  /// `poll(2)`: waits until the descriptor has bytes or its writers are gone.
  func waitForBytes(_ descriptor: CInt) throws(Errno) {
    try checkPlan(.poll)
    var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    try retrying { unsafe poll(&wanted, 1, -1) }
  }

  @discardableResult
  private func retrying<Result: FixedWidthInteger>(_ call: () -> Result) throws(Errno) -> Result {
    while true {
      let result = call()
      if result != -1 { return result }
      let error = Errno(rawValue: errno)
      if error != .interrupted { throw error }
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

extension FileStatus {
  fileprivate init(_ status: stat) {
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
    size = FileOffset(UInt64(status.st_size))
    #if canImport(Darwin)
      let (written, altered) = (status.st_mtimespec, status.st_ctimespec)
    #else
      let (written, altered) = (status.st_mtim, status.st_ctim)
    #endif
    modified = Timestamp(seconds: Int64(written.tv_sec), nanoseconds: Int64(written.tv_nsec))
    changed = Timestamp(seconds: Int64(altered.tv_sec), nanoseconds: Int64(altered.tv_nsec))
  }
}

/// The page size of this system, in bytes.
let systemPageSize = Int(sysconf(CInt(_SC_PAGESIZE)))

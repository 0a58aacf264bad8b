import CLinux
package import SystemPackage
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The one place where the library calls the system.
///
/// Each function is one system call with the result checked and, where the call can be interrupted
/// by a signal, repeated. A test can make the k-th call fail.
package final class SystemCalls: Sendable {
  /// Calls that never fail on purpose.
  package static let live = SystemCalls()

  private let failures: [Int: Errno]
  private let calls = Atomic<Int>(0)

  /// Calls that never fail on purpose.
  package init() { failures = [:] }

  /// Calls of which those with these numbers (0 is the first) fail.
  package init(failing failures: [Int: Errno]) { self.failures = failures }

  /// How many calls there were so far.
  package var callCount: Int { calls.load(ordering: .relaxed) }

  private func countCall() throws(Errno) {
    let number = calls.add(1, ordering: .relaxed).oldValue
    if let error = failures[number] { throw error }
  }

  @discardableResult
  private func checked<Result: FixedWidthInteger>(_ call: () -> Result) throws(Errno) -> Result {
    try countCall()
    while true {
      let result = call()
      if result != -1 { return result }
      let error = Errno(rawValue: errno)
      if error != .interrupted { throw error }
    }
  }

  // MARK: Names

  /// `stat(2)`, or `lstat(2)`, which does not follow a link.
  func attributes(of path: FilePath, followingLinks: Bool = true) throws(Errno) -> Attributes {
    var status = stat()
    try checked {
      unsafe path.withPlatformString { name in
        unsafe followingLinks ? stat(name, &status) : lstat(name, &status)
      }
    }
    return Attributes(status)
  }

  /// `realpath(3)`: the path without links and dots.
  func resolved(_ path: FilePath) throws(Errno) -> FilePath {
    try countCall()
    guard let name = unsafe path.withPlatformString({ unsafe realpath($0, nil) }) else {
      throw Errno(rawValue: errno)
    }
    defer { unsafe free(name) }
    return unsafe FilePath(platformString: name)
  }

  /// `faccessat(2)` with the effective user: may the file be written?
  func checkWritable(_ path: FilePath) throws(Errno) {
    try checked {
      unsafe path.withPlatformString { unsafe faccessat(AT_FDCWD, $0, W_OK, AT_EACCESS) }
    }
  }

  /// Whether `/proc` shows the descriptor, so that ``link(_:as:in:)`` can name its file.
  func canBeLinked(_ descriptor: CInt) -> Bool {
    guard (try? countCall()) != nil else { return false }
    return unsafe access("/proc/self/fd/\(descriptor)", F_OK) == 0
  }

  // MARK: Descriptors

  /// `open(2)` of a directory, to name files in it.
  func openDirectory(_ path: FilePath) throws(Errno) -> CInt {
    try checked {
      unsafe path.withPlatformString {
        unsafe openat(AT_FDCWD, $0, linux_o_path | O_DIRECTORY | O_CLOEXEC)
      }
    }
  }

  /// `open(2)` of the directory that a descriptor of ``openDirectory(_:)`` names, to flush it.
  func reopenDirectory(_ directory: CInt) throws(Errno) -> CInt {
    try checked { unsafe openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
  }

  /// `open(2)` with `O_TMPFILE`: a file in the directory that has no name.
  func createUnnamed(in directory: CInt, mode: mode_t) throws(Errno) -> CInt {
    try checked { unsafe openat(directory, ".", linux_o_tmpfile | O_RDWR | O_CLOEXEC, mode) }
  }

  /// `open(2)` with `O_EXCL`: a file that was not there before.
  func create(_ name: String, in directory: CInt, mode: mode_t) throws(Errno) -> CInt {
    try checked {
      unsafe openat(directory, name, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC | O_NOFOLLOW, mode)
    }
  }

  /// `close(2)`. After a failure the number is closed all the same.
  func close(_ descriptor: CInt) { _ = system_close(descriptor) }

  /// `close(2)` of a `dup(2)`: asks remote file systems for the errors of writing that they keep for
  /// those who close.
  func checkWritten(_ descriptor: CInt) throws(Errno) {
    let copy = try checked { dup(descriptor) }
    // Interrupted or not, it is closed.
    let error = system_close(copy) == -1 && errno != EINTR ? Errno(rawValue: errno) : nil
    try countCall()
    if let error { throw error }
  }

  /// `fstat(2)`.
  func attributes(of descriptor: CInt) throws(Errno) -> Attributes {
    var status = stat()
    try checked { unsafe fstat(descriptor, &status) }
    return Attributes(status)
  }

  // MARK: Contents

  /// `ftruncate(2)`.
  func resize(_ descriptor: CInt, to byteCount: UInt64) throws(Errno) {
    try checked { ftruncate(descriptor, off_t(byteCount)) }
  }

  /// `fallocate(2)`: gives a range blocks. False where the file system cannot.
  func allocate(_ descriptor: CInt, _ range: Range<UInt64>) throws(Errno) -> Bool {
    do throws(Errno) {
      try checked {
        linux_allocate(
          descriptor, 0, Int64(range.lowerBound), Int64(range.upperBound - range.lowerBound))
      }
      return true
    } catch .notSupportedOnSocket {
      return false
    } catch .noFunction {
      return false
    }
  }

  /// `pwrite(2)`: how many bytes were written.
  func write(
    _ descriptor: CInt, _ bytes: UnsafeRawBufferPointer, at offset: UInt64
  ) throws(Errno) -> Int {
    try checked { unsafe pwrite(descriptor, bytes.baseAddress, bytes.count, off_t(offset)) }
  }

  /// `pread(2)`: how many bytes came, 0 at the end of the file.
  func read(
    _ descriptor: CInt, into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64
  ) throws(Errno) -> Int {
    try checked { unsafe pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset)) }
  }

  /// `fsync(2)`.
  func flush(_ descriptor: CInt) throws(Errno) { try checked { fsync(descriptor) } }

  /// `posix_fadvise(2)`: drops what of the file is in memory and was written. Only advice.
  func forgetPages(_ descriptor: CInt) {
    #if os(Linux)
      _ = posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED)
    #endif
  }

  /// `madvise(2)`: brings the pages of a range into memory and maps them. Only advice; a page that
  /// cannot be had says so when it is touched.
  func populate(_ bytes: UnsafeRawBufferPointer, forWriting: Bool) {
    #if os(Linux)
      let page = UInt(sysconf(CInt(_SC_PAGESIZE)))
      let address = UInt(bitPattern: bytes.baseAddress)
      let start = address / page * page
      // SAFETY: advice changes no bytes.
      _ = unsafe madvise(
        UnsafeMutableRawPointer(bitPattern: start), bytes.count + Int(address - start),
        forWriting ? linux_populate_write : linux_populate_read)
    #endif
  }

  // MARK: Attributes

  /// `fchown(2)`.
  func setOwner(of descriptor: CInt, to user: uid_t, _ group: gid_t) throws(Errno) {
    try checked { fchown(descriptor, user, group) }
  }

  /// `fchmod(2)`.
  func setMode(of descriptor: CInt, to mode: mode_t) throws(Errno) {
    try checked { fchmod(descriptor, mode) }
  }

  /// `futimens(2)`.
  func setTimes(of descriptor: CInt, accessed: timespec, modified: timespec) throws(Errno) {
    var times = [accessed, modified]
    try checked { unsafe futimens(descriptor, &times) }
  }

  // MARK: Directories

  /// `linkat(2)`: gives a file without a name one that must not be taken.
  func link(_ descriptor: CInt, as name: FilePath, in directory: CInt) throws(Errno) {
    try checked {
      unsafe name.withPlatformString {
        unsafe linkat(
          AT_FDCWD, "/proc/self/fd/\(descriptor)", directory, $0, AT_SYMLINK_FOLLOW)
      }
    }
  }

  /// `linkat(2)`: gives a file a second name that must not be taken.
  func link(_ old: FilePath, as new: FilePath, in directory: CInt) throws(Errno) {
    try checked {
      unsafe old.withPlatformString { old in
        unsafe new.withPlatformString { new in unsafe linkat(directory, old, directory, new, 0) }
      }
    }
  }

  /// `renameat(2)`: replaces whatever had the new name.
  func rename(_ old: FilePath, to new: FilePath, in directory: CInt) throws(Errno) {
    try checked {
      unsafe old.withPlatformString { old in
        unsafe new.withPlatformString { new in unsafe renameat(directory, old, directory, new) }
      }
    }
  }

  /// `unlinkat(2)`. Never made to fail: it is how everything else is undone.
  func remove(_ name: FilePath, in directory: CInt) {
    _ = unsafe name.withPlatformString { unsafe unlinkat(directory, $0, 0) }
  }
}

// Inside the methods above the C functions of the same names are out of sight.
private func system_close(_ descriptor: CInt) -> CInt { close(descriptor) }

public import SystemPackage

/// An opened file. Closed exactly once, when its owner ends.
public struct OpenedFile: ~Copyable, Sendable {
  private let owned: OwnedDescriptor
  let system: SystemCalls
  /// The name it was opened by; names it in errors.
  public let path: FilePath
  /// What the file was when it was opened.
  public private(set) var status: FileStatus
  /// Whether the file lives on another machine or in another process (NFS, SMB, FUSE, ...), where
  /// reading is safer than mapping.
  public var isRemote: Bool { fileSystem == .remote }
  /// Whether it can be mapped without having to try: a regular file of a file system that is known for it.
  package var isSurelyMappable: Bool { status.kind == .regular && fileSystem == .local }
  let fileSystem: FileSystemKind
  /// Whether it may be read and written through this value.
  let rights: (reads: Bool, writes: Bool)

  /// Opens a file, for reading unless `mode` says otherwise.
  ///
  /// Does not wait for the writer of a pipe; the first ``read(into:)`` does.
  ///
  /// - Throws: ``MappingError`` with `.accessDenied`, `.notMappable` for a directory that should be
  ///   written, or `.system` if the system refuses.
  ///
  /// The corresponding C function is `open`.
  public init(_ path: FilePath, for mode: OpenMode = .readOnly) throws(MappingError) {
    try self.init(path, for: mode, system: .live)
  }

  package init(
    _ path: FilePath, for mode: OpenMode = .readOnly, system: SystemCalls
  ) throws(MappingError) {
    let descriptor = try MappingError.wrap(.open, path) { () throws(Errno) in
      try system.open(path, for: mode)
    }
    let owned = OwnedDescriptor(descriptor, isLent: false, system: system)
    try self.init(owned, path: path, system: system)
  }

  /// Takes the standard input, which stays open.
  ///
  /// - Parameter path: What to call it in errors.
  public static func standardInput(as path: FilePath = "-") throws(MappingError) -> OpenedFile {
    try OpenedFile(OwnedDescriptor(0, isLent: true, system: .live), path: path, system: .live)
  }

  /// Opens nothing: shares what somebody else opened, with the rights it was opened with. The
  /// descriptor stays theirs.
  ///
  /// - Parameters:
  ///   - descriptor: An open file.
  ///   - path: What to call it in errors.
  /// - Throws: ``MappingError`` with `.system` if there is no such descriptor.
  public init(
    duplicating descriptor: FileDescriptor, as path: FilePath
  ) throws(MappingError) {
    try self.init(duplicating: descriptor, as: path, system: .live)
  }

  package init(
    duplicating descriptor: FileDescriptor, as path: FilePath, system: SystemCalls
  ) throws(MappingError) {
    let duplicate = try MappingError.wrap(.fcntl, path) { () throws(Errno) in
      try system.duplicate(descriptor.rawValue)
    }
    let owned = OwnedDescriptor(duplicate, isLent: false, system: system)
    try self.init(owned, path: path, system: system)
  }

  init(
    _ owned: consuming OwnedDescriptor, path: FilePath, system: SystemCalls
  ) throws(MappingError) {
    let descriptor = owned.number
    var status = try MappingError.wrap(.fstat, path) { () throws(Errno) in
      try system.status(of: descriptor)
    }
    var fileSystem = FileSystemKind.other
    if status.kind == .regular {
      fileSystem = try MappingError.wrap(.fstatfs, path) { () throws(Errno) in
        try system.fileSystem(of: descriptor)
      }
    }
    if fileSystem == .remote { status = try Self.freshStatus(of: descriptor, path, system) }
    rights = try MappingError.wrap(.fcntl, path) { () throws(Errno) in
      try system.rights(of: descriptor)
    }
    self.owned = owned
    self.path = path
    self.system = system
    self.status = status
    self.fileSystem = fileSystem
  }

  var descriptor: CInt { owned.number }

  /// What the file is now.
  ///
  /// The corresponding C function is `fstat`, and `statx` with `AT_STATX_FORCE_SYNC` for files of other machines.
  public func currentStatus() throws(MappingError) -> FileStatus {
    if isRemote { return try Self.freshStatus(of: descriptor, path, system) }
    return try MappingError.wrap(.fstat, path) { () throws(Errno) in
      try system.status(of: descriptor)
    }
  }

  private static func freshStatus(
    of descriptor: CInt, _ path: FilePath, _ system: SystemCalls
  ) throws(MappingError) -> FileStatus {
    try MappingError.wrap(.statx, path) { () throws(Errno) in
      try system.refreshStatus(of: descriptor)
    }
    return try MappingError.wrap(.fstat, path) { () throws(Errno) in
      try system.status(of: descriptor)
    }
  }

  /// Takes ``status`` anew until whatever is written from now on will alter it, which takes some milliseconds if
  /// the file was written just now.
  ///
  /// Many file systems take times from a clock that stands still for milliseconds: two writes meanwhile leave the
  /// same times, and whoever looks between them cannot see the second.
  package mutating func settle() throws(MappingError) {
    // Whoever writes on and on will be seen in any case.
    for _ in 0..<3 where FileClock.isStill(at: status.changed) {
      FileClock.waitForTick()
      status = try currentStatus()
    }
  }

  /// Whether the path still names this file; false when another was put in its place or it is gone, and true where that
  /// cannot be told.
  public func isStillNamed() -> Bool {
    do throws(Errno) { return try system.status(of: path).isSameFile(as: status) } catch {
      return ![.noSuchFileOrDirectory, .notDirectory, .tooManySymbolicLinkLevels].contains(error)
    }
  }

  /// Where the next ``read(into:)`` of a regular file starts.
  ///
  /// The corresponding C function is `lseek`.
  public func position() throws(MappingError) -> FileOffset {
    try MappingError.wrap(.lseek, path) { () throws(Errno) in
      FileOffset(UInt64(try system.position(of: descriptor)))
    }
  }

  /// Reads the next bytes of a stream. Waits for them.
  ///
  /// - Returns: How many bytes came: at least 1, or 0 at the end.
  ///
  /// The corresponding C function is `read`.
  public func read(into buffer: UnsafeMutableRawBufferPointer) throws(MappingError) -> Int {
    // A pipe that no writer has opened yet would answer "end" at once; poll waits for the first.
    if status.kind == .fifo { try waitForBytes() }
    return try unsafe readNow(into: buffer)
  }

  /// The same after ``hasBytes(within:)`` said that there is something to read.
  package func readNow(into buffer: UnsafeMutableRawBufferPointer) throws(MappingError) -> Int {
    while true {
      do {
        return try unsafe system.read(descriptor, into: buffer)
      } catch .wouldBlock {
        try waitForBytes()
      } catch {
        throw MappingError(error, .read, path)
      }
    }
  }

  private func waitForBytes() throws(MappingError) {
    _ = try MappingError.wrap(.poll, path) { () throws(Errno) in
      try system.waitForBytes(descriptor)
    }
  }

  /// Waits until the next ``read(into:)`` would not wait: there are bytes, or this is the end.
  ///
  /// - Parameter milliseconds: How long to wait at the most.
  /// - Returns: Whether it would not.
  package func hasBytes(within milliseconds: CInt) throws(MappingError) -> Bool {
    try MappingError.wrap(.poll, path) { () throws(Errno) in
      // Whoever fills a pipe needs microseconds, and to wait with a limit costs as much.
      for _ in 0..<Self.lookCount {
        if try system.waitForBytes(descriptor, milliseconds: 0) { return true }
        system.yield()
      }
      return try system.waitForBytes(descriptor, milliseconds: milliseconds)
    }
  }

  private static var lookCount: Int { 16 }

  /// Reads bytes at an offset, as many as the buffer holds or the file has.
  ///
  /// - Returns: How many bytes came; fewer than the buffer holds only at the end of the file.
  ///
  /// The corresponding C function is `pread`.
  public func read(
    into buffer: UnsafeMutableRawBufferPointer, at offset: FileOffset
  ) throws(MappingError) -> Int {
    let (filled, error) = unsafe readPart(into: buffer, at: offset)
    if let error { throw error }
    return filled
  }

  /// The same, but what came before a failure is there.
  package func readPart(
    into buffer: UnsafeMutableRawBufferPointer, at offset: FileOffset
  ) -> (byteCount: Int, error: MappingError?) {
    var filled = 0
    while filled < buffer.count {
      do throws(Errno) {
        let came = try unsafe system.read(
          descriptor, into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]),
          at: offset.rawValue + UInt64(filled))
        if came == 0 { break }
        filled += came
      } catch { return (filled, MappingError(error, .pread, path)) }
    }
    return (filled, nil)
  }
}

extension MappingError {
  /// Gives a system error its place.
  init(_ error: Errno, _ operation: Operation, _ path: FilePath) {
    let reason: Reason =
      switch error {
      case .permissionDenied, .notPermitted: .accessDenied
      case .isDirectory: .notMappable(.directory)
      default: .system(error)
      }
    self.init(reason, operation: operation, path: path)
  }

  static func wrap<Result>(
    _ operation: Operation, _ path: FilePath, _ call: () throws(Errno) -> Result
  ) throws(MappingError) -> Result {
    do { return try call() } catch { throw MappingError(error, operation, path) }
  }
}

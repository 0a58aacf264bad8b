public import SystemPackage

/// What can be viewed: a file opened for mapping, or memory, with a protection and a size that are
/// fixed when the object is made.
///
/// A value of this type is a handle. Copies of it are the same handle; the object's name, if it has
/// one, lives as long as any handle. Views keep the bytes alive, but not the name.
public struct MappingObject: Sendable {
  /// Every view starts at a multiple of this many bytes: 64 KiB, or the page size where that is
  /// larger. The same on every system, so that a program behaves alike everywhere.
  ///
  /// The corresponding field is `dwAllocationGranularity` of Win32's `SYSTEM_INFO`.
  public static let allocationGranularity = UInt64(max(65536, systemPageSize))

  /// What copies of a handle share.
  private final class Handle: Sendable {
    let backing: Backing
    let hold: NameHold?

    init(_ backing: Backing, _ hold: consuming NameHold? = nil) {
      self.backing = backing
      self.hold = hold
    }
  }

  private let handle: Handle
  /// What may be done with the object.
  public let protection: Protection
  /// What may be done through this handle.
  public let access: Access
  /// Whether the object was made by this call.
  public let disposition: Disposition
  /// What other processes open it by; nil if they cannot.
  public let name: ObjectName?

  private init(
    _ handle: Handle, _ protection: Protection, _ access: Access, _ disposition: Disposition,
    _ name: ObjectName?
  ) {
    self.handle = handle
    self.protection = protection
    self.access = access
    self.disposition = disposition
    self.name = name
  }

  // MARK: Files

  /// Opens a file and makes an object of it for reading.
  ///
  /// - Throws: ``MappingError``: see ``init(file:protection:size:allocation:name:)``, or what opening
  ///   throws.
  public init(readingFrom path: FilePath, size: FileOffset = 0) throws(MappingError) {
    try self.init(file: OpenedFile(path), size: size)
  }

  /// Makes an object of a file.
  ///
  /// A size larger than the file makes the file grow, if the protection is `.readWrite`. It stays so
  /// when the object ends. If this call fails, nothing is left behind: no name and no grown file.
  ///
  /// - Parameters:
  ///   - file: The object's from here on.
  ///   - protection: Must agree with how the file was opened.
  ///   - size: How much of the file the object covers, in bytes; 0 for the whole file.
  ///   - allocation: Whether storage is set aside for what the file grows by.
  ///   - name: What other processes may open the object by. If an object of the name is there already,
  ///     this is a handle to that one, with its size and its bytes: look at ``disposition``.
  /// - Throws: ``MappingError`` with `.sizeUnsupported`, `.notMappable`, `.accessDenied`, `.emptyFile`
  ///   or `.sizeExceedsFile`, the first that applies; `.nameKindCollision` or `.nameRefused`; or
  ///   `.system`, for instance if the device is full.
  ///
  /// The corresponding Win32 function is `CreateFileMapping`.
  public init(
    file: consuming OpenedFile, protection: Protection = .readOnly, size: FileOffset = 0,
    allocation: Allocation = .atCreation, name: ObjectName? = nil
  ) throws(MappingError) {
    let status = file.status
    let path = file.path
    func refuse(_ reason: MappingError.Reason) -> MappingError {
      MappingError(reason, operation: .mmap, path: path)
    }
    guard size.rawValue <= UInt64(Int64.max) else { throw refuse(.sizeUnsupported(size)) }
    let isDevice = status.kind == .blockDevice && protection == .readOnly
    guard status.kind == .regular || isDevice else { throw refuse(.notMappable(status.kind)) }
    guard file.rights.reads, file.rights.writes || protection != .readWrite else {
      throw refuse(.accessDenied)
    }
    if size == 0 && status.size == 0 { throw refuse(.emptyFile) }
    guard size <= status.size || protection == .readWrite else {
      throw refuse(.sizeExceedsFile(requested: size, actual: status.size))
    }
    let covered = size == 0 ? status.size : size
    let access = Access(allOf: protection)
    guard let name else {
      _ = try file.grow(to: covered, allocation)
      self.init(Handle(Backing(file, size: covered)), protection, access, .created, nil)
      return
    }
    let system = file.system
    let directory = try NameDirectory.make(for: name.namespace, system)
    while true {
      if let found = try directory.find(name) {
        try self.init(found, name, access, system)
        return
      }
      let header = NameHeader(
        kind: .file, protection: protection, size: covered, name: name,
        origin: try file.origin())
      let unlinked = try directory.prepare(header, allocation)
      // Last of all, so that there is next to nothing after which it must be undone.
      let before = try file.grow(to: covered, allocation)
      let made: FoundName?
      do throws(MappingError) { made = try unlinked.link() } catch {
        if let before { file.shrinkBack(from: covered, to: before) }
        throw error
      }
      if let made {
        self.init(
          Handle(Backing(file, size: covered), made.releaseHold()), protection, access, .created,
          name)
        return
      }
      // Who has the name now may have made an object of this file, too: it keeps its size.
    }
  }

  // MARK: Memory

  /// Makes an object of memory. Its bytes are zero at first.
  ///
  /// - Parameters:
  ///   - size: In bytes; exactly this many can be viewed.
  ///   - protection: `.readWrite` or `.readOnly`.
  ///   - allocation: Whether memory is set aside at once.
  ///   - name: What other processes may open the object by; nil if nobody shall. If an object of the
  ///     name is there already, this is a handle to that one, with its size and its bytes: look at
  ///     ``disposition``.
  /// - Throws: ``MappingError`` with `.sizeRequired`, `.sizeUnsupported` or `.invalidArgument`;
  ///   `.accessDenied`, `.nameKindCollision` or `.nameRefused` because of what has the name; or `.system`,
  ///   for instance if memory is full.
  ///
  /// The corresponding Win32 function is `CreateFileMapping` with `INVALID_HANDLE_VALUE`.
  public init(
    anonymousOf size: FileOffset, protection: Protection = .readWrite,
    allocation: Allocation = .atCreation, name: ObjectName? = nil
  ) throws(MappingError) {
    try self.init(
      anonymousOf: size, protection: protection, allocation: allocation, name: name, system: .live)
  }

  package init(
    anonymousOf size: FileOffset, protection: Protection = .readWrite,
    allocation: Allocation = .atCreation, name: ObjectName? = nil, system: SystemCalls
  ) throws(MappingError) {
    let label = FilePath(name.map { "\($0)" } ?? "memory")
    func refuse(_ reason: MappingError.Reason) -> MappingError {
      MappingError(reason, operation: .mmap, path: label)
    }
    guard size > 0 else { throw refuse(.sizeRequired) }
    guard size.rawValue <= UInt64(Int64.max) - MappingObject.allocationGranularity else {
      throw refuse(.sizeUnsupported(size))
    }
    guard protection != .writeCopy else { throw refuse(.invalidArgument(.copyOnWriteNeedsFile)) }
    let access = Access(allOf: protection)
    guard let name else {
      let memory = try OpenedFile(memoryOf: size, allocation, as: label, system: system)
      self.init(
        Handle(Backing(memory, size: size, isMemory: true)), protection, access, .created, nil)
      return
    }
    let directory = try NameDirectory.make(for: name.namespace, system)
    let header = NameHeader(kind: .memory, protection: protection, size: size, name: name)
    guard size.rawValue <= UInt64(Int64.max) - header.payloadStart else {
      throw refuse(.sizeUnsupported(size))
    }
    while true {
      if let found = try directory.find(name) {
        try self.init(found, name, access, system)
        return
      }
      if let made = try directory.prepare(header, allocation).link() {
        let backing = try Backing(header, made.reopen(access), isMemory: true)
        self.init(Handle(backing, made.releaseHold()), protection, access, .created, name)
        return
      }
    }
  }

  // MARK: Names

  /// Opens an object that another process, or this one, holds under a name.
  ///
  /// - Parameters:
  ///   - name: What it was made with.
  ///   - access: What the handle is for; fixed from here on.
  /// - Throws: ``MappingError`` with `.nameNotFound`, also if all who held it were killed;
  ///   `.nameKindCollision` if a lock has the name; `.accessDenied` if the object's protection does not
  ///   allow what is asked; `.nameRefused` if what stands there is not trusted.
  ///
  /// The corresponding Win32 function is `OpenFileMapping`.
  public static func open(
    named name: ObjectName, access: Access = .read
  ) throws(MappingError) -> MappingObject {
    try open(named: name, access: access, system: .live)
  }

  package static func open(
    named name: ObjectName, access: Access = .read, system: SystemCalls
  ) throws(MappingError) -> MappingObject {
    guard let directory = try NameDirectory.find(for: name.namespace, system),
      let found = try directory.find(name)
    else {
      throw MappingError(.nameNotFound, operation: .openat, path: FilePath("\(name)"))
    }
    return try MappingObject(found, name, access, system)
  }

  /// A handle to an object that somebody else made.
  private init(
    _ found: consuming FoundName, _ name: ObjectName, _ access: Access, _ system: SystemCalls
  ) throws(MappingError) {
    let header = found.header
    let path = found.path
    if header.kind == .lock {
      throw MappingError(.nameKindCollision, operation: .openat, path: path)
    }
    guard !access.writes || header.protection == .readWrite else {
      throw MappingError(.accessDenied, operation: .openat, path: path)
    }
    let backing: Backing
    if let origin = header.origin {
      let file = try OpenedFile(
        origin.path, for: access.writes ? .readWrite : .readOnly, system: system)
      guard file.status.device == origin.device, file.status.inode == origin.inode else {
        throw MappingError(
          .nameRefused(.fileReplaced(origin.path)), operation: .openat, path: path)
      }
      guard file.status.size >= header.size else {
        throw MappingError(
          .fileTruncated(from: header.size, to: file.status.size), operation: .openat,
          path: origin.path)
      }
      backing = Backing(file, size: header.size)
    } else {
      backing = try Backing(header, found.reopen(access), isMemory: true)
    }
    self.init(
      Handle(backing, found.releaseHold()), header.protection, access, .openedExisting, name)
  }

  // MARK: What it is

  /// Size in bytes. Never 0.
  public var size: FileOffset { backing.size }
  /// The name the file was opened by; for memory, what it is called in errors.
  public var path: FilePath { backing.path }
  /// What the file was when it was opened.
  public var status: FileStatus { backing.file.status }
  /// What the file is now.
  public func currentStatus() throws(MappingError) -> FileStatus {
    try backing.file.currentStatus()
  }
  /// Whether the path still names this file.
  public func isStillNamed() -> Bool { backing.file.isStillNamed() }
  /// See ``OpenedFile/isRemote``.
  public var isRemote: Bool { backing.file.isRemote }

  var backing: Backing { handle.backing }

  /// Reads bytes without mapping them. See ``OpenedFile/read(into:at:)``.
  public func read(
    into buffer: UnsafeMutableRawBufferPointer, at offset: FileOffset
  ) throws(MappingError) -> Int {
    try unsafe backing.file.read(
      into: buffer, at: FileOffset(backing.place(of: offset.rawValue)))
  }

  package func readPart(
    into buffer: UnsafeMutableRawBufferPointer, at offset: FileOffset
  ) -> (byteCount: Int, error: MappingError?) {
    unsafe backing.file.readPart(
      into: buffer, at: FileOffset(backing.place(of: offset.rawValue)))
  }

  // MARK: Views

  /// Maps a part of the object for reading.
  ///
  /// - Parameters:
  ///   - offset: Where the view starts: a multiple of ``allocationGranularity`` inside the object.
  ///   - length: Its size in bytes; 0 for everything up to the object's end.
  ///   - base: The address it shall lie at, a multiple of ``allocationGranularity``; nil lets the system
  ///     choose. Never replaces what is mapped there.
  /// - Throws: ``MappingError`` with `.misalignedOffset`, `.offsetBeyondEnd`, `.lengthBeyondEnd`,
  ///   `.misalignedBase`, `.addressUnavailable`, `.addressSpaceExhausted`, `.tooManyViews` or `.system`;
  ///   the first that applies.
  /// - Complexity: One system call; pages load when they are first touched.
  ///
  /// The corresponding functions are Win32 `MapViewOfFileEx` with `FILE_MAP_READ` and C `mmap`.
  public func view(
    at offset: FileOffset = 0, length: UInt64 = 0, base: UInt? = nil
  ) throws(MappingError) -> MappedView {
    MappedView(try MappedRange(of: backing, .read, at: offset, length: length, base: base))
  }

  /// Maps a part of the object for reading and writing; what is written is the object's at once.
  ///
  /// Parameters and errors are those of ``view(at:length:base:)``.
  ///
  /// - Throws: ``MappingError`` also with `.accessDenied`, first of all, unless ``access`` is `.readWrite`.
  ///
  /// The corresponding functions are Win32 `MapViewOfFileEx` with `FILE_MAP_WRITE` and C `mmap`.
  public func writableView(
    at offset: FileOffset = 0, length: UInt64 = 0, base: UInt? = nil
  ) throws(MappingError) -> MutableMappedView {
    guard access.writes else { throw backing.error(.accessDenied) }
    return MutableMappedView(
      try MappedRange(of: backing, .readWrite, at: offset, length: length, base: base))
  }

  /// Maps a part of the object for reading, and for writing to private copies of its pages: nobody else
  /// sees what is written, and it ends with the view.
  ///
  /// Parameters and errors are those of ``view(at:length:base:)``. What others write to the object shows
  /// in the view up to the moment at which the page is copied: it is no snapshot.
  ///
  /// The corresponding functions are Win32 `MapViewOfFileEx` with `FILE_MAP_COPY` and C `mmap` with
  /// `MAP_PRIVATE`.
  public func copyOnWriteView(
    at offset: FileOffset = 0, length: UInt64 = 0, base: UInt? = nil
  ) throws(MappingError) -> MutableMappedView {
    MutableMappedView(
      try MappedRange(of: backing, .copyOnWrite, at: offset, length: length, base: base))
  }
}

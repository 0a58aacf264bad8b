import SystemPackage

/// A lock between processes, with a name in the same namespace as objects have theirs.
///
/// Processes that write to one object take turns with it. Threads of one process exclude each other,
/// too. The system releases what a process holds when it dies.
///
/// The corresponding Win32 object is a named mutex, except that one thread cannot take it twice.
public struct NamedLock: ~Copyable, Sendable {
  private let claim: LockClaim
  private let header: NameHeader
  /// Whether the lock was made by this call.
  public let disposition: Disposition

  /// Makes a lock, or opens the one that has the name.
  ///
  /// - Throws: ``MappingError`` with `.nameKindCollision` if an object has the name, `.nameRefused` if what
  ///   stands there is not trusted, or `.system`.
  ///
  /// The corresponding Win32 function is `CreateMutex`.
  public init(_ name: ObjectName) throws(MappingError) { try self.init(name, system: .live) }

  package init(_ name: ObjectName, system: SystemCalls) throws(MappingError) {
    let directory = try NameDirectory.make(for: name.namespace, system)
    let header = NameHeader(kind: .lock, protection: .readWrite, size: 0, name: name)
    while true {
      if let found = try directory.find(name) {
        try self.init(found, .openedExisting)
        return
      }
      if let made = try directory.prepare(header, .atCreation).link() {
        try self.init(made, .created)
        return
      }
    }
  }

  /// Opens the lock that has a name.
  ///
  /// - Throws: ``MappingError`` with `.nameNotFound`, or as ``init(_:)``.
  ///
  /// The corresponding Win32 function is `OpenMutex`.
  public static func open(_ name: ObjectName) throws(MappingError) -> NamedLock {
    try open(name, system: .live)
  }

  package static func open(
    _ name: ObjectName, system: SystemCalls
  ) throws(MappingError) -> NamedLock {
    guard let directory = try NameDirectory.find(for: name.namespace, system),
      let found = try directory.find(name)
    else {
      throw MappingError(.nameNotFound, operation: .openat, path: FilePath("\(name)"))
    }
    return try NamedLock(found, .openedExisting)
  }

  private init(
    _ found: consuming FoundName, _ disposition: Disposition
  ) throws(MappingError) {
    header = found.header
    guard header.kind == .lock else {
      throw MappingError(.nameKindCollision, operation: .openat, path: found.path)
    }
    claim = LockClaim(found.releaseHold())
    self.disposition = disposition
  }

  /// Waits until nobody else has the lock, and takes it.
  ///
  /// - Returns: The lock, held as long as the value lives.
  /// - Throws: ``MappingError`` with `.system`.
  ///
  /// The corresponding Win32 function is `WaitForSingleObject`.
  public func acquire() throws(MappingError) -> HeldLock {
    // Waiting ends with the lock.
    try acquire(waits: true)!
  }

  /// Takes the lock if nobody has it.
  ///
  /// - Returns: The lock, held as long as the value lives; nil if somebody else has it.
  /// - Throws: ``MappingError`` with `.system`.
  public func tryAcquire() throws(MappingError) -> HeldLock? { try acquire(waits: false) }

  private func acquire(waits: Bool) throws(MappingError) -> HeldLock? {
    // The system's lock belongs to an open file, and so does not keep threads that share one apart.
    let file = try claim.hold.reopen(for: .readWrite)
    let isHeld = try MappingError.wrap(.fcntl, file.path) { () throws(Errno) in
      try file.system.lockFile(file.descriptor, waits: waits)
    }
    return isHeld ? try HeldLock(file, markAt: header.payloadStart, claim) : nil
  }
}

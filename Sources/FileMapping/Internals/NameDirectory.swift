import SystemPackage

/// The directory that holds the names of one namespace, checked to be what it should be.
final class NameDirectory: Sendable {
  let path: FilePath
  let system: SystemCalls
  private let namespace: ObjectName.Namespace
  private let descriptor: OwnedDescriptor

  /// Permissions of the directory and of the files in it.
  private static func permissions(
    _ namespace: ObjectName.Namespace
  ) -> (directory: UInt16, file: UInt16) {
    namespace == .local ? (0o700, 0o600) : (0o777, 0o666)
  }

  private static let root: UInt32 = 0

  /// The directory, made if it is not there.
  static func make(
    for namespace: ObjectName.Namespace, _ system: SystemCalls
  ) throws(MappingError) -> NameDirectory {
    let path = path(of: namespace, system)
    if namespace == .local || system.names.user == root || system.names.isTest {
      let permissions = permissions(namespace).directory
      _ = try MappingError.wrap(.mkdir, path) { () throws(Errno) in
        try system.names.makeDirectory(path, permissions: permissions)
      }
    }
    return try NameDirectory(path, namespace, system)
  }

  /// The directory; nil if it is not there.
  static func find(
    for namespace: ObjectName.Namespace, _ system: SystemCalls
  ) throws(MappingError) -> NameDirectory? {
    let path = path(of: namespace, system)
    do throws(MappingError) {
      return try NameDirectory(path, namespace, system)
    } catch {
      if error.reason == .system(.noSuchFileOrDirectory) { return nil }
      throw error
    }
  }

  private static func path(
    of namespace: ObjectName.Namespace, _ system: SystemCalls
  ) -> FilePath {
    if system.names.isTest {
      return system.names.runtimeDirectory!.appending(
        namespace == .local ? "mmscan" : "mmscan-global")
    }
    if namespace == .global { return "/dev/shm/mmscan-global" }
    // The variable may be another user's, as under sudo: then the names would be, too.
    if let runtime = system.names.runtimeDirectory, let status = try? system.status(of: runtime),
      status.kind == .directory, status.owner == system.names.user, status.permissions == 0o700
    {
      return runtime.appending("mmscan")
    }
    return FilePath("/dev/shm/mmscan-\(system.names.user)")
  }

  private init(
    _ path: FilePath, _ namespace: ObjectName.Namespace, _ system: SystemCalls
  ) throws(MappingError) {
    func refuse(_ refusal: MappingError.NameRefusal) -> MappingError {
      MappingError(.nameRefused(refusal), operation: .open, path: path)
    }
    let number: CInt
    do throws(Errno) { number = try system.names.openDirectory(path) } catch {
      if error == .tooManySymbolicLinkLevels { throw refuse(.symbolicLink) }
      if error == .notDirectory {
        let kind = try? system.status(of: path).kind
        throw kind == .directory ? refuse(.symbolicLink) : refuse(.notRegular(kind ?? .other))
      }
      throw MappingError(error, .open, path)
    }
    let descriptor = OwnedDescriptor(number, isLent: false, system: system)
    let status = try MappingError.wrap(.fstat, path) { () throws(Errno) in
      try system.status(of: number)
    }
    guard
      status.owner == system.names.user
        || namespace == .global && status.owner == NameDirectory.root
    else { throw refuse(.foreignOwner(status.owner)) }
    guard status.permissions == NameDirectory.permissions(namespace).directory else {
      throw refuse(.wrongPermissions(status.permissions))
    }
    self.path = path
    self.namespace = namespace
    self.system = system
    self.descriptor = descriptor
  }

  /// How long somebody else may have a name's file locked for himself, in milliseconds. He only needs
  /// it to remove the name.
  private static let patience = 5000

  /// The name, if it is alive. One whose holders are all gone is removed.
  func find(_ name: ObjectName) throws(MappingError) -> FoundName? {
    let fileName = name.fileName
    let path = path.appending(fileName.components)
    for _ in 0..<NameDirectory.patience {
      guard let entry = try open(fileName) else { return nil }
      let number = entry.number
      guard let header = try checkedHeader(number, path) else { continue }
      // Two names that share a file name: one hides the other as long as it lives.
      guard header.name == name else {
        throw MappingError(.nameRefused(.damagedHeader), operation: .pread, path: path)
      }
      if try removeIfUnclaimed(number, fileName) { continue }
      let isClaimed = try MappingError.wrap(.flock, path) { () throws(Errno) in
        try system.names.lock(number, exclusive: false)
      }
      // It may have been removed while nobody had a lock.
      if isClaimed {
        if try linkCount(number, path) > 0 {
          return FoundName(header, NameHold(entry, in: self, fileName))
        }
      } else {
        system.names.pause()
      }
    }
    throw MappingError(.system(.resourceTemporarilyUnavailable), operation: .flock, path: path)
  }

  /// Makes what stands under a name, complete and claimed, before anybody can see it.
  func prepare(_ header: NameHeader, _ allocation: Allocation) throws(MappingError) -> UnlinkedName
  {
    let fileName = header.name.fileName
    let path = path.appending(fileName.components)
    func wrap<Result>(
      _ operation: MappingError.Operation, _ call: () throws(Errno) -> Result
    ) throws(MappingError) -> Result { try MappingError.wrap(operation, path, call) }

    let made = OwnedDescriptor(
      try wrap(.openat) { () throws(Errno) in try system.names.makeUnnamed(in: descriptor.number) },
      isLent: false, system: system)
    let number = made.number
    try wrap(.fchmod) { () throws(Errno) in
      try system.names.setPermissions(of: number, NameDirectory.permissions(namespace).file)
    }
    try wrap(.pwrite) { () throws(Errno) in try system.write(header.bytes, to: number, at: 0) }
    let end = header.payloadStart + header.payloadByteCount
    try wrap(.ftruncate) { () throws(Errno) in try system.truncate(number, to: end) }
    if allocation == .atCreation && header.payloadByteCount > 0 {
      try wrap(.fallocate) { () throws(Errno) in
        try system.allocate(number, header.payloadStart..<end, keepsSize: false)
      }
    }
    let claim = OwnedDescriptor(
      try wrap(.open) { () throws(Errno) in try system.reopen(number, for: .readOnly) },
      isLent: false, system: system)
    let claimNumber = claim.number
    _ = try wrap(.flock) { () throws(Errno) in try system.names.lock(claimNumber, exclusive: false)
    }
    return UnlinkedName(header, made, NameHold(claim, in: self, fileName))
  }

  /// Gives a file its name.
  ///
  /// - Returns: Whether it did; false if somebody else has the name.
  func link(_ number: CInt, as fileName: FilePath) throws(MappingError) -> Bool {
    let path = path.appending(fileName.components)
    return try MappingError.wrap(.linkat, path) { () throws(Errno) in
      try system.names.link(number, as: fileName, in: descriptor.number)
    }
  }

  /// Every name that is alive. What is not trusted is left out, and left alone.
  func names() throws(MappingError) -> [ObjectName] {
    let entries = try MappingError.wrap(.getdents, path) { () throws(Errno) in
      try system.names.entries(of: descriptor.number)
    }
    var names: [ObjectName] = []
    for fileName in entries {
      do throws(MappingError) {
        guard let entry = try open(fileName),
          let header = try checkedHeader(entry.number, path.appending(fileName.components)),
          header.name.fileName == fileName,
          try !removeIfUnclaimed(entry.number, fileName)
        else { continue }
        names.append(header.name)
      } catch {
        switch (error.reason, error.operation) {
        case (.nameRefused, _), (.accessDenied, .openat): continue
        default: throw error
        }
      }
    }
    return names
  }

  /// Removes a name to which nobody has a claim.
  ///
  /// - Returns: Whether nobody has one. Then the caller's lock keeps everybody else away from the file.
  func removeIfUnclaimed(_ number: CInt, _ fileName: FilePath) throws(MappingError) -> Bool {
    let path = path.appending(fileName.components)
    let isUnclaimed = try MappingError.wrap(.flock, path) { () throws(Errno) in
      try system.names.lock(number, exclusive: true)
    }
    guard isUnclaimed else { return false }
    // As long as the file has a name it is this one, since only who has the lock removes it.
    if try linkCount(number, path) > 0 {
      try MappingError.wrap(.unlinkat, path) { () throws(Errno) in
        try system.names.unlink(fileName, in: descriptor.number)
      }
    }
    return true
  }

  private func linkCount(_ number: CInt, _ path: FilePath) throws(MappingError) -> UInt64 {
    try MappingError.wrap(.fstat, path) { () throws(Errno) in
      try system.status(of: number).linkCount
    }
  }

  private func open(_ fileName: FilePath) throws(MappingError) -> OwnedDescriptor? {
    do throws(Errno) {
      return OwnedDescriptor(
        try system.names.openEntry(fileName, in: descriptor.number), isLent: false, system: system)
    } catch {
      let path = path.appending(fileName.components)
      switch error {
      case .noSuchFileOrDirectory: return nil
      case .tooManySymbolicLinkLevels:
        throw MappingError(.nameRefused(.symbolicLink), operation: .openat, path: path)
      case .noSuchAddressOrDevice:
        throw MappingError(.nameRefused(.notRegular(.socket)), operation: .openat, path: path)
      default: throw MappingError(error, .openat, path)
      }
    }
  }

  /// Checks what stands under a name, and reads its header.
  ///
  /// - Returns: The header; nil if the file was removed since it was opened.
  private func checkedHeader(
    _ number: CInt, _ path: FilePath
  ) throws(MappingError) -> NameHeader? {
    func refuse(_ refusal: MappingError.NameRefusal) -> MappingError {
      MappingError(.nameRefused(refusal), operation: .fstat, path: path)
    }
    let status = try MappingError.wrap(.fstat, path) { () throws(Errno) in
      try system.status(of: number)
    }
    guard status.kind == .regular else { throw refuse(.notRegular(status.kind)) }
    guard status.owner == system.names.user || namespace == .global else {
      throw refuse(.foreignOwner(status.owner))
    }
    guard status.permissions == NameDirectory.permissions(namespace).file else {
      throw refuse(.wrongPermissions(status.permissions))
    }
    if status.linkCount == 0 { return nil }
    guard status.linkCount == 1 else { throw refuse(.hardLink(status.linkCount)) }
    // Each byte is read once: whoever has the file open may change it at any time.
    let fixed = try read(NameHeader.fixedByteCount, of: number, at: 0, path)
    let textByteCount: Int
    do throws(HeaderFault) { textByteCount = try NameHeader.textByteCount(fixed) } catch {
      throw refuse(error.refusal)
    }
    let text = try read(textByteCount, of: number, at: NameHeader.fixedByteCount, path)
    do throws(HeaderFault) {
      return try NameHeader(
        fixed: fixed, text: text, byteCount: status.size.rawValue, in: namespace)
    } catch {
      throw refuse(error.refusal)
    }
  }

  /// As many of the bytes as there are.
  private func read(
    _ byteCount: Int, of number: CInt, at offset: Int, _ path: FilePath
  ) throws(MappingError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: byteCount)
    var filled = 0
    while filled < byteCount {
      var came = 0
      var failure: Errno?
      unsafe bytes.withUnsafeMutableBytes { buffer in
        do throws(Errno) {
          came = try unsafe system.read(
            number, into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]),
            at: UInt64(offset + filled))
        } catch { failure = error }
      }
      if let failure { throw MappingError(failure, .pread, path) }
      if came == 0 { break }
      filled += came
    }
    return Array(bytes.prefix(filled))
  }
}

import SystemPackage

extension OpenedFile {
  /// Memory with a descriptor, which nobody else can reach.
  init(
    memoryOf size: FileOffset, _ allocation: Allocation, as label: FilePath, system: SystemCalls
  ) throws(MappingError) {
    let owned = OwnedDescriptor(
      try MappingError.wrap(.memfdCreate, label) { () throws(Errno) in
        try system.makeMemory()
      }, isLent: false, system: system)
    let number = owned.number
    try MappingError.wrap(.ftruncate, label) { () throws(Errno) in
      try system.truncate(number, to: size.rawValue)
    }
    if allocation == .atCreation {
      try MappingError.wrap(.fallocate, label) { () throws(Errno) in
        try system.allocate(number, 0..<size.rawValue, keepsSize: false)
      }
    }
    try MappingError.wrap(.fcntl, label) { () throws(Errno) in
      try system.sealSize(of: number)
    }
    try self.init(owned, path: label, system: system)
  }

  /// Makes the file reach to `size` if it does not, or leaves it as it is and throws.
  ///
  /// Other processes may make it longer meanwhile. The end moves forward only, except where the file
  /// system has no `fallocate`: see ``moveEnd(to:)``.
  ///
  /// - Returns: How long it was just before, if that was shorter.
  func grow(to size: FileOffset, _ allocation: Allocation) throws(MappingError) -> FileOffset? {
    guard size > status.size else { return nil }
    let before = try currentStatus().size
    switch allocation {
    case .atCreation: try allocate(to: size, from: before)
    case .onDemand: if before < size { try moveEnd(to: size) }
    }
    return before < size ? before : nil
  }

  /// Sets storage aside for what comes after the size at which the file was opened.
  ///
  /// - Parameter before: How long it is.
  private func allocate(to size: FileOffset, from before: FileOffset) throws(MappingError) {
    do throws(MappingError) {
      // First the storage and then the end of the file: if the device is full nobody sees that it was
      // tried.
      for keepsSize in [true, false] {
        try MappingError.wrap(.fallocate, path) { () throws(Errno) in
          try system.allocate(
            descriptor, status.size.rawValue..<size.rawValue, keepsSize: keepsSize)
        }
      }
    } catch {
      // Gives back what was set aside behind the end. If the end has moved somebody else is at work there.
      cut(to: before, ifItIs: before)
      throw error
    }
  }

  /// Moves the end of a shorter file and leaves a hole in front of it.
  private func moveEnd(to size: FileOffset) throws(MappingError) {
    do throws(Errno) {
      // `ftruncate` would cut what somebody else has made longer than `size` by now. This never cuts; it
      // costs the block of the last byte.
      let end = size.rawValue
      try system.allocate(descriptor, end - 1..<end, keepsSize: false)
    } catch .notSupported, .noFunction {
      // Here whoever makes the file longer between the look and the call is cut.
      guard try currentStatus().size < size else { return }
      try MappingError.wrap(.ftruncate, path) { () throws(Errno) in
        try system.truncate(descriptor, to: size.rawValue)
      }
    } catch { throw MappingError(error, .fallocate, path) }
  }

  /// Undoes ``grow(to:_:)``, unless the file has another size by now.
  ///
  /// - Parameter before: What that returned.
  func shrinkBack(from size: FileOffset, to before: FileOffset) {
    // Others who wanted no more than `size` meanwhile did not move the end, so they cannot be seen: they
    // lose what comes after `before`.
    cut(to: before, ifItIs: size)
  }

  /// Ends the file at `size`, and gives back what is set aside behind that, if it has the size `expected`.
  ///
  /// No system call compares and cuts in one step: who makes the file longer between the two is cut.
  private func cut(to size: FileOffset, ifItIs expected: FileOffset) {
    guard (try? currentStatus().size) == expected else { return }
    // Nobody can be told: what is thrown is why the object could not be made.
    try? system.truncate(descriptor, to: size.rawValue)
  }

  /// Where others find the same file.
  func origin() throws(MappingError) -> NameHeader.Origin {
    let absolute = try MappingError.wrap(.readlink, path) { () throws(Errno) in
      try system.path(of: descriptor)
    }
    return NameHeader.Origin(path: absolute, device: status.device, inode: status.inode)
  }
}

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
  /// - Returns: Whether it was shorter.
  func grow(to size: FileOffset, _ allocation: Allocation) throws(MappingError) -> Bool {
    let old = status.size.rawValue
    guard size.rawValue > old else { return false }
    // Somebody else may have made it longer than that meanwhile: never cut it.
    let isShorter = try currentStatus().size < size
    guard allocation == .atCreation else {
      guard isShorter else { return false }
      try MappingError.wrap(.ftruncate, path) { () throws(Errno) in
        try system.truncate(descriptor, to: size.rawValue)
      }
      return true
    }
    do throws(MappingError) {
      // First the storage and then the end of the file: if the device is full nobody sees that it was
      // tried.
      for keepsSize in [true, false] {
        try MappingError.wrap(.fallocate, path) { () throws(Errno) in
          try system.allocate(descriptor, old..<size.rawValue, keepsSize: keepsSize)
        }
      }
    } catch {
      // Gives back what was set aside behind the end.
      if let now = try? currentStatus().size {
        try? system.truncate(descriptor, to: now.rawValue)
      }
      throw error
    }
    return isShorter
  }

  /// Undoes ``grow(to:_:)``, unless somebody else has made the file longer since.
  func shrinkBack(from size: FileOffset) {
    guard status.size < size, (try? currentStatus().size) == size else { return }
    // Nobody can be told: what is thrown is why the object could not be made.
    try? system.truncate(descriptor, to: status.size.rawValue)
  }

  /// Where others find the same file.
  func origin() throws(MappingError) -> NameHeader.Origin {
    let absolute = try MappingError.wrap(.readlink, path) { () throws(Errno) in
      try system.path(of: descriptor)
    }
    return NameHeader.Origin(path: absolute, device: status.device, inode: status.inode)
  }
}

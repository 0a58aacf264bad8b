import SystemPackage

/// One handle's claim to a name. As long as anybody has one, the name is alive; the last to let go
/// removes it.
///
/// The claim is a shared lock on the name's file, which the system drops when a process dies. Whoever
/// can lock the file for himself alone knows that nobody has a claim, and only he removes the name.
struct NameHold: ~Copyable, Sendable {
  private let descriptor: OwnedDescriptor
  private let directory: NameDirectory
  private let fileName: FilePath
  private let system: SystemCalls

  /// - Parameter descriptor: Has the shared lock.
  init(
    _ descriptor: consuming OwnedDescriptor, in directory: NameDirectory, _ fileName: FilePath
  ) {
    self.descriptor = descriptor
    self.directory = directory
    self.fileName = fileName
    system = directory.system
  }

  /// The path of the name's file.
  var path: FilePath { directory.path.appending(fileName.components) }

  /// See ``NameDirectory/link(_:as:)``.
  func link(_ number: CInt) throws(MappingError) -> Bool {
    try directory.link(number, as: fileName)
  }

  /// Opens the file once more, without the claim.
  func reopen(for mode: OpenMode) throws(MappingError) -> OpenedFile {
    let number = try MappingError.wrap(.open, path) { () throws(Errno) in
      try system.reopen(descriptor.number, for: mode)
    }
    return try OpenedFile(
      OwnedDescriptor(number, isLent: false, system: system), path: path, system: system)
  }

  // Nobody can be told of a failure here. The name is then found dead by whoever asks for it next.
  deinit { _ = try? directory.removeIfUnclaimed(descriptor.number, fileName) }
}

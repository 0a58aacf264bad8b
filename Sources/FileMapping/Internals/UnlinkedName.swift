import SystemPackage

/// All that will stand under a name, which it has not got yet. Gone with its owner, if it never gets it.
struct UnlinkedName: ~Copyable {
  private let header: NameHeader
  private let file: OwnedDescriptor
  private let hold: NameHold

  /// - Parameter hold: The claim to the name that `file` shall have.
  init(
    _ header: NameHeader, _ file: consuming OwnedDescriptor, _ hold: consuming NameHold
  ) {
    self.header = header
    self.file = file
    self.hold = hold
  }

  /// Gives it its name.
  ///
  /// - Returns: The name; nil if somebody else has it.
  consuming func link() throws(MappingError) -> FoundName? {
    guard try hold.link(file.number) else { return nil }
    return FoundName(header, hold)
  }
}

import SystemPackage

/// A name that is alive, and a claim to it.
struct FoundName: ~Copyable {
  let header: NameHeader
  private let hold: NameHold

  init(_ header: NameHeader, _ hold: consuming NameHold) {
    self.header = header
    self.hold = hold
  }

  /// The path of the name's file.
  var path: FilePath { hold.path }

  /// Opens the bytes.
  func reopen(_ access: Access) throws(MappingError) -> OpenedFile {
    try hold.reopen(for: access.writes ? .readWrite : .readOnly)
  }

  /// Gives the claim to whoever keeps it.
  consuming func releaseHold() -> NameHold { hold }
}

extension Backing {
  /// The bytes behind the header of a name's file.
  convenience init(
    _ header: NameHeader, _ file: consuming OpenedFile, isMemory: Bool
  ) {
    self.init(file, start: header.payloadStart, size: header.size, isMemory: isMemory)
  }
}

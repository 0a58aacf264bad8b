import ArgumentParser
import FileMapping
import SystemPackage

/// The argument that names lists of files.
struct FileListOption: ParsableArguments {
  @Option(
    name: .customLong("files-from"),
    help: ArgumentHelp(
      "Names of more files from a file, ended by newlines, or by NULs if there is any; - is the standard input. May be given again.",
      valueName: "file"), completion: .file())
  var filesFrom: [String] = []

  /// The files, in the order in which they are named: operands first. The standard input if nothing names any.
  ///
  /// - Parameters:
  ///   - isEndedByNull: Whether names in lists end with NUL in any case.
  ///   - otherReaders: How many others read the standard input.
  /// - Throws: ``CommandError`` if the list cannot be read, or if the standard input would be read twice.
  func names(
    _ operands: [String], endedByNull isEndedByNull: Bool = false, otherReaders: Int = 0,
    _ arguments: RawArguments
  ) throws(CommandError) -> [InputName] {
    let readers = otherReaders + filesFrom.count { $0 == "-" }
    // Before it is read to its end for one of them.
    try checkReaders(readers + operands.count { $0 == "-" })
    let names = try ArgumentFile.names(
      operands, andFrom: filesFrom, endedByNull: isEndedByNull, arguments
    ).map { InputName(bytes: $0) }
    try checkReaders(readers + names.count(where: \.isStandardInput))
    return names
  }

  private func checkReaders(_ count: Int) throws(CommandError) {
    guard count > 1 else { return }
    throw CommandError(
      "the standard input can be read only once: name files, and give - for one thing alone")
  }
}

/// The arguments that say where names of files are listed, and how.
struct FileListOptions: ParsableArguments {
  @OptionGroup(title: "Inputs") var list: FileListOption

  @Flag(
    name: [.customShort("0"), .customLong("null")],
    help: "Names from --files-from are ended by NULs alone.")
  var null = false

  /// The lists.
  var filesFrom: [String] { list.filesFrom }

  func validate() throws {
    if null, filesFrom.isEmpty {
      throw ValidationError("-0 says how names are ended: add --files-from")
    }
  }

  /// The files, in the order in which they are named: operands first. The standard input if nothing names any.
  ///
  /// - Throws: ``CommandError`` if the list cannot be read, or if the standard input would be read twice.
  func names(
    _ operands: [String], _ arguments: RawArguments
  ) throws(CommandError) -> [InputName] {
    try list.names(operands, endedByNull: null, arguments)
  }
}

/// The arguments that name files, of which there must be one.
struct FileOptions: ParsableArguments {
  @OptionGroup(title: "Inputs") var list: FileListOptions

  @Argument(
    help: ArgumentHelp("Files; - is the standard input.", valueName: "file"), completion: .file())
  var operands: [String] = []

  func validate() throws {
    guard !operands.isEmpty || !list.filesFrom.isEmpty else {
      throw ValidationError("name at least one file, or - for the standard input")
    }
  }

  /// The files, in the order in which they are named: operands first.
  ///
  /// - Throws: ``CommandError`` if the list cannot be read, or if the standard input would be read twice.
  func names(_ arguments: RawArguments) throws(CommandError) -> [InputName] {
    try list.names(operands, arguments)
  }
}

/// A file, as it was named.
struct InputName {
  let bytes: [UInt8]

  static let standardInput = InputName(bytes: [UInt8(ascii: "-")])

  var isStandardInput: Bool { bytes == InputName.standardInput.bytes }

  /// What to open; nil for the standard input.
  var path: FilePath? { isStandardInput ? nil : FilePath(bytes: bytes) }

  /// Whether it names that file.
  func names(_ file: FileStatus) -> Bool {
    let status =
      if let path { try? FileStatus(of: path) } else { try? OpenedFile.standardInput().status }
    return status?.isSameFile(as: file) == true
  }
}

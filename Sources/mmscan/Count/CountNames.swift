import Arguments
import FileMapping
import SystemPackage

/// Whose counts are asked for.
struct CountNames {
  /// An input.
  enum Input {
    /// The standard input, which nobody named.
    case unnamed
    case named([UInt8])
    /// A name that cannot be one, and why.
    case unfit(String)

    /// Its name, as it was given.
    var name: [UInt8]? { if case .named(let name) = self { name } else { nil } }

    /// Whether it is the standard input.
    var isStandardInput: Bool {
      switch self {
      case .unnamed: true
      case .named(let name): name == [UInt8(ascii: "-")]
      case .unfit: false
      }
    }

    /// The file that progress is about; nil for the standard input.
    var progressPath: FilePath? { isStandardInput ? nil : path ?? "" }

    /// The file; nil for the standard input.
    var path: FilePath? {
      guard case .named(let name) = self, !isStandardInput else { return nil }
      return FilePath(bytes: name)
    }
  }

  let inputs: [Input]
  /// Whether they are known as operands are, so that their sizes make columns wide enough.
  let areSized: Bool

  /// - Throws: ``CommandError`` if a list of names cannot be read.
  init(
    _ command: CountCommand, _ arguments: RawArguments, _ quoting: ShellQuoting
  ) throws(CommandError) {
    guard let list = command.counts.files0From else {
      areSized = true
      guard command.list.filesFrom.isEmpty else {
        inputs = try command.list.names(command.files, arguments).map { .named($0.bytes) }
        return
      }
      inputs =
        command.files.isEmpty
        ? [.unnamed]
        : command.files.map { file in
          let bytes = arguments.bytes(of: file)
          return bytes.isEmpty ? .unfit("invalid zero-length file name") : .named(bytes)
        }
      return
    }
    guard command.files.isEmpty else {
      throw CommandError(
        "file operands cannot be combined with --files0-from: --files-from takes more files")
    }
    let bytes = try ArgumentFile.bytes(of: list, arguments, option: "--files0-from")
    let shown = quoting.text(arguments.bytes(of: list))
    inputs = NameList.pieces(of: bytes, endedBy: 0).enumerated().map { index, name in
      if name.isEmpty { return .unfit("\(shown):\(index + 1): invalid zero-length file name") }
      if list == "-", name == [UInt8(ascii: "-")] {
        return .unfit("when reading file names from stdin, no file name of '-' allowed")
      }
      return .named(name)
    }
    areSized = CountNames.isFile(list == "-" ? nil : arguments.path(of: list))
  }

  private static func isFile(_ path: FilePath?) -> Bool { status(path)?.kind == .regular }

  /// What an input is; nil if that cannot be told.
  private static func status(_ path: FilePath?) -> FileStatus? {
    guard let path else {
      guard fcntl(0, F_GETFL) & O_ACCMODE != O_WRONLY else { return nil }
      return (try? OpenedFile.standardInput())?.status
    }
    return try? FileStatus(of: path)
  }

  /// How many columns each count takes, by the sizes that files have before they are read.
  func width(_ columns: CountColumns, _ total: TotalMode) -> Int {
    guard areSized, total != .only, inputs.count != 1 || columns.count != 1 else { return 1 }
    var size: UInt64 = 0
    var minimum = 1
    for input in inputs {
      if case .unfit = input { continue }
      guard let status = CountNames.status(input.path) else { continue }
      if status.kind == .regular { size &+= status.size.rawValue } else { minimum = 7 }
    }
    return max(minimum, String(size).utf8.count)
  }
}

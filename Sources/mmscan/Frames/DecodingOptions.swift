import Arguments
import ArgumentParser
import FileMapping
import ZstdFrames

/// The arguments that say what decoding may use.
struct DecodingOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Allow windows up to two to the power of this many bytes (10 to 31).", valueName: "n"))
  var long = 27

  @Option(
    name: .long,
    help: ArgumentHelp(
      "A dictionary for the frames that name its id; may be given again.", valueName: "file"),
    completion: .file())
  var dictionary: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Stop when more content comes out than this; by default than 1TiB plus a hundred times the compressed bytes.",
      valueName: "size"), transform: ByteSize.init(parsing:))
  var maxContent: ByteSize?

  /// Whether nothing was said.
  var isStandard: Bool { long == 27 && dictionary.isEmpty && maxContent == nil }

  func validate() throws {
    if dictionary.contains("-") {
      throw ValidationError("--dictionary takes the name of a file: the standard input is scanned")
    }
    guard DecodingSettings.windowLogs.contains(long) else {
      throw ValidationError(
        "--long takes a number from \(DecodingSettings.windowLogs.lowerBound) to "
          + "\(DecodingSettings.windowLogs.upperBound), not \(long)")
    }
  }

  /// Reads the dictionaries.
  ///
  /// - Throws: ``CommandError`` if one cannot be read or is none.
  func settings(_ arguments: RawArguments) throws(CommandError) -> DecodingSettings {
    var settings = DecodingSettings()
    settings.windowByteCountLimit = 1 << UInt64(long)
    settings.contentByteCountLimit = maxContent?.byteCount
    for name in dictionary {
      let shown = SafeText.escaped(arguments.bytes(of: name))
      let bytes = try ArgumentFile.bytes(of: name, arguments, option: "--dictionary")
      guard let dictionary = ZstdDictionary(bytes) else {
        throw CommandError("--dictionary: '\(shown)' is not a dictionary")
      }
      settings.dictionaries.append(dictionary)
    }
    return settings
  }
}

import ArgumentParser

/// The arguments of `mmscan count`.
struct CountCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "count",
    abstract: "Count lines, words, characters and bytes, as wc does, on all cores.",
    discussion: """
      Prints what wc prints, byte for byte: lines, words and bytes unless options ask for others, always in the order \
      lines, words, characters, bytes, columns of the longest line. As with wc, LC_ALL, LC_CTYPE or LANG decide \
      whether characters are bytes or UTF-8. A file that changes while it is read gets no line.

      EXAMPLES
        mmscan count big.log
            Lines, words and bytes.
        mmscan count -m -L *.txt
            Characters, and columns of the longest line; and a total.
        mmscan count --health export.csv
            What programs would stumble over, in the same read: encoding, invalid bytes, NULs, ends of lines.
        find DIR -type f -print0 | mmscan count --files0-from=- --total=only
            One sum over a whole directory.
        mmscan count -z archive.zst
            The content of zstd files.

      EXIT STATUS
        0  fine
        1  a file could not be opened or read, and the others are counted; or a total is too large
        2  an error: wrong arguments, results that cannot be written
        3  a file changed, was cut or could not be read to the end; it has no line, and is not in the total
      """)

  @OptionGroup(title: "Counts") var counts: CountOptions

  @OptionGroup(title: "Content") var content: ContentOptions

  @OptionGroup(title: "Inputs") var inputs: InputOptions

  @OptionGroup(title: "Inputs") var list: FileListOptions

  @OptionGroup(title: "Ways") var ways: WayOptions

  @OptionGroup var quietness: QuietOptions

  @Argument(
    help: ArgumentHelp("Files to count; - or none is the standard input.", valueName: "file"),
    completion: .file())
  var files: [String] = []

  func validate() throws {
    if counts.files0From != nil, !list.filesFrom.isEmpty {
      throw ValidationError("--files-from and --files0-from both list names: leave one out")
    }
  }
}

/// The arguments that say what is counted.
struct CountOptions: ParsableArguments {
  @Flag(name: [.customShort("l"), .long], help: "Newlines.")
  var lines = false

  @Flag(name: [.customShort("w"), .long], help: "Words: what white space parts.")
  var words = false

  @Flag(name: [.customShort("m"), .long], help: "Characters.")
  var chars = false

  @Flag(name: [.customShort("c"), .long], help: "Bytes.")
  var bytes = false

  @Flag(name: [.customShort("L"), .long], help: "Columns that the longest line takes.")
  var maxLineLength = false

  @Flag(
    name: .long,
    help:
      "Also tell encoding, bytes that are no UTF-8, NULs, ends of lines, byte-order mark, longest line in bytes."
  )
  var health = false

  @Option(
    name: .customLong("files0-from"),
    help: ArgumentHelp(
      "The names of all files, each ended by NUL, from a file, as wc has it; - is the standard input.",
      valueName: "file"), completion: .file())
  var files0From: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "A line with the sum: 'auto' (of several files), 'always', 'only' (nothing else), 'never'.",
      valueName: "when"))
  var total = TotalMode.auto
}

/// When a sum is printed.
enum TotalMode: String, CaseIterable, ExpressibleByArgument {
  case auto, always, only, never
}

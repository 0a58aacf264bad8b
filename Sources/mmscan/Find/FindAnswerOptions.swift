import ArgumentParser

/// The arguments that say what to print.
struct FindAnswerOptions: ParsableArguments {
  @Flag(name: [.customShort("c"), .customLong("count")], help: "How many lines are selected.")
  var count = false

  @Flag(name: .customLong("count-matches"), help: "How many matches there are.")
  var countMatches = false

  @Flag(exclusivity: .chooseLast) var list: FindList?

  @Flag(
    name: [.customShort("q"), .customLong("quiet"), .customLong("silent")],
    help:
      "Only the exit status, as grep has it; stop at the first selected line. Of progress only --progress decides."
  )
  var quiet = false

  @Option(
    name: [.customShort("m"), .customLong("max-count")], parsing: .unconditional,
    help: ArgumentHelp(
      "Stop after so many selected lines of a file (matches with --bytes).", valueName: "n"))
  var maxCount: Int?

  @Flag(name: [.customShort("n"), .customLong("line-number")], help: "The line's number first.")
  var lineNumber = false

  @Flag(
    name: [.customShort("b"), .customLong("byte-offset")],
    help: "The line's offset first; with -o the match's.")
  var byteOffset = false

  @Flag(
    name: .customLong("column"), help: "The first match's column, in bytes from 1. Implies -n.")
  var column = false

  @Flag(
    name: .customLong("frame"),
    help: "With -z: the index of the frame first, in which the line begins; with -o the match.")
  var frame = false

  @Flag(
    name: [.customShort("o"), .customLong("only-matching")],
    help: "Only what matches, each match on its own line.")
  var onlyMatching = false

  @Option(
    name: [.customShort("A"), .customLong("after-context")], parsing: .unconditional,
    help: ArgumentHelp("Lines after a selected one.", valueName: "n"))
  var after: Int?

  @Option(
    name: [.customShort("B"), .customLong("before-context")], parsing: .unconditional,
    help: ArgumentHelp("Lines before a selected one.", valueName: "n"))
  var before: Int?

  @Option(
    name: [.customShort("C"), .customLong("context")], parsing: .unconditional,
    help: ArgumentHelp("Both; -n is short for it where n is a number.", valueName: "n"))
  var context: Int?

  @Flag(exclusivity: .chooseLast) var names: FindNames?

  @Flag(
    name: [.customShort("s"), .customLong("no-messages")],
    help: "Say nothing of files that cannot be opened.")
  var silent = false

  @Option(
    name: .customLong("color"),
    help: ArgumentHelp(
      "Mark matches: 'auto' (on a terminal), 'always', 'never'.", valueName: "when"))
  var color = ColorMode.auto

  @Flag(
    name: [.customShort("0"), .customShort("Z"), .customLong("null")],
    help: "NUL after file names.")
  var null = false

  @Option(
    name: .customLong("label"), parsing: .unconditional,
    help: ArgumentHelp(
      "What the standard input is called where names are printed.", valueName: "name"))
  var label: String?

  @Flag(
    name: .customLong("line-buffered"),
    help: "Write each line for itself; without it, those that came together are written together.")
  var lineBuffered = false

  @Option(
    name: .customLong("bytes"), parsing: .unconditional,
    help: ArgumentHelp(
      "Print each match with n bytes around it, in rows of hexadecimal numbers.", valueName: "n"))
  var bytes: Int?

  @Flag(
    name: .customLong("by-pattern"),
    help:
      "Each pattern for itself; its name or text stands before the line, the match or the count.")
  var byPattern = false

  @Flag(name: .customLong("json"), help: "The messages of rg --json, for scripts.")
  var json = false

  @Flag(
    name: [.customShort("r"), .customShort("R"), .customLong("recursive")],
    help: .hidden)
  var recursive = false

  func validate() throws {
    if recursive {
      throw ValidationError(
        "directories are listed by find: find DIR -type f -print0 | mmscan find --files-from - PATTERN"
      )
    }
    for (value, name) in [(after, "-A"), (before, "-B"), (context, "-C"), (bytes, "--bytes")] {
      if let value, value < 0 {
        throw ValidationError("\(name) takes a number from 0 on, not \(value)")
      }
    }
    if json {
      let others = [
        (count, "-c"), (countMatches, "--count-matches"), (list == .matching, "-l"),
        (list == .others, "-L"), (bytes != nil, "--bytes"),
      ]
      if let (_, name) = others.first(where: \.0) {
        throw ValidationError(
          "--json has its own messages, in which counts and names stand: leave out \(name)")
      }
    }
    if byPattern, after != nil || before != nil || context != nil {
      throw ValidationError(
        "--by-pattern prints a line once for each pattern, so no line is context: leave out -A, -B and -C"
      )
    }
    if bytes != nil, onlyMatching {
      throw ValidationError("--bytes and -o print matches in two ways: leave one out")
    }
  }
}

/// Which names are listed instead of lines.
enum FindList: String, EnumerableFlag {
  case matching, others

  static func name(for value: FindList) -> NameSpecification {
    switch value {
    case .matching: [.customShort("l"), .customLong("files-with-matches")]
    case .others: [.customShort("L"), .customLong("files-without-match")]
    }
  }

  static func help(for value: FindList) -> ArgumentHelp? {
    switch value {
    case .matching: "Only the names of files with a selected line."
    case .others: "Only the names of files without one."
    }
  }
}

/// Whether names of files stand before lines.
enum FindNames: String, EnumerableFlag {
  case always, never

  static func name(for value: FindNames) -> NameSpecification {
    switch value {
    case .always: [.customShort("H"), .customLong("with-filename")]
    case .never: [.customShort("h"), .customLong("no-filename")]
    }
  }

  static func help(for value: FindNames) -> ArgumentHelp? {
    switch value {
    case .always: "The file's name first, also of a single file."
    case .never: "No file names."
    }
  }
}

/// When something is coloured.
enum ColorMode: String, CaseIterable, ExpressibleByArgument {
  case auto, always, never
}

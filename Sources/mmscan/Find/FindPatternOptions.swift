import Arguments
import ArgumentParser

/// The arguments that say what to search for.
struct FindPatternOptions: ParsableArguments {
  @Option(
    name: [.customShort("e"), .customLong("regexp")], parsing: .unconditionalSingleValue,
    help: ArgumentHelp("A pattern. Repeatable; so are the next three.", valueName: "pattern"))
  var regexps: [String] = []

  @Option(
    name: [.customShort("f"), .customLong("file")], parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Patterns from a file, one a line; - is the standard input.", valueName: "file"),
    completion: .file())
  var files: [String] = []

  @Option(
    name: .customLong("pattern"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "A pattern with a name, for --by-pattern and --json.", valueName: "name=regex"))
  var named: [String] = []

  @Option(
    name: .customLong("hex"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Bytes such as 'DE AD ?? E?', ? being any digit. Implies -U, and --bytes 16 unless something else is asked for.",
      valueName: "bytes"))
  var hex: [String] = []

  @Flag(
    name: [.customShort("F"), .customLong("fixed-strings")],
    help: "Patterns are plain text, not regular expressions.")
  var fixedStrings = false

  @Flag(
    name: [.customShort("P"), .customLong("perl-regexp")],
    help: "Patterns are Perl-compatible regular expressions; they always are.")
  var perl = false

  @Flag(
    name: [.customShort("a"), .customLong("text")],
    help: "Every file is searched as text; it always is.")
  var text = false

  @Flag(
    name: [.customShort("u"), .customLong("unicode")],
    help: "Text is UTF-8: a dot is a character, classes and cases are Unicode's.")
  var unicode = false

  @Flag(exclusivity: .chooseLast) var letterCase: FindLetterCase?

  @Flag(
    name: [.customShort("w"), .customLong("word-regexp")],
    help: "Matches are whole words: no letter, digit or _ stands next to them.")
  var words = false

  @Flag(name: [.customShort("x"), .customLong("line-regexp")], help: "Matches are whole lines.")
  var lines = false

  @Flag(
    name: [.customShort("v"), .customLong("invert-match")], help: "Select lines that do not match.")
  var inverted = false

  @Flag(
    name: .customLong("crlf"), help: "A return before a newline belongs to the end of the line.")
  var crlf = false

  @Flag(name: [.customShort("U"), .customLong("multiline")], help: "Matches may span lines.")
  var multiline = false

  @Option(
    name: .customLong("max-match-length"),
    help: ArgumentHelp(
      "How many bytes a match may have that spans lines (default: 1MiB), or lies in a line of more than 1 MiB (default: 8MiB).",
      valueName: "size"), transform: ByteSize.init(parsing:))
  var maxMatchLength: ByteSize?

  func validate() throws {
    if let length = maxMatchLength, !(1...1 << 30).contains(length.byteCount) {
      throw ValidationError("--max-match-length takes a size from 1 to 1GiB")
    }
    if inverted, !hex.isEmpty {
      throw ValidationError(
        "-v selects lines, but matches of --hex are not in lines: leave one out")
    }
  }
}

/// Whether letters of both cases are the same.
enum FindLetterCase: String, EnumerableFlag {
  case ignoreCase, smartCase

  static func name(for value: FindLetterCase) -> NameSpecification {
    switch value {
    case .ignoreCase: [.customShort("i"), .customLong("ignore-case")]
    case .smartCase: [.customShort("S"), .customLong("smart-case")]
    }
  }

  static func help(for value: FindLetterCase) -> ArgumentHelp? {
    switch value {
    case .ignoreCase: "A and a are the same (ASCII letters, unless -u)."
    case .smartCase: "They are if no pattern has a capital letter."
    }
  }
}

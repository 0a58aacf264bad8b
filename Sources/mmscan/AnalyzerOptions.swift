import ArgumentParser
import Checksums

/// The arguments that say what to ask of a file.
struct AnalyzerOptions: ParsableArguments {
  @Flag(name: .long, help: "Count lines, as wc -l does.")
  var lines = false

  @Flag(name: .long, help: "Count words, as wc -w does.")
  var words = false

  @Flag(
    name: .long,
    help: "Count characters, as wc -m does: LC_ALL, LC_CTYPE or LANG say of which encoding.")
  var chars = false

  @Flag(name: .long, help: "Measure the longest line in columns of a terminal, as wc -L does.")
  var longest = false

  @Flag(
    name: .long,
    help:
      "Tell encoding, bytes that are no UTF-8, NULs, ends of lines, byte-order mark, longest line in bytes."
  )
  var health = false

  @Option(
    name: .long, parsing: .singleValue,
    help: ArgumentHelp(
      "Checksums, separated by commas: \(ChecksumAlgorithm.allCases.map(\.name).joined(separator: ", ")) (with 512 bits; blake2b-256 has 256).",
      valueName: "algorithm,..."))
  var sum: [String] = []

  @Option(
    name: [.customLong("find"), .customShort("e", allowingJoined: true)],
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Search each line for a regular expression (PCRE2 syntax, bytes). Repeatable.",
      valueName: "pattern"))
  var find: [String] = []

  @Flag(
    name: [.customShort("F"), .long], help: "Patterns are plain text, not regular expressions.")
  var fixedStrings = false

  @Flag(name: [.customShort("i"), .long], help: "A and a are the same (ASCII letters).")
  var ignoreCase = false

  @Flag(name: [.customShort("w"), .long], help: "Matches are whole words, as with grep -w.")
  var wordRegexp = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Show the first matches of each pattern (about 1 KiB of memory each); 0 only counts.",
      valueName: "n"))
  var show = 10

  @Flag(name: .long, help: "List zstd frames without decompressing them.")
  var frames = false

  /// Whether anything is asked.
  var isEmpty: Bool { !lines && !asksOfText && sum.isEmpty && find.isEmpty && !frames }

  /// Whether anything is asked about words, characters or soundness.
  private var asksOfText: Bool { words || chars || longest || health }

  func validate() throws {
    guard (0...100_000).contains(show) else {
      throw ValidationError("--show takes a number from 0 to 100000, not \(show)")
    }
    if find.isEmpty {
      for (flag, name) in [
        (fixedStrings, "-F"), (ignoreCase, "-i"), (wordRegexp, "-w"),
      ] where flag {
        throw ValidationError("\(name) says how to search: give a pattern with --find too")
      }
    }
  }
}

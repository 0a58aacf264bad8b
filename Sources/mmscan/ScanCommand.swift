import ArgumentParser
import Checksums
import ScanEngine

/// The arguments of `mmscan scan`.
struct ScanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scan",
    abstract: "Run any set of analyzers over files, in one read of each.",
    discussion: """
      Without analyzers: lines, xxh3, and frames where a file starts as zstd files do.

      EXAMPLES
        mmscan big.log
            How many lines, and the XXH3 checksum.
        mmscan --lines --sum crc32,sha256 --find ERROR --find 'timeout after \\d+' big.log
            Four questions, one read.
        mmscan --frames archive.zst
            Every zstd frame: offset, sizes, window, checksum; and what follows the last.
        producer | mmscan --sum xxh3 --lines -
            The same answers for a pipe.
        mmscan --json --find NEEDLE *.log | jq .patterns[0].matching_lines
            One JSON object a file; Documentation/json.md describes it.

      EXIT STATUS
        0  fine
        1  a check failed (damaged frames), or nothing matched
        2  an error: wrong arguments, a file that cannot be opened
        3  a file changed, was cut or could not be read to the end; it has no answer
      """)

  @Flag(name: .long, help: "Count lines, as wc -l does.")
  var lines = false

  @Option(
    name: .long, parsing: .singleValue,
    help: ArgumentHelp(
      "Checksums, separated by commas: \(ChecksumAlgorithm.allCases.map(\.rawValue).joined(separator: ", ")).",
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

  @Flag(name: .long, help: "One JSON object a file and line, for scripts.")
  var json = false

  @Flag(
    name: .long,
    help: "Say what the scan cost: time, page faults, memory, lanes. To stderr, or into the JSON.")
  var stats = false

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("How many lanes work at once; as many as cores by default.", valueName: "n"))
  var jobs: Int?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "How much of a file a lane maps at a time: a multiple of 2MiB.", valueName: "size"))
  var window = ByteSize(16 << 20)

  @Option(
    name: .long,
    help: ArgumentHelp(
      "'together': analyzers share lanes. 'separate': each has its own queue and view, to compare.",
      valueName: "mode"))
  var lanes = LaneMode.together

  @Flag(name: .customLong("no-mmap"), help: "Read files instead of mapping them.")
  var noMmap = false

  @Flag(
    name: .long,
    help: "A file that only grew meanwhile is fine: answer for the size it had (with a warning).")
  var allowGrowth = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Progress on stderr: 'auto' (a terminal, after a second), 'always', 'never'.",
      valueName: "when"))
  var progress = ProgressMode.auto

  @Argument(help: ArgumentHelp("Files to scan; - is the standard input.", valueName: "file"))
  var files: [String] = []

  func validate() throws {
    guard !files.isEmpty else {
      throw ValidationError("name at least one file, or - for the standard input")
    }
    guard files.count(where: { $0 == "-" }) <= 1 else {
      throw ValidationError("the standard input can be read only once: give - once")
    }
    if let jobs, !(1...1024).contains(jobs) {
      throw ValidationError("--jobs takes a number from 1 to 1024, not \(jobs)")
    }
    guard window.byteCount > 0, window.byteCount % (2 << 20) == 0, window.byteCount <= 1 << 40
    else {
      throw ValidationError("--window takes a multiple of 2MiB up to 1TiB, such as 16MiB")
    }
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

/// How analyzers share lanes, as an argument.
enum LaneMode: String, CaseIterable, ExpressibleByArgument {
  case together, separate

  var mode: LanePlan.Mode { self == .together ? .together : .separate }
}

/// When progress is shown.
enum ProgressMode: String, CaseIterable, ExpressibleByArgument {
  case auto, always, never
}

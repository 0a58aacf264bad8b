import ArgumentParser
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
        mmscan -z --lines --sum sha256 --file-sum sha256 archive.zst
            Lines and digest of the content, and the digest of the archive, in one read.
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

  @OptionGroup(title: "Analyzers") var analyzers: AnalyzerOptions

  @OptionGroup(title: "Content") var content: ContentOptions

  @Option(
    name: .customLong("file-sum"),
    help: ArgumentHelp(
      "With -z: checksums of the file itself, in the same read, separated by commas.",
      valueName: "algorithm,..."))
  var fileSum: [String] = []

  @OptionGroup(title: "Inputs") var inputs: InputOptions

  @OptionGroup(title: "Ways") var ways: WayOptions

  @Option(
    name: .long,
    help: ArgumentHelp(
      "'together': analyzers share lanes. 'separate': each has its own queue and view, to compare.",
      valueName: "mode"))
  var lanes = LaneMode.together

  @OptionGroup var tolerance: ToleranceOptions

  @OptionGroup var quietness: QuietOptions

  @OptionGroup var files: FileOptions

  func validate() throws {
    if !fileSum.isEmpty, !content.decompress {
      throw ValidationError("--file-sum goes with -z; without it --sum is of the file")
    }
    if content.contentRange != nil, !fileSum.isEmpty || analyzers.frames {
      throw ValidationError(
        "--content-range reads only a part of the file: leave out --file-sum and --frames")
    }
    if tolerance.skipErrors, content.decompress {
      throw ValidationError("--skip-errors cannot be used with -z: content has no gaps")
    }
  }
}

/// How analyzers share lanes, as an argument.
enum LaneMode: String, CaseIterable, ExpressibleByArgument {
  case together, separate

  var mode: LanePlan.Mode { self == .together ? .together : .separate }
}

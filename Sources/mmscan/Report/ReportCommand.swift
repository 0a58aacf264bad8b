import ArgumentParser

/// The arguments of `mmscan report`.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Show what lies where in a file, as a page with plots or on the terminal.",
    discussion: """
      Over the offsets of the file: newlines, matches of each pattern, kinds of bytes, entropy, holes and zstd \
      frames, all from one read. The file is cut into at most so many buckets of equal size as --buckets says; \
      the size is a power of two, so that a file and a pipe have the same ones. With --offset, --length or --last \
      they are counted from where the part begins; offsets are those of the file. With -z they are of the content, \
      and holes and frames are not drawn. Lines, and xxh3 unless --sum \
      says otherwise, are asked in any case, and frames where there are any.

      EXAMPLES
        mmscan report big.log
            Answers, and a line for each plot.
        mmscan report --find ERROR --sum sha256 big.log -o report.html
            One page that needs nothing from any network.
        producer | mmscan report --find ERROR - -o - > report.html
            The same for a pipe.
        mmscan report -z --find ERROR big.log.zst -o report.html
            The content of a zstd file, as if it was the file.
        mmscan report --json --buckets 64 disk.img | jq .profile.entropy
            The numbers; Documentation/json.md describes them.

      EXIT STATUS
        0  fine
        1  a check failed (damaged frames), or nothing matched
        2  an error, as wrong arguments, or a report that cannot be written
        3  the file changed, was cut or could not be read to the end; there is no report, or with --skip-errors
           one that leaves bytes out and says so
      """)

  @OptionGroup(title: "Analyzers") var analyzers: AnalyzerOptions

  @OptionGroup(title: "Content") var content: ContentOptions

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Write a page to this file, which is replaced in one step; - is the standard output.",
      valueName: "file.html"))
  var output: String?

  @Option(
    name: .long,
    help: ArgumentHelp("How many buckets there are at the most, from 8 to 8192.", valueName: "n"))
  var buckets = 1024

  @OptionGroup(title: "Inputs") var inputs: InputOptions

  @OptionGroup(title: "Ways") var ways: WayOptions

  @OptionGroup var tolerance: ToleranceOptions

  @OptionGroup var quietness: QuietOptions

  @Argument(help: ArgumentHelp("The file; - is the standard input.", valueName: "file"))
  var file: String

  func validate() throws {
    guard (8...8192).contains(buckets) else {
      throw ValidationError("--buckets takes a number from 8 to 8192, not \(buckets)")
    }
    if output == "-", ways.json {
      throw ValidationError("-o - and --json both want the standard output: give one of them")
    }
    if content.contentRange != nil, analyzers.frames {
      throw ValidationError("--content-range reads only a part of the file: leave out --frames")
    }
    if tolerance.skipErrors, content.decompress {
      throw ValidationError("--skip-errors cannot be used with -z: content has no gaps")
    }
    if output == "" { throw ValidationError("-o: the name is empty") }
  }
}

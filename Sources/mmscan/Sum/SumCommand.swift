import Arguments
import ArgumentParser
import Checksums
import Manifests

/// The arguments of `mmscan sum`.
struct SumCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sum",
    abstract:
      "Print or check checksums, as sha256sum, b2sum, b3sum, xxhsum, sum and cksum -a do, on all cores.",
    discussion: """
      Lines, messages and options are those of the GNU tools; several algorithms cost one read. With one \
      algorithm lines are `HEX  NAME`, with several `SHA256 (NAME) = HEX`. Names with a newline, a carriage \
      return or a backslash are escaped as GNU does. Note: -z asks for the content of zstd files; the NUL \
      that ends lines is --zero. --length says how much of each file is read; how many bits a digest of BLAKE2b has is \
      -l, or part of its name: `-a blake2b-256`.

      EXAMPLES
        mmscan sum *.iso >SUMS
            What sha256sum prints, files side by side.
        mmscan sum -a sha256,blake3,crc32 big.img
            Three digests, one read.
        mmscan sum -a sha256 --raw FILE | basenc --base32
            The bytes of the digest and nothing else.
        mmscan sum --check --ignore-missing SUMS
            Lists of coreutils, b3sum, xxhsum, rhash, hashdeep and SFV, of any algorithms.
        mmscan sum -a blake3 --blocks 1MiB big.img >BLOCKS; mmscan sum --check BLOCKS
            The second one names the bytes that are damaged.
        producer | mmscan sum --tee -o SUM | consumer
            The digest of what went through a pipe.
        mmscan sum --format '%{sha256} %s %p\\n' FILE
            Whatever a script wants to read.

      PARTS
        With --offset, --length, --last or --content-range the digest is that of the part, as if the file held
        nothing else. Blocks are counted from where the part begins; their lines have offsets of the whole file. A
        list does not say that it is of parts: give --check the same options. --tee passes on the part alone, as
        tail -c and head -c would.

      CHECKING
        A line is taken for what it says. One without a tag is of any algorithm whose digests are as long, and good
        if one of them fits; -a says which algorithms count, and everything else is badly formatted then. All
        lines of a file are answered by one read of it, each in its place. Without -a, a line without a tag is not taken for
        SM3 or the CRC of cksum, nor for BLAKE2b unless its digest has 512 bits. The lines of sum cannot be checked.
        Lines of blocks (`NAME offset A-B`, as --blocks and hashdeep -p write them) are answered together, in the
        place of the first one; all bytes of the file must be listed. If there is a file of the whole name, it
        is that which is meant.

      FORMAT
        %p path, %f name without directories, %s size, %{sha256} digest, %{SHA256} in upper case, %B{sha256} in
        base64, %c %m %h CRC-32, MD5 and SHA-1, %% a per cent sign; \\n \\t \\r \\0 \\\\ as elsewhere.

      EXIT STATUS
        0  fine
        1  a file could not be opened, or a check failed
        2  an error: wrong arguments, results that cannot be written
        3  a file changed, was cut or could not be read to the end; it has no answer
      """)

  @OptionGroup(title: "Answers") var answers: SumAnswerOptions

  @OptionGroup(title: "Checking") var checking: SumCheckOptions

  @OptionGroup(title: "Content") var content: ContentOptions

  @OptionGroup(title: "Inputs") var inputs: InputOptions

  @OptionGroup(title: "Inputs") var list: FileListOptions

  @OptionGroup(title: "Ways") var ways: WayOptions

  @Argument(
    help: ArgumentHelp(
      "Files, or lists with --check; - or none is the standard input.", valueName: "file"),
    completion: .file())
  var files: [String] = []

  func validate() throws {
    if checking.check {
      if let option = answers.firstOption {
        throw ValidationError("the \(option) option is meaningless when verifying checksums")
      }
    } else if let option = checking.firstOption {
      throw ValidationError("the \(option) option is meaningful only when verifying checksums")
    }
    if ways.json, let option = answers.firstTextOption {
      throw ValidationError("\(option) says what text looks like: it does not go with --json")
    }
    if answers.tee, !files.allSatisfy({ $0 == "-" }) || !list.filesFrom.isEmpty {
      throw ValidationError("--tee passes the standard input on: name no file")
    }
  }
}

/// The arguments that say what is computed, and how it looks.
struct SumAnswerOptions: ParsableArguments {
  @Option(
    name: [.customShort("a", allowingJoined: true), .customLong("algorithm")],
    parsing: .singleValue,
    help: ArgumentHelp(
      "Which checksums, separated by commas (sha256 by default; with --check those that count): "
        + ChecksumAlgorithm.allCases.map(\.name).joined(separator: ", ") + ".",
      valueName: "algorithm,..."))
  var algorithms: [String] = []

  @Option(
    name: .customShort("l", allowingJoined: true),
    help: ArgumentHelp(
      "The length of BLAKE2b: a multiple of 8 up to 512, or 0 for 512; --check tells it by itself.",
      valueName: "bits"))
  var digestLength: String?

  @Flag(name: .customLong("tag"), help: "Print lines that say the algorithm, as BSD does.")
  var tag = false

  @Flag(name: .customLong("untagged"), help: "Print no tags, also for several algorithms.")
  var untagged = false

  @Flag(name: .customLong("base64"), help: "Print base64 instead of hexadecimal digits.")
  var base64 = false

  @Flag(
    name: .customLong("raw"),
    help: "Print the bytes of the digest and nothing else, of one file and one algorithm.")
  var raw = false

  @Flag(name: [.customShort("b"), .customLong("binary")], help: "Print * before names.")
  var binary = false

  @Flag(
    name: [.customShort("t"), .customLong("text")], help: "Print a space before names (default).")
  var text = false

  @Flag(name: .customLong("zero"), help: "End lines with NUL, and escape no names.")
  var zero = false

  @Option(
    name: .customLong("format"),
    help: ArgumentHelp("Print this of each file; see FORMAT above.", valueName: "template"))
  var format: String?

  @Option(
    name: .customLong("blocks"),
    help: ArgumentHelp(
      "Print a digest of each block of so many bytes, as `NAME offset A-B`.", valueName: "size"),
    transform: ByteSize.init(parsing:))
  var blocks: ByteSize?

  @Flag(
    name: .customLong("tee"),
    help:
      "Pass the standard input on to the standard output (of a part that alone); results go to stderr, or where -o says."
  )
  var tee = false

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp(
      "Write results to a file, which is emptied before, as > does.", valueName: "file"))
  var output: String?

  /// The first option that makes no sense with --check.
  var firstOption: String? {
    firstTextOption ?? (blocks == nil ? nil : "--blocks") ?? (tee ? "--tee" : nil)
  }

  /// The first option that is about text.
  var firstTextOption: String? { styleOption ?? (format == nil ? nil : "--format") }

  /// The first option that says what lines look like.
  private var styleOption: String? {
    let options = [
      (tag, "--tag"), (untagged, "--untagged"), (base64, "--base64"), (raw, "--raw"),
      (zero, "--zero"),
      (binary, "--binary"), (text, "--text"),
    ]
    return options.first(where: \.0)?.1
  }

  func validate() throws {
    if tag, untagged { throw ValidationError("--tag and --untagged contradict each other") }
    if binary, text { throw ValidationError("--binary and --text contradict each other") }
    if tag, text { throw ValidationError("--tag does not support --text mode") }
    if base64, raw { throw ValidationError("--base64 and --raw are mutually exclusive") }
    if raw, blocks != nil { throw ValidationError("--raw is of one digest: leave out --blocks") }
    if format != nil, let other = styleOption ?? (blocks == nil ? nil : "--blocks") {
      throw ValidationError("--format says what is printed: leave out \(other)")
    }
    if let blocks, blocks.byteCount < 512 {
      throw ValidationError("--blocks takes at least 512 bytes")
    }
  }
}

/// The arguments that say how lists are checked.
struct SumCheckOptions: ParsableArguments {
  @Flag(
    name: [.customShort("c"), .customLong("check")],
    help: "Read lists, and check the files in them.")
  var check = false

  @Flag(
    name: .customLong("ignore-missing"), help: "Say nothing of files that are not there.")
  var ignoreMissing = false

  @Flag(exclusivity: .chooseLast) var voice: SumVoice?

  @Flag(name: .customLong("strict"), help: "Badly formatted lines are failures.")
  var strict = false

  /// The first option that makes no sense without --check.
  var firstOption: String? {
    let options = [
      (ignoreMissing, "--ignore-missing"), (voice == .status, "--status"),
      (voice == .warn, "--warn"), (voice == .quiet, "--quiet"), (strict, "--strict"),
    ]
    return options.first(where: \.0)?.1
  }
}

/// How much is said of what was checked; of several the last one counts, as GNU has it.
enum SumVoice: EnumerableFlag {
  case quiet, status, warn

  static func name(for value: SumVoice) -> NameSpecification {
    switch value {
    case .quiet: .customLong("quiet")
    case .status: .customLong("status")
    case .warn: [.customShort("w"), .customLong("warn")]
    }
  }

  static func help(for value: SumVoice) -> ArgumentHelp? {
    switch value {
    case .quiet: "Print no OK."
    case .status: "Print nothing: the exit status tells."
    case .warn: "Name badly formatted lines."
    }
  }
}

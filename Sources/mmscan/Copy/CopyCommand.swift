import ArgumentParser
import FileCopy

/// The arguments of `mmscan copy`.
struct CopyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "copy",
    abstract: "Copy a file, and answer questions about it in the same read.",
    discussion: """
      The copy gets its name when it is complete, in one step: until then DESTINATION is what it \
      was, and whatever goes wrong leaves nothing behind. Holes stay holes. A new file gets the mode \
      of SOURCE less the umask; one that is replaced keeps its mode, while its other hard links keep \
      the old contents. Owners, access lists and extended attributes are not copied. With other \
      questions in the same read holes are read, too. With --offset, --length or --last the copy holds that part \
      and nothing else, and questions are about it; offsets that are printed are those of SOURCE.

      EXAMPLES
        mmscan copy disk.img backup.img
            Copies; into a directory if backup.img is one, through it if it is a symbolic link.
        mmscan copy --sum sha256 --lines big.log /mnt/big.log
            Copies, hashes and counts in one read.
        mmscan copy --verify --preserve --durable disk.img /mnt/usb
            Reads the copy back from the device and compares, keeps mode and times, and returns \
      when a power failure could not take the copy away any more.
        mmscan copy --offset 1MiB --length 512MiB --sum sha256 disk.img part.img
            Copies a part, and tells its digest.
        mmscan copy --json --sum crc32 a b | jq .copy.seconds
            One JSON object; Documentation/json.md describes it.

      EXIT STATUS
        0  copied
        1  copied, but a check failed, or nothing matched
        2  an error, as a full disk, or a difference that --verify found; DESTINATION is what it was
           (unless only the output could not be written, or --durable failed at the very end)
        3  SOURCE changed, was cut or could not be read to the end; DESTINATION is what it was
      """)

  @OptionGroup(title: "Analyzers") var analyzers: AnalyzerOptions

  @Flag(name: .long, help: "Give the copy the mode and times of the source.")
  var preserve = false

  @Flag(
    name: .long,
    help: "Read the copy back, from the device where that is possible, before it gets its name.")
  var verify = false

  @Flag(
    name: .long,
    help: "Copy a file that only grew meanwhile, with the size it had (with a warning).")
  var allowGrowth = false

  @Flag(name: .long, help: "Return only when the copy would survive a power failure.")
  var durable = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "'view': write from the view of the source. 'map': store into a view of the copy. 'both': one lane writes, the others store.",
      valueName: "way"))
  var write = WriteMode.both

  @OptionGroup(title: "Ways") var ways: WayOptions

  @OptionGroup(title: "Inputs") var part: PartOptions

  @Flag(name: .long, help: .hidden) var devices = false

  @OptionGroup var quietness: QuietOptions

  @Argument(
    help: ArgumentHelp("The file to copy.", valueName: "source"), completion: .file())
  var source: String

  @Argument(
    help: ArgumentHelp("The copy's name, or a directory for it.", valueName: "destination"),
    completion: .file())
  var destination: String

  func validate() throws {
    if devices {
      throw ValidationError(
        "copy copies regular files, and no devices: leave out --devices, and take dd for a device")
    }
    guard source != "-", destination != "-" else {
      throw ValidationError(
        "copy is for files, not for streams: write ./- for a file that is called -")
    }
  }
}

/// How bytes get into the copy, as an argument.
enum WriteMode: String, CaseIterable, ExpressibleByArgument {
  case both, view, map

  var way: PendingCopy.Way {
    switch self {
    case .both: .both
    case .view: .view
    case .map: .map
    }
  }
}

import ArgumentParser

/// The arguments of `mmscan frames`.
struct FramesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "frames",
    abstract: "List, verify, carve and print the frames of zstd files.",
    discussion: """
      Without a mode: one line for each frame, from the headers alone. Nothing is decoded, and memory \
      does not grow with the number of frames.

      EXAMPLES
        mmscan frames archive.zst
            Where each frame is, how large it is, and what its header says.
        mmscan frames --summary *.zst
            What `zstd -l` prints; with -v what `zstd -lv` prints.
        mmscan frames --verify archive.zst
            Decodes every frame on all cores, names each bad one, and says what is still good.
        mmscan frames --carve disk.img
            Frames anywhere in a file; with --extract DIR each is written to a file of its own.
        mmscan frames --cat 10..12 archive.zst
            The content of frames 10 to 12 on the standard output.
        producer | mmscan frames --json - | jq .offset
            A pipe is as good as a file; Documentation/json.md describes the objects.

      WHAT --carve SAYS OF A FRAME
        certain  its content has the checksum that is stored in it
        high     it decodes to its end, and its content has the declared size, or a frame lies right before
                 or behind it; of a skippable frame: such a neighbour, or it is a seek table
        low      it decodes and nothing else checks it, or it could not be decoded (the reason is told)
        damaged  it begins well, and a block is bad; what is told and extracted ends with that block

      WHAT --verify SAYS
        good  neighbouring frames that are all sound, with the bytes they are and the content they hold
        BAD   a frame that is damaged, and what of its content came out before that
        ????  a frame that could not be checked: its dictionary is missing, or a limit is in the way

      EXIT STATUS
        0  fine
        1  a frame is damaged, what follows the last is none, or there is none
        2  an error: wrong arguments, a file that cannot be opened, or a frame that cannot be decoded with
           the dictionaries and limits given (--carve says so of the frame, and has found it all the same)
        3  a file changed, was cut or could not be read to the end
      """)

  @Flag(name: .long, help: "Print what `zstd -l` prints, or with -v what `zstd -lv` prints.")
  var summary = false

  @Flag(name: .shortAndLong, help: "With --summary: a block of lines for each file.")
  var verbose = false

  @Flag(
    name: .long,
    help: ArgumentHelp(
      "Decode the frames: all for the list, which shows the bad ones too; with --summary those that do not "
        + "declare how long their content is."))
  var decode = false

  @Flag(
    name: .long,
    help: ArgumentHelp(
      "Decode and check every frame; say which are bad and what is good. Cores share frames; a single large "
        + "one is decoded by one core."))
  var verify = false

  @Flag(
    name: .long,
    help: "Look for frames at every offset of any file (no pipe); say how sure each is.")
  var carve = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "With --carve: write each frame to this directory, to a file named by its offset; none is overwritten.",
      valueName: "dir"), completion: .directory)
  var extract: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Print the content of some frames, counted from 0: N, N..M (both included), N.. or ..M.",
      valueName: "range"))
  var cat: String?

  @OptionGroup(title: "Decoding") var decoding: DecodingOptions

  @OptionGroup(title: "Inputs") var inputs: InputOptions

  @OptionGroup(title: "Ways") var ways: WayOptions

  @OptionGroup var quietness: QuietOptions

  @OptionGroup var files: FileOptions

  func validate() throws {
    let modes = [
      summary ? "--summary" : nil, verify ? "--verify" : nil, carve ? "--carve" : nil,
      cat == nil ? nil : "--cat",
    ].compactMap { $0 }
    guard modes.count <= 1 else {
      throw ValidationError("\(modes[0]) and \(modes[1]) are different modes: choose one")
    }
    if verbose, !summary { throw ValidationError("-v goes with --summary") }
    if extract != nil, !carve { throw ValidationError("--extract goes with --carve") }
    if cat != nil, ways.json {
      throw ValidationError("--cat prints content as it is: it does not go with --json")
    }
    if ways.stats, verify || summary || decode {
      throw ValidationError("--stats goes with the list, --carve and --cat")
    }
    if !decoding.isStandard, !(decode || verify || carve || cat != nil) {
      throw ValidationError(
        "--long, --dictionary and --max-content say how to decode: add --decode, or choose --verify, --carve or --cat"
      )
    }
    if verbose, ways.json { throw ValidationError("--json tells all: leave out -v") }
    if decode, verify || carve || cat != nil {
      throw ValidationError("--decode goes with the list and with --summary")
    }
  }
}

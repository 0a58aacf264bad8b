import ArgumentParser
import PatternSearch

/// The arguments of `mmscan find`.
struct FindCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "find",
    abstract: "Print lines that match, as grep does, from files of any size, on all cores.",
    discussion: """
      Patterns are Perl-compatible regular expressions over bytes. What is printed is what grep -a -P \
      (or grep -a -F) prints in the C locale, byte for byte, and with --json what rg prints; so are the \
      options. A file that changes while it is read is never taken for one that was searched.

      EXAMPLES
        mmscan find -n 'ERROR.*timeout' big.log
            Lines that match, with their numbers.
        mmscan find -c -F -e timeout -e refused *.log
            How many lines hold one of two strings, for each file.
        mmscan find --by-pattern -c --pattern slow='took \\d{4,}ms' --pattern lost='reset by peer' big.log
            One read, a count for each pattern.
        mmscan find -A3 -B1 -m5 panic big.log
            The first five, with one line before and three after.
        mmscan find --hex 'DE AD ?? E?' disk.img
            Bytes anywhere, in rows of hexadecimal numbers.
        mmscan find -z -n ERROR archive.zst
            The content of zstd files, decoded on all cores.
        find DIR -type f -print0 | mmscan find --files-from - PATTERN
            A whole directory.
        mmscan find --json NEEDLE big.log | jq 'select(.type == "match").data.absolute_offset'
            The messages of rg --json; Documentation/json.md says what is added.

      EXIT STATUS
        0  a line was selected
        1  none was
        2  an error: wrong arguments, a file that cannot be opened (0 with -q and a match)
        3  a file changed, was cut or could not be read to the end; what was printed of it is not all
      """,
    helpNames: .long)

  @OptionGroup(title: "Patterns") var patterns: FindPatternOptions

  @OptionGroup(title: "Answers") var answers: FindAnswerOptions

  @OptionGroup(title: "Content") var content: ContentOptions

  @OptionGroup(title: "Inputs") var inputs: InputOptions

  @OptionGroup(title: "Inputs") var list: FileListOption

  @OptionGroup(title: "Ways") var ways: FindWayOptions

  @Argument(
    help: ArgumentHelp(
      "PATTERN, unless an option gives one, then files; - or none is the standard input.",
      valueName: "pattern-or-file"), completion: .file())
  var operands: [String] = []
}

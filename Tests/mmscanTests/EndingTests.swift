import Foundation
import SystemPackage
import TestSupport
import Testing

/// Starts mmscan on a file whose scan takes seconds, and waits until it has opened it.
let slow = """
  truncate -s 1G big; start() {
    env --default-signal=INT,TERM,HUP,USR1 mmscan "$@" & scan=$!
    until ls -l /proc/$scan/fd 2>/dev/null | grep -q /big; do sleep 0.01; done; sleep 0.1
  }
  """

@Suite struct EndingTests {
  private static let ordinary: [Ending] = [
    Ending("mmscan text", 0, answer: "lines  3"),
    Ending("mmscan --find two text", 0, answer: "1 line, 1 match"),
    Ending("mmscan --find four text", 1),
    Ending("mmscan --find", 2, "Missing value for '--find <pattern>'"),
    Ending("mmscan find two text", 0, answer: "two"),
    Ending("mmscan find four text", 1),
    Ending("mmscan find '(' text", 2, "mmscan: "),
    Ending("mmscan find two missing text", 2, "missing: open failed", answer: "two"),
    Ending("mmscan find -q two text missing", 0),
    Ending("mmscan frames $PACKAGE/SampleData/multi-frame.zst", 0, answer: "zstd"),
    Ending(
      "mmscan frames --verify $PACKAGE/SampleData/damaged.zst", 1, answer: "BAD   frame 2"),
    Ending("mmscan frames missing", 2, "missing: open failed: No such file or directory"),
    Ending("mmscan copy text other && cmp text other", 0, answer: "text -> other"),
    Ending("mmscan copy --find four text other", 1, answer: "0 lines"),
    Ending("mmscan copy missing other", 2, "missing: open failed"),
    Ending("XDG_RUNTIME_DIR=$PWD mmscan watch", 1, answer: "no scan is running"),
    Ending("mmscan watch 4711", 2, "no running scan is '4711'"),
    Ending("mmscan --help", 0, answer: "Exit status: 0 fine"),
  ]

  @Test(arguments: ordinary) func everyCommandSaysHowItWent(ending: Ending) throws {
    try check(ending)
  }

  private static let changes: [Ending] = [
    Ending("truncate -s 99 big; wait $scan", 3, "was truncated from 1073741824 to 99 bytes"),
    Ending("truncate -s 0 big; wait $scan", 3, "was truncated from 1073741824 to 0 bytes"),
    Ending("echo >>big; wait $scan", 3, "grew by 1 bytes while it was scanned"),
    Ending("echo | dd of=big conv=notrunc status=none; wait $scan", 3, "changed while it was"),
    Ending("fallocate -pn -o 0 -l 4096 big; wait $scan", 3, "changed while it was scanned"),
    Ending("mv text big; wait $scan", 3, "the path names another file now, or none"),
    Ending("rm big; wait $scan", 3, "the path names another file now, or none"),
  ]

  @Test(
    arguments: changes,
    [
      "--lines --sum sha512 big", "--sum sha512 --io read big", "--json --sum sha512 -j 8 big",
      "find --no-sparse --io read -j 1 --finder pcre2 -c '[ab]c' big",
    ])
  func aFileThatChangesHasNoAnswer(ending: Ending, arguments: String) throws {
    let program = try run("\(slow); start \(arguments); \(ending.script)")
    #expect(program.status == 3)
    #expect(program.errorText.contains(ending.message), "\(program.errorText)")
    #expect(!program.text.contains(/[0-9a-f]{32}/))
    if arguments.hasPrefix("--json") {
      let object = try #require(try objects(program).first)
      let outcome = try #require(value(object, "outcome") as? String)
      #expect(["changed", "truncated"].contains(outcome))
      #expect(program.errorText.contains(try #require(value(object, "detail") as? String)))
      #expect(value(object, "checksums") == nil)
    }
  }

  @Test func growthIsAWarningIfThatIsAllowed() throws {
    let program = try run(
      "\(slow); start --lines --sum sha512 --allow-growth big; echo >>big; wait $scan")
    #expect(program.status == 0)
    #expect(
      program.errorText
        == "mmscan: big: grew by 1 bytes while it was scanned; they were not scanned\n")
    #expect(program.text.contains(/sha512  [0-9a-f]{128}/))
  }

  private static let signals: [Ending] = [
    Ending("INT", 130), Ending("TERM", 143), Ending("HUP", 129), Ending("QUIT", 131),
  ]

  @Test(arguments: signals) func aSignalHasItTellWhatIsKnown(signal: Ending) throws {
    let program = try run(
      """
      \(slow); start --json --no-sparse --lines --find x --sum sha512 big 2>err
      until kill -USR1 $scan; grep -q ' [1-9][0-9]*%.* lines' err; do sleep 0.05; done
      kill -\(signal.script) $scan; wait $scan; status=$?; cat err >&2; exit $status
      """)
    #expect(program.status == signal.status)
    let object = try #require(try objects(program).first)
    let offset = try #require(value(object, "offset") as? Int)
    #expect(offset > 0 && value(object, "outcome") as? String == "interrupted")
    #expect(value(object, "partial", "about_byte_count") as? Int == offset)
    #expect(value(object, "partial", "findings", 0, "counts", "newlines") as? Int == 0)
    #expect(program.errorText.contains("mmscan: big: interrupted at offset \(offset)\n"))
    #expect(
      program.errorText.contains(
        "mmscan: big: partial, of about the first \(offset) bytes: 0 lines; x  0 lines, 0 matches"))
    #expect(value(object, "checksums") == nil)
  }

  @Test func aSignalAsksHowFarItIs() throws {
    let program = try run(
      """
      \(slow); start --no-sparse --lines --sum sha512 big text 2>err
      until kill -USR1 $scan; grep -q ' lines' err; do sleep 0.05; done
      kill -INT $scan; wait $scan; status=$?; cat err >&2; exit $status
      """)
    #expect(program.status == 130)
    #expect(
      program.errorText.contains(
        /mmscan: big  file 1 of 2  [0-9]+%  [0-9.]+ [KMG]iB of 1 GiB  [0-9.]+ [MG]B\/s  [0-9:]+ left  0 lines\n/
      ), "\(program.errorText)")
  }

  @Test func whatComesOfAPipeIsToldWhenItIsStopped() throws {
    let program = try run(
      """
      mkfifo big; exec 3<>big; start() { env --default-signal=INT mmscan "$@" 3>&- & scan=$!; }
      start --lines --find 77 big; seq 300000 >&3; sleep 0.5
      kill -INT $scan; wait $scan
      """)
    #expect(program.status == 130)
    #expect(
      program.errorText.contains(
        /mmscan: interrupted; until then: big  .*  [0-9]+ lines  77  [0-9]+ lines/),
      "\(program.errorText)")
  }

  private static let outputs: [Ending] = [
    Ending("mmscan text >/dev/full", 2, "cannot write to the standard output: No space left"),
    Ending("mmscan --json text >/dev/full", 2, "cannot write to the standard output"),
    Ending("mmscan find o text >/dev/full", 2, "cannot write to the standard output"),
    Ending("mmscan find -c o text >/dev/full", 2, "cannot write to the standard output"),
    Ending("mmscan find --json o text >/dev/full", 2, "cannot write to the standard output"),
    Ending(
      "mmscan frames $PACKAGE/SampleData/multi-frame.zst >/dev/full", 2,
      "cannot write to the standard output"),
    Ending("mmscan --help >/dev/full", 2, "cannot write to the standard output"),
    // No file takes the place of a closed descriptor.
    Ending("mmscan text >&-", 2, "cannot write to the standard output: Bad file descriptor"),
    Ending("mmscan find o text >&-", 2, "the standard output: Bad file descriptor"),
    Ending("mmscan copy text other >&-; cmp text other && exit 5", 5, "Bad file descriptor"),
    Ending("mmscan text 2>&-", 0, answer: "lines  3"),
    Ending("mmscan missing 2>&-", 2),
    Ending("mmscan - <&-", 3, "-: could not be read at offset 0: read failed: Bad file descriptor"),
  ]

  @Test(arguments: outputs) func resultsThatCannotBeWrittenAreAnError(
    ending: Ending
  ) throws { try check(ending) }

  /// By SIGPIPE, without a word.
  @Test func aReaderThatLeavesEndsIt() throws {
    let program = try run(
      "seq 4000000 >many; env --default-signal=PIPE mmscan find 1 many | head -n 1; exit ${PIPESTATUS[0]}"
    )
    #expect(program.status == 141)
    #expect(program.text == "1\n" && program.errors.isEmpty)
  }
}

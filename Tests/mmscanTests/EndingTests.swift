import Foundation
import SystemPackage
import TestSupport
import Testing

/// `start` has mmscan scan a file of zeros, most of them holes, and stops it when it has seen some of it, so that whatever is done to the file
/// is done during the scan; `finish` lets it go on and gives its status. A scan that was too quick is done again. `until_said` waits for what it tells.
let held = """
  start() {
    head -c 16M /dev/zero >big; truncate -s ${size:=256M} big; : >out
    env --default-signal mmscan "$@" >out & scan=$!
    read_count=0 state=
    { until { [[ $read_count -gt 1048576 ]] && ls -l /proc/$scan/fd | grep -q /big; } || grep -q /big /proc/$scan/maps; do
      read -r _ read_count </proc/$scan/io || break
    done
    kill -STOP $scan
    until [[ $state == [TZ] ]]; do read -r _ _ state _ </proc/$scan/stat || state=Z; done; } 2>/dev/null
    [[ $state == T ]] || { wait $scan; size=${size/256M/2G}; [[ $size != "$was" ]] || exit 99; was=$size; start "$@"; }
  }
  finish() { kill -CONT $scan; wait $scan; local status=$?; cat out; return $status; }
  # Asks how far the scan is until file $2 has a line like $1.
  until_said() { until kill -USR1 $scan || exit 98; grep -q "$1" "$2"; do sleep 0.05; done; }
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
    Ending("mmscan text/", 2, "text/: open failed: Not a directory"),
    Ending("mmscan sum text/", 1, "mmscan: text/: Not a directory"),
    Ending("mkdir to; mmscan copy text to/ && cmp text to/text", 0, answer: "text -> to/"),
    Ending("mmscan copy text to/", 2, "to/"),
    Ending("mmscan find -q two text missing", 0),
    Ending("mmscan frames $PACKAGE/SampleData/multi-frame.zst", 0, answer: "zstd"),
    Ending(
      "mmscan frames --verify $PACKAGE/SampleData/damaged.zst", 1, answer: "BAD   frame 2"),
    Ending("mmscan frames missing", 2, "missing: open failed: No such file or directory"),
    Ending("mmscan count text missing", 1, "missing: No such file or directory", answer: "text"),
    Ending("mmscan copy text other && cmp text other", 0, answer: "text -> other"),
    Ending("mmscan copy --find four text other", 1, answer: "0 lines"),
    Ending("mmscan copy missing other", 2, "missing: open failed"),
    Ending("XDG_RUNTIME_DIR=$PWD mmscan watch", 1, answer: "no scan is running"),
    Ending("mmscan watch 4711", 2, "no running scan is '4711'"),
    Ending("mmscan sum --tee <text >/dev/full", 2, "--tee: at offset 0: cannot pass on"),
    Ending("mmscan --help", 0, answer: "Exit status: 0 fine"),
  ]

  @Test(arguments: ordinary) func everyCommandSaysHowItWent(ending: Ending) throws {
    try check(ending)
  }

  private static let changes: [Ending] = [
    Ending("truncate -s 99 big; finish", 3, "was truncated from [0-9]+ to 99 bytes"),
    Ending("truncate -s 0 big; finish", 3, "was truncated from [0-9]+ to 0 bytes"),
    Ending("echo >>big; finish", 3, "grew by 1 bytes while it was scanned"),
    Ending("echo | dd of=big conv=notrunc status=none; finish", 3, "changed while it was"),
    Ending("fallocate -pn -o 0 -l 4096 big; finish", 3, "changed while it was scanned"),
    Ending("mv text big; finish", 3, "the path names another file now, or none"),
    Ending("rm big; finish", 3, "the path names another file now, or none"),
  ]

  @Test(
    arguments: changes,
    [
      "--lines --sum sha512 big", "--sum sha512 --io read big", "--json --sum sha512 -j 8 big",
      "find --no-sparse --io read -j 1 --finder pcre2 -c '[ab]c' big",
    ])
  func aFileThatChangesHasNoAnswer(ending: Ending, arguments: String) throws {
    let program = try run("\(held); start \(arguments); \(ending.script)")
    #expect(program.status == 3)
    #expect(try program.errorText.contains(Regex(ending.message)), "\(program.errorText)")
    #expect(!program.text.contains(/[0-9a-f]{32}/))
    if arguments.hasPrefix("--json") {
      let object = try #require(try objects(program).first)
      let outcome = try #require(value(object, "outcome") as? String)
      #expect(["changed", "truncated"].contains(outcome))
      #expect(program.errorText.contains(try #require(value(object, "detail") as? String)))
      #expect(value(object, "checksums") == nil)
    }
  }

  @Test(arguments: ["count -L --no-sparse big", "sum -a sha512 big", "report --no-sparse big"])
  func commandsThatStandInForOthersSayTheSame(arguments: String) throws {
    let program = try run("\(held); start \(arguments); truncate -s 99 big; finish")
    #expect(program.status == 3 && program.output.isEmpty)
    #expect(program.errorText.contains(/was truncated from [0-9]+ to 99 bytes/))
  }

  private static let crashes: [Ending] = [
    Ending("SEGV", 139), Ending("BUS", 135), Ending("ILL", 132), Ending("ABRT", 134),
    Ending("TRAP", 133), Ending("FPE", 136),
  ]

  /// The shell's own words are among what is told.
  @Test(arguments: crashes) func aCrashIsToldInFewLinesAndLeavesNoProcess(crash: Ending) throws {
    let program = try run(
      """
      ulimit -c 0; \(held); start --sum sha512 -j 8 big; kill -\(crash.script) $scan; finish; status=$?
      for process in /proc/[0-9]*; do
        [[ $process/cwd -ef . && $process != /proc/$$ ]] && echo "left: $process"
      done
      exit $status
      """)
    #expect(program.status == crash.status && program.text == "", "\(program)")
    #expect(program.errorText.split(separator: "\n").count <= 60)
  }

  @Test func growthIsAWarningIfThatIsAllowed() throws {
    let program = try run(
      "\(held); start --lines --sum sha512 --allow-growth big; echo >>big; finish")
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
      \(held); size=1G; start --json --no-sparse --lines --find x --sum sha512 big 2>err; kill -CONT $scan
      until_said ' [1-9][0-9]*%.* lines' err
      kill -\(signal.script) $scan; wait $scan; status=$?; cat out; cat err >&2; exit $status
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

  @Test(arguments: ["", "kill -USR1 $scan; kill -CONT $scan; sleep 0.1;"])
  func aSignalEndsItEvenIfNobodyReadsWhatItSays(before: String) throws {
    let program = try run(
      """
      \(held); mkfifo full; exec 3<>full; head -c 65536 /dev/zero >&3
      size=1G; start --no-sparse --lines --sum sha512 big 2>&3; \(before) kill -TERM $scan; kill -CONT $scan
      ( sleep 20; kill -KILL $scan ) & wait $scan; status=$?; kill $!; exit $status
      """)
    #expect(program.status == 143)
  }

  /// `timeout` sends it to the process and to the group that it is in. Where a busy machine lets the answer come too late, the
  /// process has waited for it as long as for one signal.
  @Test func aSignalThatComesTwiceAtOnceIsOne() throws {
    let program = try run(
      """
      mkfifo pipe; for n in {1..10}; do
        env --default-signal mmscan --json text pipe >out & scan=$!
        until grep -q text out; do sleep 0.01; done
        sent_at=${EPOCHREALTIME/./}; kill -TERM $scan; kill -TERM $scan; wait $scan; status=$?
        waited=$((${EPOCHREALTIME/./} - sent_at))
        if grep -q interrupted out || ((waited >= 200000)); then echo $status; else echo "$status after $waited us"; fi
      done
      """)
    #expect(program.text == String(repeating: "143\n", count: 10), "\(program.errorText)")
  }

  @Test func whatIsCountedIsPrintedBeforeMoreIsAwaited() throws {
    let program = try run(
      """
      mkfifo pipe; mmscan count text pipe >out & scan=$!
      for _ in {1..100}; do grep -q text out && break; sleep 0.05; done; cat out; : >pipe; wait $scan
      """)
    #expect(program.text.contains("text"), "\(program.errorText)")
  }

  @Test(arguments: ["count --files0-from=-", "find x --files-from -"])
  func aQuestionDoesNotEndWhoReadsNames(arguments: String) throws {
    let program = try run(
      """
      mkfifo pipe; exec 3<>pipe; mmscan \(arguments) <pipe 2>err & scan=$!
      # Until it has blocked the signal, which is number 10.
      for _ in {1..500}; do
        (( 16#$(awk '/SigBlk/ { print $2 }' /proc/$scan/status) & 512 )) && break; sleep 0.02
      done
      for _ in {1..100}; do kill -USR1 $scan || break; grep -q nothing err && break; sleep 0.05; done
      cat err; kill -KILL $scan
      """)
    #expect(program.text.contains("nothing was read yet"), "\(program.errorText)")
  }

  @Test func aSearchThatIsStoppedSaysHowMuchItSearched() throws {
    let program = try run(
      "\(held); start find --json --no-sparse --io read -j 1 x big; kill -INT $scan; kill -CONT $scan; wait $scan; cat out"
    )
    let object = try #require(try objects(program).last { value($0, "type") as? String == "end" })
    let byteCount = try #require(value(object, "data", "stats", "bytes_searched") as? Int)
    #expect(byteCount < 256 << 20)
    #expect(program.errorText.contains("mmscan: big: interrupted at offset \(byteCount)\n"))
  }

  @Test func aSignalAsksHowFarItIs() throws {
    let program = try run(
      """
      \(held); size=1G; start --no-sparse --lines --sum sha512 big text 2>err; kill -CONT $scan
      until_said 'left  0 lines' err
      kill -INT $scan; wait $scan; status=$?; cat out; cat err >&2; exit $status
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
        /mmscan: big: partial, of about the first [0-9]+ bytes: [1-9][0-9]+ lines; 77  [1-9][0-9]+ lines/
      ),
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

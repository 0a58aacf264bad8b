import Foundation
import SystemPackage
import TestSupport
import Testing

@Suite struct WatchCommandTests {
  /// Runs a shell script with a names' directory of its own, in a directory with a pipe called `pipe` and
  /// a file of lines called `text`.
  ///
  /// The script can use `scan FILE...`, which scans in the background and sets `$scan`, `feed`, which
  /// gives the pipe more than 3 MiB and keeps it open as descriptor 3, and `see TEXT`, which lists scans
  /// until the list has the text.
  func watch(_ script: String, in directory: borrowing TemporaryDirectory) throws -> Program {
    let line = Array("one needle a line\n".utf8)
    _ = try directory.file((0..<3_200_000).map { line[$0 % line.count] }, named: "text")
    return try Program.shell(
      """
      cd "$1"; mkfifo pipe
      export XDG_RUNTIME_DIR=$1/runtime; mkdir -m 700 runtime
      scan() {
        env --default-signal=INT mmscan --json --lines --sum crc32 --find ne+dle --show 0 "$@" \\
          >answers 2>errors & scan=$!
      }
      feed() { exec 3>pipe; cat text >&3; }
      see() {
        for _ in {1..200}; do
          mmscan watch --json >list 3>&-; grep -q "$1" list && return; sleep 0.05
        done
        echo "never seen: $1"; cat list
      }
      \(script)
      """, [directory.path.string],
      environment: [
        "PATH":
          "\(productDirectory):\(ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")"
      ])
  }

  /// What a scan gets to of the pipe, at 18 bytes a line: all lines that are whole.
  static let newlines = 3_200_000 / 18
  static let byteCount = 18 * newlines
  static let matches = newlines

  @Test func aScanIsListedWithWhatItHasFound() throws {
    let directory = try TemporaryDirectory()
    let program = try watch(
      """
      scan pipe text; feed; see '"newlines":\(WatchCommandTests.newlines)'
      cat list; mmscan watch 3>&-; echo "status $?" >&2; exec 3>&-; wait $scan
      """, in: directory)
    let lines = program.text.split(separator: "\n")
    try #require(lines.count == 3, "\(program.text)")
    let object = try JSONSerialization.jsonObject(with: Data(lines[0].utf8))
    #expect(value(object, "schema") as? String == "mmscan-watch/1")
    #expect(value(object, "stage") as? String == "running")
    #expect(value(object, "path", "text") as? String == "pipe")
    #expect(value(object, "file_number") as? Int == 1 && value(object, "file_count") as? Int == 2)
    #expect(value(object, "bytes_done") as? Int == WatchCommandTests.byteCount)
    #expect(value(object, "byte_count") is NSNull && value(object, "seconds_left") is NSNull)
    #expect(value(object, "analyzers") as? [String] == ["lines", "crc32", "find"])
    #expect(value(object, "findings", 1, "subject", "text") as? String == "ne+dle")
    #expect(
      value(object, "findings", 1, "counts", "matches") as? Int == WatchCommandTests.matches)
    #expect(lines[1].split(separator: " ") == ["pid", "done", "rate", "left", "analyzers", "file"])
    let pid = try #require(value(object, "pid") as? Int)
    #expect(lines[2].hasPrefix("\(pid) ") && lines[2].hasSuffix("-  lines,crc32,find  pipe"))
    #expect(program.errorText == "status 0\n")
  }

  @Test(arguments: ["$scan", "scan-$scan", "pipe", "./pipe"])
  func followingEndsWithTheScan(target: String) throws {
    let directory = try TemporaryDirectory()
    let program = try watch(
      """
      scan ./pipe; feed; see '"newlines":[1-9]'
      mmscan watch --json \(target) >followed 3>&- & watch=$!
      until [ -s followed ] || ! kill -0 $watch; do sleep 0.02; done
      exec 3>&-; wait $watch; echo $?; wait $scan; cat followed answers
      """, in: directory)
    let lines = program.text.split(separator: "\n")
    #expect(lines.first == "0")
    let objects = try lines.dropFirst().map {
      try JSONSerialization.jsonObject(with: Data($0.utf8))
    }
    try #require(objects.count >= 3)
    let (last, answer) = (objects[objects.count - 2], objects.last)
    #expect(value(objects[0], "stage") as? String == "running")
    #expect(value(last, "stage") as? String == "ended")
    #expect(value(last, "outcome") as? String == "complete")
    #expect(value(last, "bytes_done") as? Int == 3_200_000)
    let newlines = try #require(value(answer, "lines", "newlines") as? Int)
    #expect(value(last, "findings", 0, "counts", "newlines") as? Int == newlines)
  }

  @Test func aScanThatIsKilledIsGone() throws {
    let directory = try TemporaryDirectory()
    let program = try watch(
      """
      scan pipe; feed; see '"newlines":[1-9]'
      mmscan watch $scan >followed 3>&- & watch=$!
      until [ -s followed ] || ! kill -0 $watch; do sleep 0.02; done
      kill -9 $scan; wait $watch; echo "followed: $?"
      mmscan watch; echo "list: $?"; find runtime -type f; tail -n 1 followed
      """, in: directory)
    let lines = program.text.split(separator: "\n")
    #expect(lines.prefix(3) == ["followed: 4", "no scan is running", "list: 1"])
    #expect(lines.count == 4 && lines.last?.hasPrefix("pipe  3.1 MiB  ") == true, "\(program.text)")
    #expect(program.errorText.contains("ended without a last word (killed?)\n"))
  }

  @Test(
    arguments: [
      ("pipe absent", "exec 3>&-", "pipe", "error", 2),
      ("--sum sha512 sparse", "truncate -s 1000 sparse", "sparse", "truncated", 3),
    ])
  func theLastWordSaysHowItEnded(
    arguments: String, end: String, file: String, outcome: String, status: Int
  ) throws {
    let directory = try TemporaryDirectory()
    let program = try watch(
      """
      truncate -s 9G sparse; scan \(arguments); [ \(file) = sparse ] || feed; see '"pid"'
      mmscan watch $scan >followed 3>&- & watch=$!
      until [ -s followed ] || ! kill -0 $watch; do sleep 0.02; done
      \(end); wait $watch; echo $?; tail -n 1 followed; wait
      """, in: directory)
    #expect(program.text.hasPrefix("\(status)\n\(file)  "), "\(program.text)")
    #expect(program.text.hasSuffix("  \(outcome)\n"), "\(program.text)")
  }

  @Test func aShortScanPublishesNothing() throws {
    let directory = try TemporaryDirectory()
    let program = try watch("scan text; wait $scan; echo $?; ls -A runtime", in: directory)
    #expect(program.text == "0\n")
  }

  @Test func aScanThatCannotPublishGoesOn() throws {
    let directory = try TemporaryDirectory()
    let program = try watch(
      """
      touch runtime/mmscan; scan pipe; feed; sleep 1.3; exec 3>&-; wait $scan; echo $?
      cat errors; cat answers; mmscan watch; echo $?
      """, in: directory)
    #expect(program.text.hasPrefix("0\n{"), "\(program.text)")
    #expect(program.text.contains("\"byte_count\":3200000"))
    #expect(program.text.hasSuffix("\n2\n"))
    #expect(program.errorText.hasPrefix("mmscan: cannot look for scans: "))
  }

  @Test func aNameThatSeveralScansHaveIsNoChoice() throws {
    let directory = try TemporaryDirectory()
    let program = try watch(
      """
      mkdir a b; mkfifo {a,b}/name; scan a/name; exec 3>a/name; scan b/name; exec 4>b/name
      see '"a/name"'; see '"b/name"'; mmscan watch name 3>&- 4>&-; echo $?
      mmscan watch b/name 3>&- 4>&- & watch=$!
      exec 3>&-; sleep 0.3; exec 4>&-; wait $watch; echo $?; wait
      """, in: directory)
    #expect(program.text.hasPrefix("2\n") && program.text.hasSuffix("complete\n0\n"))
    #expect(program.errorText.contains(/^mmscan: 2 scans are at 'name': choose .*: \d+, \d+\n$/))
  }

  @Test func namesOfFilesAreNoCommandsForTheTerminal() throws {
    let directory = try TemporaryDirectory()
    let program = try watch(
      """
      name=$'\\e[31mred\\n'; mkfifo "$name"; scan "$name"; exec 3>"$name"; see red
      mmscan watch 3>&- | tail -n 1; mmscan watch $scan 3>&- & watch=$!
      sleep 0.3; exec 3>&-; wait $watch
      """, in: directory)
    #expect(!program.output.contains(0x1B))
    #expect(program.text.contains("\\x1b[31mred\\x0a\n"))
    #expect(program.text.contains("\n\\x1b[31mred\\x0a  "))
  }

  @Test(.enabled(if: Program.isInstalled("script"), "script(1) gives a command a terminal"))
  func aTerminalIsDrawnOver() throws {
    let directory = try TemporaryDirectory()
    let program = try watch(
      """
      scan pipe; feed; see '"newlines":[1-9]'
      script -qec "stty rows 24 cols 80; mmscan watch $scan" /dev/null </dev/null 3>&- >screen &
      watch=$!; until grep -q find screen || ! kill -0 $watch; do sleep 0.02; done
      sleep 0.5; exec 3>&-; wait $watch; cat screen
      """, in: directory)
    let text = String(decoding: program.output.filter { $0 != 13 }, as: UTF8.self)
    let drawings = text.split(separator: "\u{1B}[J\u{1B}[?7h")
    try #require(drawings.count >= 3, "\(text)")
    let rows = drawings[0].replacing("\u{1B}[K", with: "").split(separator: "\n")
    try #require(rows.count == 5, "\(text)")
    #expect(rows[0].hasPrefix("\u{1B}[?7lpipe  (scan, process "))
    #expect(
      rows[2...] == [
        "  analyzers  lines,crc32,find",
        "  lines      \(WatchCommandTests.newlines) lines",
        "  find       ne+dle  \(WatchCommandTests.matches) lines, \(WatchCommandTests.matches) matches",
      ])
    #expect(drawings[1].hasPrefix("\u{1B}[5A"))
    #expect(text.contains("\n  ended      complete\u{1B}[K\n"))
    #expect(text.hasSuffix("\u{1B}[?7h"))
  }

  /// Small files are scanned before it is their turn, which comes when their answers can be printed.
  @Test(arguments: ["--lines", "find -c 1"])
  func aRunOfSmallFilesIsListedToo(arguments: String) throws {
    let directory = try TemporaryDirectory()
    let program = try watch(
      """
      mkdir small; for n in {1000..5999}; do echo $n; done | split -l 1 -a 4 - small/a-name-of-forty-bytes-that-fills-pipes-
      mkfifo out; env --default-signal=INT mmscan \(arguments) -j 2 small/* >out & scan=$!
      exec 4<out; see '"file_number":[1-9][0-9][0-9]'
      mmscan watch --json 4>&-; kill -INT $scan; cat <&4 >answers; wait $scan
      """, in: directory)
    let lines = program.text.split(separator: "\n")
    try #require(lines.count == 1, "\(program.text)")
    let object = try JSONSerialization.jsonObject(with: Data(lines[0].utf8))
    let path = try #require(value(object, "path", "text") as? String)
    #expect(path.hasPrefix("small/a-name-of-forty"))
  }

  @Test(arguments: [("", "no scan is running\n"), ("--json", "")])
  func nothingRuns(option: String, text: String) throws {
    let directory = try TemporaryDirectory()
    let program = try watch("mmscan watch \(option)", in: directory)
    #expect(program.status == 1 && program.text == text && program.errors.isEmpty)
  }

  @Test(
    arguments: [
      ("4711", "no running scan is '4711'"), ("-- ''", "no running scan is ''"),
      ("99999999999999999999", "no running scan is '99999999999999999999'"),
      ("--interval 1", "--interval says how to follow a scan"),
      ("--interval 0 4711", "--interval takes seconds, from 0.2 to 86400"),
      ("--interval nan 4711", "--interval takes seconds"),
    ])
  func whatCannotBeWatchedIsAnError(arguments: String, message: String) throws {
    let directory = try TemporaryDirectory()
    let program = try watch("mmscan watch \(arguments)", in: directory)
    #expect(program.status == 2 && program.output.isEmpty)
    #expect(program.errorText.contains(message), "\(program.errorText)")
  }

  @Test func helpTeachesByExample() throws {
    let program = try mmscan("watch --help")
    #expect(program.status == 0 && program.errors.isEmpty)
    for word in ["EXAMPLES", "EXIT STATUS", "--interval", "--json"] {
      #expect(program.text.contains(word), "\(word)")
    }
    #expect(program.text.split(separator: "\n").allSatisfy { $0.count <= 120 })
  }
}

import Foundation
import SystemPackage
import TestSupport
import Testing

@Suite struct ScanCommandTests {
  @Test func answersSeveralQuestionsInOneRead() throws {
    let program = try mmscan(
      "--json --lines --sum crc32,sha256 --find NEEDLE --find 'ERROR.*timeout' --frames "
        + "SampleData/server.log")
    // A log is no zstd file, so the check of its frames fails.
    #expect(program.status == 1)
    let object = try #require(try objects(program).first)
    let log = try String(contentsOfFile: packageRoot + "/SampleData/server.log", encoding: .utf8)
    let lines = log.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    #expect(value(object, "schema") as? String == "mmscan/1")
    #expect(value(object, "outcome") as? String == "complete")
    #expect(value(object, "byte_count") as? Int == log.utf8.count)
    #expect(value(object, "lines", "newlines") as? Int == lines.count)
    #expect(value(object, "lines", "ends_with_newline") as? Bool == true)
    let needles = lines.indices.filter { lines[$0].contains("NEEDLE") }
    #expect(value(object, "patterns", 0, "matching_lines") as? Int == needles.count)
    #expect(value(object, "patterns", 0, "shown", 0, "line_number") as? Int == needles[0] + 1)
    let errors = lines.filter { $0.contains(/ERROR.*timeout/) }
    #expect(value(object, "patterns", 1, "matching_lines") as? Int == errors.count)
    #expect(value(object, "frames", "frame_count") as? Int == 0)
    #expect(value(object, "frames", "trailing", "offset") as? Int == 0)
    let digest = try Program.shell("sha256sum <SampleData/server.log", in: packageRoot).text
    #expect(value(object, "checksums", 1, "hex") as? String == String(digest.prefix(64)))
  }

  @Test(arguments: ["scan", ""]) func scanIsTheDefault(word: String) throws {
    let program = try mmscan("\(word) SampleData/server.log")
    #expect(program.status == 0)
    #expect(program.text.hasPrefix("SampleData/server.log  559.7 KiB\n  lines  6000\n  xxh3   "))
  }

  @Test func withoutAnalyzersZstdFilesHaveTheirFramesListed() throws {
    let program = try mmscan("--json SampleData/multi-frame.zst SampleData/server.log")
    let files = try objects(program)
    #expect(files.map { $0.keys.contains("frames") } == [true, false])
    #expect(files.allSatisfy { $0.keys.contains("lines") && $0.keys.contains("checksums") })
    #expect(value(files[0], "frames", "frame_count") as? Int == 4)
    #expect(value(files[0], "frames", "skippable_count") as? Int == 2)
  }

  /// Every combination must print the same bytes.
  @Test(
    arguments: ["2MiB", "16MiB", "64MiB"], ["--jobs 1", "--jobs 2", "--jobs 8", "--lanes separate"])
  func windowsAndLanesDoNotShow(window: String, lanes: String) throws {
    let questions = "--json --lines --sum crc32,crc64,xxh3,md5 --find timeout --frames"
    // Several windows of the smallest size, one of the largest; lines lie across all boundaries.
    let directory = try TemporaryDirectory()
    let log = try Data(contentsOf: URL(fileURLWithPath: packageRoot + "/SampleData/server.log"))
    let file = try directory.file(Array(repeating: [UInt8](log), count: 62).flatMap { $0 }).string
    let plain = try mmscan("\(questions) \(file)")
    #expect(plain.text.contains("\"outcome\":\"complete\""))
    #expect(try mmscan("\(questions) --window \(window) \(lanes) \(file)").output == plain.output)
    #expect(
      try mmscan("\(questions) --window \(window) \(lanes) --no-mmap \(file)").output
        == plain.output)
    let piped = try mmscan("\(questions) --window \(window) \(lanes) -", before: "cat \(file) |")
    #expect(piped.text.replacing(#"{"text":"-"}"#, with: #"{"text":"\#(file)"}"#) == plain.text)
  }

  @Test func anEmptyFileIsAnOrdinaryInput() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file([])
    let program = try mmscan("--json --lines --sum md5,crc32 --find x \"$1\"", [file.string])
    let object = try #require(try objects(program).first)
    #expect(program.status == 1)
    #expect(value(object, "lines", "newlines") as? Int == 0)
    #expect(value(object, "lines", "ends_with_newline") is NSNull)
    #expect(
      value(object, "checksums", 0, "hex") as? String == "d41d8cd98f00b204e9800998ecf8427e")
    #expect(value(object, "checksums", 1, "hex") as? String == "00000000")
  }

  @Test func bytesThatAreNotTextAreKept() throws {
    let directory = try TemporaryDirectory()
    let program = try mmscan(
      #"--json --lines "$1"/$'na\xffme' --find $'\xfe' -F; printf '%s' $? >&2"#,
      [directory.path.string], before: #"printf 'a\xfeb\n' >"$1"/$'na\xffme';"#)
    let object = try #require(try objects(program).first)
    #expect(program.errorText == "0")
    let name = try #require(value(object, "path", "bytes") as? String)
    #expect(
      Data(base64Encoded: name) == Data((directory.path.string + "/na").utf8 + [0xFF] + "me".utf8))
    #expect(value(object, "patterns", 0, "pattern", "bytes") as? String == "/g==")
    #expect(value(object, "patterns", 0, "matches") as? Int == 1)
    #expect(value(object, "patterns", 0, "shown", 0, "lines", "bytes") as? String == "Yf5i")
  }

  @Test func statisticsTellWhatWasUsed() throws {
    let program = try mmscan("--json --stats --jobs 2 --lines --sum xxh3 SampleData/server.log")
    let stats = value(try objects(program).first, "stats")
    #expect(value(stats, "access") as? String == "mapped")
    #expect(value(stats, "window_byte_count") as? Int == 16 << 20)
    #expect(value(stats, "window_count") as? Int == 1)
    #expect(value(stats, "lanes", 0, "analyzers", 0) as? String == "xxh3")
    #expect(value(stats, "lanes", 0, "claims") as? Bool == true)
    #expect(value(stats, "analyzers", 0, "label") as? String == "lines")
    #expect(value(stats, "analyzers", 0, "mergeable") as? Bool == true)
    #expect((value(stats, "minor_faults") as? Int ?? 0) > 0)
  }

  @Test func statisticsForPeopleGoToStandardError() throws {
    let program = try mmscan("--stats --lines SampleData/server.log")
    #expect(program.text == "SampleData/server.log  559.7 KiB\n  lines  6000\n")
    #expect(program.errorText.contains("analyzer"))
  }

  /// A stream is left where nothing more is needed; how far it was read says nothing.
  @Test func aStreamThatIsNotReadToItsEndHasNoSize() throws {
    let program = try mmscan("--json --frames -", before: "head -c 5000000 /dev/zero |")
    let object = try #require(try objects(program).first)
    #expect(value(object, "frames", "trailing", "offset") as? Int == 0)
    #expect(value(object, "byte_count") == nil)
  }

  @Test func aFileOnStandardInputIsReadFromWhereItStands() throws {
    let program = try mmscan(
      "--json --sum crc32 -; } <SampleData/server.log", before: "{ head -c 100000 >/dev/null;")
    let rest = try mmscan("--json --sum crc32 -", before: "tail -c +100001 SampleData/server.log |")
    #expect(program.output == rest.output && program.status == 0)
  }

  @Test(
    .enabled(if: FileManager.default.isReadableFile(atPath: "/proc/cpuinfo")),
    arguments: ["", "--no-mmap"])
  func filesOfTheKernelAreReadThoughTheirSizesAreNotTrue(access: String) throws {
    for file in ["/proc/cpuinfo", "/sys/kernel/mm/transparent_hugepage/enabled"] {
      let program = try mmscan("--json --lines \(access) \(file)")
      let lines = try Program.shell("wc -l <\(file)").text
      #expect(value(try objects(program).first, "lines", "newlines").map { "\($0)\n" } == lines)
    }
  }

  @Test(arguments: ["cat SampleData/damaged.zst |", "<SampleData/damaged.zst"])
  func aStreamThatBeginsAsZstdHasItsFramesListedToo(before: String) throws {
    let program = try mmscan("--json -", before: before)
    #expect(program.status == 1)
    let object = try objects(program).first
    #expect(value(object, "frames", "trailing", "kind") as? String == "truncated")
    #expect(try objects(mmscan("--json -", input: Array("text".utf8))).first?["frames"] == nil)
  }

  @Test func aPatternThatAsksForTooMuchOfALineIsNotTakenForExact() throws {
    let directory = try TemporaryDirectory()
    let line = Array("START".utf8) + [UInt8](repeating: 97, count: 9_500_000) + Array("MID\n".utf8)
    let program = try mmscan("--find 'START.*MID' \"$1\"", [directory.file(line).string])
    #expect(program.status == 2)
    #expect(program.errorText.contains("pattern 1 asks for more than 8 MiB of one line"))
    #expect(program.text.contains("INEXACT"))
  }

  @Test func longTextIsClippedAndSaysSo() throws {
    let directory = try TemporaryDirectory()
    let line =
      [UInt8](repeating: 120, count: 1_000_000) + Array("HERE".utf8)
      + [UInt8](repeating: 121, count: 1_000_000)
    let program = try mmscan("--json --find HERE \"$1\"", [directory.file(line).string])
    let shown = value(try objects(program).first, "patterns", 0, "shown", 0)
    #expect(value(shown, "clipped") as? Bool == true)
    #expect(value(shown, "column") as? Int == 1_000_001)
    #expect(program.output.count < 2000)
  }
  /// The parser gets only some of many names.
  @Test(arguments: [3, 17, 40, 300])
  func manyNamesAreAllUsedInOrder(count: Int) throws {
    let directory = try TemporaryDirectory()
    for number in 0..<count {
      _ = try directory.file(
        Array(repeating: 0x78, count: number) + [10], named: "\(1000 + number)")
    }
    let path = directory.path.string
    let scanned = try objects(mmscan("--json --lines *", in: path))
    #expect(scanned.map { $0["byte_count"] as? Int } == (0..<count).map { $0 + 1 })
    let found = try mmscan("find -c -e x *", in: path)
    let operand = try mmscan("find -c x *", in: path)
    let expected = (0..<count).map { "\(1000 + $0):\($0 == 0 ? 0 : 1)" }
    for program in [found, operand] {
      #expect(program.text.split(separator: "\n").map(String.init) == expected)
    }
    let listed = try mmscan("frames --summary -v *", in: path)
    #expect(listed.text.components(separatedBy: "not compressed by zstd").count == count + 1)
    let wrong = try mmscan("copy *", in: path)
    #expect(wrong.status == 2)
  }

}

@Suite struct ExitStatusTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var arguments: String
    var status: Int32
    var message: String
    var testDescription: String { arguments }
  }

  static let cases = [
    Case(arguments: "SampleData/server.log", status: 0, message: ""),
    Case(arguments: "--find NEEDLE SampleData/server.log", status: 0, message: ""),
    Case(arguments: "--find NEEDLE --find absent SampleData/server.log", status: 0, message: ""),
    Case(arguments: "--find absent SampleData/server.log", status: 1, message: ""),
    Case(
      arguments: "--find NEEDLE SampleData/server.log SampleData/firmware.bin", status: 0,
      message: ""),
    Case(arguments: "--frames SampleData/multi-frame.zst", status: 0, message: ""),
    Case(
      arguments: "- <SampleData", status: 2,
      message:
        "mmscan: -: is a directory: give its files, with find DIRECTORY -type f -print0 and --files-from -\n"
    ),
    Case(
      arguments: "--sum=$'\\xff' x", status: 2,
      message:
        "mmscan: --sum: no algorithm is called '\\xff'; there are crc32, crc32c, crc64, xxh64, "
        + "xxh3, xxh128, md5, sha1, sha256, sha384, sha512, blake3, xxh32, cksum, sysv, bsd, sha224, "
        + "sm3, blake2b\n"),
    Case(
      arguments: "--lines -i -eNEEDLE -e$'\\xff' SampleData/firmware.bin", status: 0, message: ""),
    Case(arguments: "--frames SampleData/damaged.zst", status: 1, message: ""),
    Case(arguments: "--frames SampleData/server.log", status: 1, message: ""),
    Case(
      arguments: "absent.log", status: 2,
      message: "mmscan: absent.log: open failed: No such file or directory\n"),
    Case(
      arguments: "SampleData", status: 2,
      message:
        "mmscan: SampleData: is a directory: give its files, with find DIRECTORY -type f -print0 and --files-from -\n"
    ),
    Case(
      arguments: "--sum md6 SampleData/server.log", status: 2,
      message:
        "mmscan: --sum: no algorithm is called 'md6'; there are crc32, crc32c, crc64, xxh64, "
        + "xxh3, xxh128, md5, sha1, sha256, sha384, sha512, blake3, xxh32, cksum, sysv, bsd, sha224, "
        + "sm3, blake2b\n"),
    Case(
      arguments: "$'bad\\e[31mname'", status: 2,
      message: "mmscan: bad\\x1b[31mname: open failed: No such file or directory\n"),
  ]

  @Test(arguments: cases) func everyStatusMeansOneThing(_ test: Case) throws {
    let program = try mmscan(test.arguments)
    #expect(program.status == test.status)
    #expect(program.errorText == test.message)
  }

  @Test func theStandardInputIsThereOnce() throws {
    let program = try mmscan("- -")
    #expect(program.status == 2 && program.output.isEmpty)
    #expect(
      program.errorText
        == "mmscan: the standard input can be read only once: name files, and give - for one thing alone\n"
    )
  }

  @Test(
    arguments: [
      "", "--window 3MiB x", "--window 0 x", "--jobs 0 x", "--jobs x y", "--show=-1 x",
      "--show 100001 x",
      "-i x",
      "--lanes apart x", "--no-such-flag x",
    ])
  func wrongArgumentsAreErrorsWithAdvice(arguments: String) throws {
    let program = try mmscan(arguments)
    #expect(program.status == 2)
    #expect(program.output.isEmpty)
    #expect(program.errorText.contains("Error: ") && program.errorText.contains("mmscan"))
  }

  @Test func argumentsAreRepeatedWithoutControlCharacters() throws {
    let program = try mmscan("$'--\\e[31mfoo' x")
    #expect(program.status == 2)
    #expect(program.errorText.contains("\\x1b[31mfoo") && !program.errors.contains(0x1B))
  }

  @Test(arguments: ["--find '['", "--find '(a'", "--find $'a\\nb'"])
  func aPatternThatDoesNotCompileIsNamed(arguments: String) throws {
    let program = try mmscan("\(arguments) SampleData/server.log")
    #expect(program.status == 2)
    #expect(program.errorText.hasPrefix("mmscan: --find: pattern 1"))
  }

  @Test func oneMissingFileDoesNotStopTheOthers() throws {
    let program = try mmscan("--lines SampleData/server.log absent SampleData/SHA256SUMS")
    #expect(program.status == 2)
    #expect(program.text.contains("server.log") && program.text.contains("SHA256SUMS"))
    #expect(program.errorText == "mmscan: absent: open failed: No such file or directory\n")
  }

  @Test func inJSONAMissingFileIsAnObjectToo() throws {
    let object = try #require(try objects(mmscan("--json absent")).first)
    #expect(value(object, "outcome") as? String == "error")
    #expect(value(object, "detail") as? String == "open failed: No such file or directory")
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func resultsThatCannotBeWrittenAreAnError() throws {
    let program = try mmscan("SampleData/server.log >/dev/full")
    #expect(program.status == 2)
    #expect(
      program.errorText
        == "mmscan: cannot write to the standard output: No space left on device\n")
  }

  @Test(arguments: [(SIGINT, "INT"), (SIGTERM, "TERM"), (SIGHUP, "HUP")])
  func aSignalEndsItBySignal(number: Int32, name: String) throws {
    let directory = try TemporaryDirectory()
    // Nobody ever writes to the pipe, so the command waits until the signal comes.
    let program = try Program.shell(
      """
      mkfifo "$1/pipe"; exec 3<>"$1/pipe"
      trap - INT TERM HUP
      # A shell starts what runs in the background with SIGINT ignored.
      env --default-signal=INT '\(productDirectory)/mmscan' "$1/pipe" 3<&- & child=$!
      for _ in {1..100}; do
        ls -l /proc/$child/fd 2>/dev/null | grep -q "$1/pipe" && break; sleep 0.02
      done
      kill -\(name) $child; wait $child; echo $?
      """, [directory.path.string])
    #expect(program.text == "\(128 + number)\n")
  }

  @Test(.disabled(if: isSanitized, "a sanitizer takes it"))
  func aBusErrorThatSomebodySendsEndsIt() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.sparseFile(byteCount: 3 << 30)
    let program = try Program.shell(
      """
      '\(productDirectory)/mmscan' --sum sha512 "$1" & child=$!
      sleep 0.4; kill -BUS $child; wait $child; echo $?
      """, [file.string], environment: ["SWIFT_BACKTRACE": "enable=no"])
    #expect(program.text == "\(128 + SIGBUS)\n")
  }

  @Test(arguments: ["", "--no-mmap"]) func aFileThatIsCutHasNoAnswer(access: String) throws {
    let directory = try TemporaryDirectory()
    let file = try directory.sparseFile(byteCount: 3 << 30)
    // SHA-512 of three gibibytes takes seconds; the cut comes after a fraction of one.
    let program = try Program.shell(
      """
      '\(productDirectory)/mmscan' --sum sha512 \(access) "$1" & child=$!
      sleep 0.4; truncate -s 1000 "$1"; wait $child; echo $?
      """, [file.string])
    #expect(program.text == "3\n")
    #expect(
      program.errorText.contains(
        "\(file): was truncated from 3221225472 to 1000 bytes while it was scanned, "
          + "noticed at offset "))
  }
}

@Suite struct HelpTests {
  @Test func helpTeachesByExample() throws {
    let program = try mmscan("scan --help")
    #expect(program.status == 0 && program.errors.isEmpty)
    for word in ["EXAMPLES", "EXIT STATUS", "--find", "--window", "--lanes", "crc32c"] {
      #expect(program.text.contains(word), "\(word)")
    }
    #expect(program.text.split(separator: "\n").allSatisfy { $0.count <= 120 })
  }

  @Test func theVersionIsSaid() throws {
    let program = try mmscan("--version")
    #expect(program.status == 0)
    #expect(program.text.contains(/^mmscan [0-9]+\.[0-9]+\.[0-9]+ \(libzstd 1\./))
  }
}

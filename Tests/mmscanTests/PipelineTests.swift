import Foundation
import SystemPackage
import TestSupport
import Testing

/// What scripts rely on: lists of files, progress they can read, options from the environment.
@Suite struct PipelineTests {
  @Test(arguments: [
    ("scan --json --lines --files-from -", "a\nb\n"),
    ("scan --json --lines --files-from -", "a\0b"),
    ("scan --json --lines -0 --files-from - a", "b\0"), ("frames --json --files-from -", "a\nb\n"),
  ]) func namesComeFromAList(_ arguments: String, _ list: String) throws {
    let directory = try TemporaryDirectory()
    for name in ["a", "b"] { _ = try directory.file(Array("x\n".utf8), named: name) }
    let program = try mmscan(arguments, input: Array(list.utf8), in: directory.path.string)
    let paths = try objects(program).compactMap { value($0, "path", "text") as? String }
    #expect(paths == ["a", "b"], "\(program.errorText)")
  }

  @Test(arguments: [
    ("sum -a crc32 --files-from -", "46ea081f  a\n46ea081f  b\n"),
    ("sum -a crc32 -0 --files-from - a", "46ea081f  a\n46ea081f  b\n"),
    ("count -l --files-from -", "1 a\n1 b\n2 total\n"),
    ("count -l -0 --files-from - a", "1 a\n1 b\n2 total\n"),
    ("count -l --files0-from -", "1 a\n1 b\n2 total\n"),
    ("find --files-from - x", "a:x\nb:x\n"), ("find -c --files-from - x a", "a:1\nb:1\n"),
  ]) func everyCommandTakesAList(_ arguments: String, _ expected: String) throws {
    let directory = try TemporaryDirectory()
    for name in ["a", "b"] { _ = try directory.file(Array("x\n".utf8), named: name) }
    let list = arguments.hasSuffix(" a") ? "b\0" : "a\0b\0"
    let program = try mmscan(arguments, input: Array(list.utf8), in: directory.path.string)
    #expect(program.text == expected && program.status == 0, "\(program.errorText)")
  }

  @Test func withNullANewlineBelongsToTheName() throws {
    let directory = try TemporaryDirectory()
    _ = try directory.file(Array("x\n".utf8), named: "a\nb")
    let program = try mmscan(
      "scan --lines -0 --files-from -", input: Array("a\nb".utf8), in: directory.path.string)
    #expect(program.status == 0, "\(program.errorText)")
    let without = try mmscan(
      "scan --lines --files-from -", input: Array("a\nb".utf8), in: directory.path.string)
    #expect(without.status == 2)
  }

  @Test(arguments: [
    "scan -0 x", "scan --files-from - -", "frames --files-from - - x", "scan - -", "scan", "frames",
    "sum -0 x", "sum --files-from - -", "count -0 x", "count --files-from - -",
    "count --files-from x --files0-from y", "find --files-from - x -", "find -f - x -",
  ]) func listsThatCannotBeAreRefused(_ arguments: String) throws {
    let program = try mmscan(arguments)
    #expect(program.status == 2 && !program.errors.isEmpty && program.output.isEmpty)
  }

  @Test func progressForScriptsIsAnObjectALine() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file([UInt8](repeating: 10, count: 3 << 20))
    let program = try mmscan("scan --lines --progress json \"$1\"", [file.string])
    let lines = program.errorText.split(separator: "\n")
    let last = try JSONSerialization.jsonObject(with: Data((lines.last ?? "").utf8))
    #expect(value(last, "type") as? String == "progress")
    #expect(value(last, "schema") as? String == "mmscan/1")
    #expect(value(last, "path", "text") as? String == file.string)
    #expect(value(last, "bytes_done") as? Int == 3 << 20)
    #expect(value(last, "byte_count") as? Int == 3 << 20)
    #expect(value(last, "seconds") as? Double != nil)
    #expect(value(last, "bytes_per_second") as? Int != nil)
  }

  /// Sparse files may claim 8 EiB each, and cost nothing.
  @Test(
    .enabled(if: FileManager.default.isWritableFile(atPath: "/dev/shm")),
    arguments: ["percent", "bar", "json"])
  func progressOfMoreThanSixtyFourBitsTell(_ mode: String) throws {
    let program = try Program.shell(
      """
      cd "$(mktemp -d -p /dev/shm)"; truncate -s 7E a b; PATH='\(productDirectory)':$PATH
      mmscan sum -a crc32 --tag a b >list; mmscan sum --check --progress \(mode) list list; status=$?
      rm -r "$PWD"; exit $status
      """)
    #expect(program.status == 0, "\(program.errorText)")
    #expect(program.text == String(repeating: "a: OK\nb: OK\n", count: 2))
  }

  @Test func percentsRiseOverAllFilesToAHundred() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file([UInt8](repeating: 10, count: 1 << 20)).string
    let program = try mmscan("scan --lines --progress percent \"$1\" \"$1\"", [file])
    let percents = program.errorText.split(separator: "\n").compactMap { Int($0) }
    #expect(percents == percents.sorted() && percents.contains(50) && percents.last == 100)
  }

  /// Three quarters of all bytes are in the first file, which is one of three or four.
  @Test(arguments: [
    "scan --lines large small tiny", "count large small missing tiny", "sum large small tiny",
    "sum large missing small tiny", "find -c x large small tiny", "find x large small tiny",
    "frames large small tiny", "frames --verify large small tiny",
    "frames --summary large small tiny",
    "frames --carve large small tiny", "scan --lines - small tiny <large",
    "copy --verify large copy",
    "sum --check list", "count --offset 1M --length 300K large small", "report tiny",
    "find -q x tiny large",
  ]) func percentsAreOfAllBytes(_ arguments: String) throws {
    let directory = try TemporaryDirectory()
    let program = try mmscan(
      "\(arguments) --progress percent 2>&1 >/dev/null | grep -x '[0-9]*'",
      before: """
        head -c 3M /dev/zero >large; head -c 1M /dev/zero >small; echo x >tiny
        '\(productDirectory)/mmscan' sum large small tiny >list;
        """, in: directory.path.string)
    let percents = program.text.split(separator: "\n").map { Int($0) ?? -1 }
    #expect(percents.first == 0 && percents.last == 100, "\(percents)")
    #expect(zip(percents, percents.dropFirst()).allSatisfy { $0 < $1 }, "\(percents)")
    // Of sums, several files are worked on at a time.
    if arguments.contains("large small"), !arguments.contains("--length"),
      !arguments.contains("sum")
    {
      #expect(percents.contains { (74...75).contains($0) }, "\(percents)")
    }
  }

  /// An input of unknown size counts as the others do, when it has ended.
  @Test func percentsOfAPipeStandStill() throws {
    let directory = try TemporaryDirectory()
    let program = try mmscan(
      "count --progress percent - small 2>&1 >/dev/null",
      before: "head -c 1M /dev/zero >small; head -c 3M /dev/zero |", in: directory.path.string)
    let percents = program.text.split(separator: "\n").compactMap { Int($0) }
    #expect(percents.starts(with: [0, 50]) && percents.last == 100, "\(percents)")
  }

  @Test func progressObjectsTellOfAllFiles() throws {
    let directory = try TemporaryDirectory()
    let program = try mmscan(
      "count --progress json large small - tiny 2>&1 >/dev/null",
      before: """
        head -c 3M /dev/zero >large; head -c 1M /dev/zero >small; echo x >tiny; head -c 2M /dev/zero |
        """, in: directory.path.string)
    var ends: [String: [String: Any]] = [:]
    for object in try objects(program) {
      ends[value(object, "path", "text") as? String ?? ""] = object
    }
    #expect(value(ends["small"], "file_number") as? Int == 2)
    #expect(value(ends["small"], "file_count") as? Int == 4)
    #expect(value(ends["small"], "total_bytes_done") as? Int == 4 << 20)
    #expect(value(ends["small"], "total_byte_count") is NSNull)
    #expect(value(ends["tiny"], "total_bytes_done") as? Int == 6 << 20 + 2)
    #expect(value(ends["tiny"], "total_byte_count") as? Int == 6 << 20 + 2)
  }

  @Test(arguments: ["auto", "none", "never"]) func nothingIsShownThatNobodyAskedFor(
    _ mode: String
  ) throws {
    let file = packageRoot + "/SampleData/server.log"
    let program = try mmscan("scan --progress \(mode) \"$1\"", [file])
    #expect(program.status == 0 && program.errors.isEmpty)
  }

  @Test(arguments: ["bar", "always"]) func aBarIsLinesWhereNoTerminalIs(_ mode: String) throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file([UInt8](repeating: 10, count: 1 << 20))
    let program = try mmscan("scan --lines --progress \(mode) \"$1\"", [file.string])
    #expect(program.errorText.contains("[") && program.status == 0)
  }

  @Test(arguments: [
    ("--json", "scan --lines", true), ("--json", "--lines", true), ("", "scan --lines", false),
    ("--json --find 'a b'", "scan", true), (#"--json --find "a\"b" "#, "scan", true),
    (#"--js\on"#, "scan --lines", true),
  ]) func optionsComeFromTheEnvironment(_ words: String, _ arguments: String, _ isJSON: Bool) throws
  {
    let directory = try TemporaryDirectory()
    let file = try directory.file(Array("a b\na\"b\n".utf8))
    let program = try Program.shell(
      "'\(productDirectory)/mmscan' \(arguments) \"$1\"", [file.string],
      environment: ["MMSCAN_OPTIONS": words])
    #expect(program.status == 0, "\(program.errorText)")
    #expect(program.text.hasPrefix("{") == isJSON)
    if words.contains("find") {
      #expect(
        value(try objects(program).first, "patterns", 0, "matching_lines") as? Int == 1)
    }
  }

  @Test(arguments: ["--no-such-option", "'open"]) func whatTheEnvironmentSaysWrongIsNamed(
    _ words: String
  ) throws {
    let program = try Program.shell(
      "'\(productDirectory)/mmscan' scan x", environment: ["MMSCAN_OPTIONS": words])
    #expect(program.status == 2 && program.errorText.contains("MMSCAN_OPTIONS"))
  }

  @Test func helpAndVersionNeedNoEnvironment() throws {
    for argument in ["--version", "--help", "help scan"] {
      let program = try Program.shell(
        "'\(productDirectory)/mmscan' \(argument)", environment: ["MMSCAN_OPTIONS": "'open"])
      #expect(program.status == 0 && program.errors.isEmpty)
    }
  }

  @Test func resultsAppearAsEachFileEnds() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file(Array("needle\n".utf8)).string
    // The second input ends only when the first answer was read.
    for command in ["scan --lines", "find -c needle", "find needle", "sum", "frames"] {
      let program = try Program.shell(
        """
        mkfifo pipe; '\(productDirectory)/mmscan' \(command) "$1" pipe >out 2>&1 & exec 3>pipe
        for _ in $(seq 100); do [[ -s out ]] && { echo early; break; }; sleep 0.05; done
        exec 3>&-; wait; rm pipe out
        """, [file], in: directory.path.string)
      #expect(program.text == "early\n", "\(command): \(program.errorText)")
    }
  }
}

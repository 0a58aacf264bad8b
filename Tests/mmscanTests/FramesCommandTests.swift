import Foundation
import SystemPackage
import TestSupport
import Testing

/// `mmscan frames` lists frames, and with `--summary` prints what `zstd -l` prints.
@Suite struct FramesCommandTests {
  static let hasTools = Program.isInstalled("zstd") && Program.isInstalled("pzstd")

  /// How to make archives of `log`, in a shell; each is `FILE=COMMANDS` that write to the standard output.
  static let files: [(name: String, script: String)] =
    [1, 3, 7, 12, 19].map { ("level\($0).zst", "zstd -q -\($0) -c log") } + [
      ("long.zst", "zstd -q --long=27 -c log"), ("unchecked.zst", "zstd -q --no-check -c log"),
      ("sized.zst", "zstd -q --content-size -c log"), ("piped.zst", "zstd -q -c <log"),
      ("parallel.zst", "pzstd -q -p 3 -c log"), ("empty-content.zst", "printf '' | zstd -q -c"),
      ("several.zst", "zstd -q -c log; zstd -q --no-check -c log; printf x | zstd -q -c"),
      ("table.zst", "cat '\(packageRoot)/SampleData/multi-frame.zst'"),
      ("damaged.zst", "cat '\(packageRoot)/SampleData/damaged.zst'"),
      ("skippable.zst", "printf '\\120\\052\\115\\030\\003\\000\\000\\000abc'"),
      ("nothing.zst", ":"), ("log.zst", "cat log"), ("tail.zst", "zstd -q -c log; echo garbage"),
      ("cut3.zst", "zstd -q -c log | head -c 3"), ("cut5.zst", "zstd -q -c log | head -c 5"),
      ("cut8.zst", "zstd -q -c <log | head -c 8"), ("cut1000.zst", "zstd -q -c log | head -c 1000"),
      ("cut-last.zst", "zstd -q --no-check -c log | head -c -9"),
      ("cut-checksum.zst", "zstd -q -c log | head -c -2"),
      ("cut-second-checksum.zst", "zstd -q -c log; zstd -q -19 -c log | head -c -1"),
      ("cut-second-checksum3.zst", "zstd -q -c log; zstd -q -19 -c log | head -c -3"),
      ("cut-skippable.zst", "head -c 40 '\(packageRoot)/SampleData/multi-frame.zst'"),
      ("reserved-bit.zst", "printf '\\050\\265\\057\\375\\010\\070\\001\\000\\000'"),
      ("reserved-block.zst", "printf '\\050\\265\\057\\375\\000\\070\\007\\000\\000'"),
      ("large-window.zst", "printf '\\050\\265\\057\\375\\000\\370\\001\\000\\000'"),
      ("wide-window.zst", "printf '\\050\\265\\057\\375\\000\\251\\001\\000\\000'"),
      (
        "unknown.zst",
        "printf '\\050\\265\\057\\375\\300\\070\\377\\377\\377\\377\\377\\377\\377\\377\\001\\000\\000'"
      ),
      ("tie.zst", "head -c 33024 log | zstd -q -c --stream-size=33024"),
      ("legacy.zst", "printf '\\047\\265\\057\\375\\000\\070\\001\\000\\000aaaaaaaa'"),
      ("noise.zst", "head -c 100000 '\(packageRoot)/SampleData/firmware.bin'"),
    ]

  static func make(in directory: String) throws {
    let script = files.map { "{ \($0.script); } >'\($0.name)'" }.joined(separator: "\n")
    let made = try Program.shell(
      "cp '\(packageRoot)/SampleData/server.log' log\n\(script)", in: directory)
    #expect(made.status == 0)
  }

  @Test(.enabled(if: hasTools, "zstd and pzstd are not installed"))
  func theSummaryIsThatOfZstd() throws {
    let directory = try TemporaryDirectory()
    try FramesCommandTests.make(in: directory.path.string)
    let names = FramesCommandTests.files.map(\.name)
    let calls =
      names + [
        "table.zst unchecked.zst", "level3.zst piped.zst",
        "damaged.zst log.zst cut-last.zst level1.zst",
        names.joined(separator: " "), "./table.zst",
      ]
    for call in calls {
      for (theirOption, ourOption) in [("-l", "--summary"), ("-lv", "--summary -v")] {
        let theirs = try Program.shell("zstd \(theirOption) \(call)", in: directory.path.string)
        let ours = try mmscan("frames \(ourOption) \(call)", in: directory.path.string)
        #expect(ours.text == theirs.text, "\(theirOption) \(call)")
        #expect(ours.status == theirs.status, "\(theirOption) \(call)")
        let complaints = theirs.errorText.split(separator: "\n", omittingEmptySubsequences: false)
          .filter { !$0.hasPrefix("***") }
        #expect(ours.errorText == complaints.joined(separator: "\n"), "\(theirOption) \(call)")
      }
    }
  }

  @Test(.enabled(if: hasTools, "zstd and pzstd are not installed"))
  func theListAddsUpToTheSummaryAndIsTheSameForAPipe() throws {
    let directory = try TemporaryDirectory()
    try FramesCommandTests.make(in: directory.path.string)
    for (name, _) in FramesCommandTests.files where !name.hasPrefix("nothing") {
      let frames = try objects(mmscan("frames --json \(name)", in: directory.path.string))
      let piped = try objects(mmscan("frames --json - <\(name)", in: directory.path.string))
      #expect(
        frames.dropLast().map { $0["offset"] as? Int }
          == piped.dropLast().map { $0["offset"] as? Int })
      let total = try #require(frames.last)
      #expect(total["type"] as? String == "end")
      #expect(
        total["compressed_byte_count"] as? Int
          == frames.dropLast().reduce(0) { $0 + ($1["byte_count"] as? Int ?? 0) })
      let lines = try mmscan("frames \(name)", in: directory.path.string)
      let pipedLines = try mmscan("frames - <\(name)", in: directory.path.string)
      #expect(lines.output == pipedLines.output, "\(name)")
      #expect(lines.status == pipedLines.status, "\(name)")
      #expect(lines.text.split(separator: "\n").count == (frames.count > 1 ? frames.count : 0))
      #expect((lines.status == 0) == (total["trailing"] == nil), "\(name)")
    }
  }

  @Test(
    arguments: [
      ("cat SampleData/multi-frame.zst SampleData/server.log", nil),
      ("cat SampleData/server.log", nil),
      ("cat SampleData/multi-frame.zst", 151_783),
      ("head -c 1000 SampleData/multi-frame.zst", 1000),
      (":", 0),
    ] as [(String, Int?)])
  func aPipeHasASizeIfItWasReadToItsEnd(_ producer: String, _ byteCount: Int?) throws {
    let program = try Program.shell(
      "\(producer) | '\(productDirectory)/mmscan' frames --json -", in: packageRoot)
    let total = try #require(objects(program).last)
    #expect(total["type"] as? String == "end")
    #expect(total["byte_count"] as? Int == byteCount)
  }

  @Test func everyFrameHasALine() throws {
    let program = try mmscan("frames SampleData/multi-frame.zst")
    #expect(program.status == 0)
    let rows = program.text.split(separator: "\n").map { $0.split(separator: " ") }
    #expect(
      rows[0].map(String.init).joined(separator: " ")
        == "index offset size content ratio window dict checksum raw rle comp kind")
    #expect(rows[1].prefix(4) == ["0", "0", "48", "40"])
    #expect(
      rows[2].prefix(11) == [
        "1", "48", "39684", "142582", "3.593", "142582", "-", "a8939146", "0", "0", "2",
      ])
    #expect(program.text.contains("skippable 184d2a5e, a seek table of 5 frames"))
  }

  @Test(.enabled(if: hasTools, "zstd and pzstd are not installed"))
  func undeclaredContentIsDecodedWhenThatIsAskedFor() throws {
    let directory = try TemporaryDirectory()
    try FramesCommandTests.make(in: directory.path.string)
    let size = try Data(contentsOf: URL(fileURLWithPath: directory.path.string + "/log")).count
    for name in ["piped.zst", "parallel.zst", "- <parallel.zst"] {
      let total = try objects(mmscan("frames --json --decode \(name)", in: directory.path.string))
        .last
      #expect(total?["content_byte_count"] as? Int == size, "\(name)")
    }
    let summary = try mmscan("frames --summary --decode piped.zst", in: directory.path.string)
    #expect(summary.text.contains("560 KiB  3."))
    let damaged = try mmscan("frames --decode damaged.zst", in: directory.path.string)
    #expect(damaged.status == 1)
    #expect(damaged.errorText.contains("frame 2 at offset 39732"))
    #expect(damaged.text.contains("81077"))
    #expect(damaged.text.contains("BAD its content does not have the stored checksum"))
    let bad = try objects(mmscan("frames --json --decode damaged.zst", in: directory.path.string))
      .filter { $0["type"] as? String == "bad" }
    #expect(bad.map { $0["index"] as? Int } == [2, 4])
  }

  @Test func theSameFileTwiceHasTwoHeadings() throws {
    for mode in ["", "--verify", "--carve"] {
      let program = try mmscan(
        "frames \(mode) SampleData/multi-frame.zst SampleData/multi-frame.zst")
      #expect(program.text.components(separatedBy: "\n\nSampleData/multi-frame.zst\n").count == 2)
    }
  }

  @Test func whatDoesNotGoTogetherIsSaid() throws {
    for arguments in [
      "--cat 0 --json", "--verify --stats", "--summary --stats", "--decode --cat 1",
      "--long 30", "--summary --max-content 1", "--summary -v --json",
    ] {
      let program = try mmscan("frames \(arguments) SampleData/multi-frame.zst")
      #expect(program.status == 2, "\(arguments)")
      #expect(program.errorText.contains("--"), "\(arguments)")
      #expect(program.output.isEmpty, "\(arguments)")
    }
  }

  @Test func anEmptyFileIsSaidToBeEmpty() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file([])
    for mode in ["", "--decode"] {
      let program = try mmscan("frames \(mode) '\(file.string)'")
      #expect(program.status == 1)
      #expect(program.errorText.contains("it is empty"))
    }
  }

  @Test(arguments: ["", "--decode", "--verify", "--summary"])
  func whoeverStopsItGetsWhatWasFound(mode: String) throws {
    let directory = try TemporaryDirectory()
    let program = try Program.shell(
      """
      mkfifo pipe; env --default-signal=INT '\(productDirectory)/mmscan' frames --json \(mode) pipe >out & scan=$!
      exec 3>pipe; cat '\(packageRoot)/SampleData/multi-frame.zst' >&3; sleep 0.5
      kill -INT $scan; wait $scan; status=$?; tail -n 1 out; exit $status
      """, in: directory.path.string)
    #expect(program.status == 130)
    let end = try objects(program).last
    let offset = try #require(value(end, "offset") as? Int)
    #expect(value(end, "outcome") as? String == "interrupted" && offset > 100_000)
    let counts = mode == "--summary" ? value(end, "partial", "findings", 0, "counts") : end
    #expect((value(counts, "frame_count") as? Int ?? 0) >= 2, "\(program.text)")
  }

  @Test(arguments: ["", "--decode", "--verify", "--summary"])
  func nothingIsAwaitedBehindAPart(mode: String) throws {
    let directory = try TemporaryDirectory()
    let program = try Program.shell(
      """
      mkfifo pipe; { '\(productDirectory)/mmscan' frames \(mode) --length 39732 pipe >out; touch end; } & exec 3>pipe
      head -c 39732 '\(packageRoot)/SampleData/multi-frame.zst' >&3
      for _ in {1..250}; do [[ -e end ]] && break; sleep 0.02; done
      [[ -e end ]]; status=$?; exec 3>&-; wait; exit $status
      """, in: directory.path.string)
    #expect(program.status == 0, "\(program.errorText)")
  }

  @Test(arguments: ["", "--decode", "--verify", "--summary", "--carve"])
  func partsSayWhereTheyBegin(mode: String) throws {
    let program = try mmscan("frames --json \(mode) --last 3 SampleData/multi-frame.zst")
    let size = 151_783
    #expect(value(try objects(program).last, "start_offset") as? Int == size - 3)
    #expect(value(try objects(program).last, "byte_count") as? Int == 3)
  }

  @Test func severalFilesAndMissingOnesAreTold() throws {
    let program = try mmscan(
      "frames SampleData/multi-frame.zst /nonexistent SampleData/multi-frame.zst")
    #expect(program.status == 2)
    #expect(program.text.components(separatedBy: "SampleData/multi-frame.zst\n").count == 3)
    #expect(program.errorText.contains("/nonexistent"))
  }

  /// Memory does not grow with the number of frames.
  @Test func manyFramesAreStreamed() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file(
      Array(repeating: [0x50, 0x2A, 0x4D, 0x18, 0, 0, 0, 0] as [UInt8], count: 500_000).flatMap {
        $0
      })
    let program = try mmscan("frames '\(file.string)' | tail -n 1")
    #expect(program.text.split(separator: " ").prefix(2) == ["499999", "3999992"])
  }

  /// Headers may declare any size; none is believed, and none ends the program.
  @Test func sizesWithoutLimitAreNoTrouble() throws {
    let directory = try TemporaryDirectory()
    let magic: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD]
    let small = magic + [0x20, 0x03, 0x19, 0, 0] + Array("abc".utf8)
    let badBlock: [UInt8] = [0x25, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF]
    let declared = Array(repeating: 0xFF as UInt8, count: 8)
    let claims: [[UInt8]] = [
      magic + [0xE0] + declared + badBlock, magic + [0xC0, 0x58] + declared + badBlock,
      magic + [0xC0, 0x58] + [0x9C] + declared.dropFirst() + [1, 0, 0],
      magic + [0x20, 0x00, 0x05, 0, 0], magic + [0x20, 0x00, 0x25, 0, 0, 0, 0, 0, 0],
    ]
    for (number, claim) in claims.enumerated() {
      let file = try directory.file(
        claim + small + claim + small + claim, named: "\(number).zst")
      for mode in [
        "", "--decode", "--verify", "--carve", "--summary", "--summary -v", "--summary --decode",
        "--cat 1..", "--json", "--json --decode", "--json --verify", "--json --carve",
        "--json --summary --decode", "--carve --max-content 1",
      ] {
        let program = try mmscan("frames \(mode) '\(file.string)'")
        let complaint = program.errorText.suffix(300)
        #expect((program.status ?? 99) <= 2, "\(mode) of \(number): \(complaint)")
      }
      for range in [
        "0-5", "18446744073709551600-", "9223372036854775807-", "0-18446744073709551615",
      ] {
        for question in ["find -z abc", "scan -z --lines"] {
          let program = try mmscan("\(question) --content-range \(range) '\(file.string)'")
          #expect((program.status ?? 99) <= 2, "\(question) \(range) of \(number)")
        }
      }
    }
  }
}

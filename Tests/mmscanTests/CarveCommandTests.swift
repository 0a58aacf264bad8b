import Foundation
import SystemPackage
import TestSupport
import Testing

/// `mmscan frames --carve`.
@Suite struct CarveCommandTests {
  private static let image = "SampleData/firmware.bin"

  @Test func printsALineForEachFrameAndASummary() throws {
    let program = try mmscan("frames --carve SampleData/multi-frame.zst")
    #expect(program.status == 0)
    #expect(
      program.text == """
          offset        size      content  sure     what
               0          48           40  high     skippable 184d2a50
              48       39684       142582  certain  frame
           39732       41345       142211  certain  frame
           81077       36927       145626  certain  frame
          118004       33722       142692  certain  frame
          151726          57           49  high     skippable 184d2a5e, a seek table

        """)
    #expect(
      program.errorText
        == "SampleData/multi-frame.zst: 4 frames, 2 skippable; confidence: 4 certain, 2 high\n")
  }

  @Test func findsFramesInNoise() throws {
    let program = try mmscan("frames --carve --json \(Self.image)")
    let found = try objects(program)
    #expect(program.errorText == "")
    #expect(found.allSatisfy { $0["schema"] as? String == "mmscan/1" })
    let frames = found.dropLast()
    #expect(frames.allSatisfy { $0["type"] as? String == "frame" })
    #expect(frames.map { $0["offset"] as? Int } == [4096, 20011, 70000, 70025, 80000])
    #expect(
      frames.map { $0["confidence"] as? String }
        == ["certain", "high", "high", "certain", "certain"])
    #expect(value(found, 0, "content_byte_count") as? Int == 732)
    #expect(value(found, 0, "checksum") as? String == "740d5f34")
    #expect(value(found, 2, "magic") as? String == "184d2a57")
    let last = try #require(found.last)
    #expect(last["type"] as? String == "end")
    #expect(last["outcome"] as? String == "complete")
    #expect(last["magic_number_count"] as? Int == 8)
    #expect(last["frame_count"] as? Int == 4)
    #expect(value(last, "confidence", "certain") as? Int == 3)
    #expect(program.status == 0)
  }

  @Test(arguments: ["--jobs 1", "--jobs 3 --window 2MiB", "--no-mmap", "--progress always"])
  func theWayDoesNotShow(way: String) throws {
    let plain = try mmscan("frames --carve SampleData/damaged.zst \(Self.image)")
    #expect(plain.text.contains("nested") == false)
    let other = try mmscan("frames --carve \(way) SampleData/damaged.zst \(Self.image)")
    #expect(other.output == plain.output)
    #expect(other.status == 1 && plain.status == 1)
  }

  @Test func severalFilesHaveTheirNamesAboveTheirFrames() throws {
    let program = try mmscan("frames --carve SampleData/server.log SampleData/multi-frame.zst")
    let lines = program.text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.prefix(3) == ["SampleData/server.log", "", "SampleData/multi-frame.zst"])
    // There is none in the log.
    #expect(program.status == 1)
  }

  @Test(arguments: ["--carve", "--carve --json"]) func nothingFoundIsNegative(mode: String) throws {
    let directory = try TemporaryDirectory()
    let empty = try directory.file([]).string
    for file in ["SampleData/server.log", empty] {
      #expect(try mmscan("frames \(mode) \"$1\"", [file]).status == 1)
    }
  }

  @Test(arguments: [
    "cat SampleData/multi-frame.zst | %s -", "%s - <SampleData/multi-frame.zst",
    "%s /proc/self/maps",
  ])
  func streamsAreRefused(line: String) throws {
    let command = "'\(productDirectory)/mmscan' frames --carve"
    let program = try Program.shell(
      line.replacingOccurrences(of: "%s", with: command), in: packageRoot)
    #expect(program.status == 2)
    #expect(program.errorText.contains("save it to a file first"))
    #expect(program.text == "")
  }

  @Test func statisticsTellWhatItCost() throws {
    let program = try mmscan("frames --carve --json --stats SampleData/multi-frame.zst")
    let last = try #require(try objects(program).last)
    #expect(value(last, "stats", "analyzers", 0, "label") as? String == "magic")
  }

  // MARK: --extract

  @Test func extractsEachFrameAsItIs() throws {
    let directory = try TemporaryDirectory()
    let target = directory.path.appending("frames").string
    let program = try mmscan("frames --carve --json --extract \"$1\"/ \(Self.image)", [target])
    #expect(program.status == 0)
    let image = [UInt8](try Data(contentsOf: URL(fileURLWithPath: packageRoot + "/" + Self.image)))
    let frames = try objects(program).dropLast()
    let names = [
      "00000000000000004096.zst", "00000000000000020011.zst",
      "00000000000000070000.skippable", "00000000000000070025.zst", "00000000000000080000.zst",
    ]
    #expect(try FileManager.default.contentsOfDirectory(atPath: target).sorted() == names)
    for (frame, name) in zip(frames, names) {
      #expect(value(frame, "extracted", "text") as? String == "\(target)/\(name)")
      let start = try #require(frame["offset"] as? Int)
      let count = try #require(frame["byte_count"] as? Int)
      let file = try Data(contentsOf: URL(fileURLWithPath: "\(target)/\(name)"))
      #expect([UInt8](file) == Array(image[start..<start + count]))
    }
  }

  @Test func neverOverwrites() throws {
    let directory = try TemporaryDirectory()
    let taken = try directory.file(Array("mine".utf8), named: "00000000000000070025.zst")
    let program = try mmscan(
      "frames --carve --extract \"$1\" \(Self.image)", [directory.path.string])
    #expect(program.status == 2)
    #expect(program.errorText.contains("00000000000000070025.zst: it exists already"))
    #expect(try String(contentsOfFile: taken.string, encoding: .utf8) == "mine")
    // What came before is there, what would have come after is not, and no file is unfinished.
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: directory.path.string).sorted() == [
        "00000000000000004096.zst", "00000000000000020011.zst",
        "00000000000000070000.skippable", "00000000000000070025.zst",
      ])
  }

  @Test(.enabled(if: FileManager.default.isWritableFile(atPath: "/dev/shm")))
  func aDirectoryThatCannotTakeThemIsAnError() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file([1])
    let other = try mmscan("frames --carve --extract \"$1\" \(Self.image)", [file.string])
    #expect(other.status == 2)
    #expect(other.errorText.contains("it is not a directory"))
    let missing = try mmscan(
      "frames --carve --extract \"$1/no/such\" \(Self.image)", [directory.path.string])
    #expect(missing.status == 2)
    #expect(missing.errorText.contains("--extract"))
  }

  @Test func aFullDiskIsAnErrorAndLeavesNothingUnfinished() throws {
    let directory = try TemporaryDirectory()
    // A limit of the shell's stands in for a full disk: 40 blocks of 1 KiB, less than one frame has.
    let program = try Program.shell(
      "ulimit -f 40; '\(productDirectory)/mmscan' frames --carve --extract \"$1\" "
        + "\(Self.image)", [directory.path.string], in: packageRoot)
    #expect(program.status == 2, "\(program)")
    #expect(program.errorText.contains("00000000000000020011.zst"))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: directory.path.string)
        == ["00000000000000004096.zst"])
  }

  @Test func severalFilesCannotBeExtractedToOneDirectory() throws {
    let program = try mmscan("frames --carve --extract x \(Self.image) SampleData/damaged.zst")
    #expect(program.status == 2)
    #expect(program.errorText.contains("give one file"))
    #expect(!FileManager.default.fileExists(atPath: packageRoot + "/x"))
  }

  /// A file with a frame that swells to 128 GiB, so that it takes seconds to decode.
  private func bomb(in directory: borrowing TemporaryDirectory) throws -> FilePath {
    let block: [UInt8] = [0x02, 0x00, 0x10, 0x00]
    var bomb: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x38]
    for _ in 0..<(1 << 20) { bomb += block }
    return try directory.file(bomb + [1, 0, 0])
  }

  @Test(arguments: ["", "--no-mmap"]) func aFileThatIsCutMeanwhileIsToldApart(way: String) throws {
    let directory = try TemporaryDirectory()
    let program = try Program.shell(
      """
      '\(productDirectory)/mmscan' frames --carve --json \(way) "$1" & sleep 0.2; truncate -s 5000 "$1"
      wait $!; echo $?
      """, [try bomb(in: directory).string])
    let lines = program.text.split(separator: "\n")
    #expect(lines.last == "3", "\(program.text)")
    #expect(lines.count == 2 && lines[0].contains(#""outcome":"truncated""#), "\(program.text)")
  }

  @Test func anInterruptionEndsItSoonAndBySignal() throws {
    let directory = try TemporaryDirectory()
    let program = try Program.shell(
      """
      '\(productDirectory)/mmscan' frames --carve "$1" & sleep 0.2; kill -TERM $!
      s=${EPOCHREALTIME/./}; wait $!; echo "$? $(( (${EPOCHREALTIME/./} - s) / 1000 ))"
      """, [try bomb(in: directory).string])
    let words = program.text.split(separator: " ")
    #expect(words.first == "143", "\(program.text)")
    #expect(program.errorText.contains("interrupted"))
    // The bar is 250 ms; other tests run beside this one.
    #expect((Int(words.last?.filter(\.isNumber) ?? "") ?? 10_000) < 1000, "\(program.text)")
  }
}

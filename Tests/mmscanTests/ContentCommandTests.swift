import Foundation
import SystemPackage
import TestSupport
import Testing

/// `-z` asks of the content of zstd files what is asked of files without it.
@Suite struct ContentCommandTests {
  static let hasZstd = Program.isInstalled("zstd")

  /// Ways to make an archive of the file `log`, in a shell.
  static let archives = [
    "zstd -q -c log", "zstd -q -19 -c log", "zstd -q --long=27 -c log", "zstd -q --no-check -c log",
    "zstd -q -c <log",
    "for n in 0 1 2 3 4; do tail -c +$((n * 100000 + 1)) log | head -c 100000 | zstd -q -c; done",
    "zstd -q -c log; zstd -q -c log; printf '' | zstd -q -c; zstd -q -1 -c log",
    "pzstd -q -p 4 -c log", "cat \(packageRoot)/SampleData/multi-frame.zst",
  ]

  static let questions = [
    "find -z -n ERROR", "find -z -c timeout", "find -z -b -o 'req-[0-9a-f]+'",
    "find -z -m 3 -A 1 WARN",
    "find -z -c nothing-like-this", "find -z -v -c e", "find -z -q ERROR",
    "find -z -U -o -b 'ms\\n2026'",
  ]

  @Test(
    .enabled(if: hasZstd && Program.isInstalled("pzstd"), "zstd and pzstd are not installed"),
    arguments: archives)
  func findsWhatGrepFindsInTheContent(archive: String) throws {
    let directory = try TemporaryDirectory()
    try makeArchive(archive, in: directory.path)
    for question in ContentCommandTests.questions {
      for input in ["a.zst", "- <a.zst"] {
        let found = try mmscan("\(question) \(input)", in: directory.path.string)
        let expected = try mmscan(
          question.replacing(" -z", with: "") + " content", in: directory.path.string)
        #expect(found.output == expected.output, "\(question) \(input)")
        #expect(found.status == expected.status, "\(question) \(input)")
      }
    }
  }

  private func makeArchive(_ archive: String, in directory: FilePath) throws {
    let made = try Program.shell(
      "cp \(packageRoot)/SampleData/server.log log; (\(archive)) >a.zst; zstd -dc <a.zst >content",
      in: directory.string)
    #expect(made.status == 0)
  }

  @Test(
    .enabled(if: hasZstd && Program.isInstalled("pzstd"), "zstd and pzstd are not installed"),
    arguments: archives)
  func countsAndSumsTheContentAndTheFileInOneRead(archive: String) throws {
    let directory = try TemporaryDirectory()
    try makeArchive(archive, in: directory.path)
    let program = try mmscan(
      "--json -z --lines --sum sha256,crc32 --file-sum sha256 --frames --find ERROR a.zst",
      in: directory.path.string)
    #expect(program.status == 0)
    let found = try #require(try objects(program).first)
    let plain = try #require(
      try objects(
        mmscan("--json --lines --sum sha256,crc32 --find ERROR content", in: directory.path.string)
      ).first)
    let file = try #require(
      try objects(mmscan("--json --sum sha256 --frames a.zst", in: directory.path.string)).first)
    func same(_ key: String, _ other: [String: Any], _ otherKey: String) -> Bool {
      NSArray(array: [found[key] as Any]).isEqual(to: [other[otherKey] as Any])
    }
    #expect(same("lines", plain, "lines"))
    #expect(same("checksums", plain, "checksums"))
    #expect(same("file_checksums", file, "checksums"))
    #expect(same("frames", file, "frames"))
    #expect(value(found, "content", "byte_count") as? Int == value(plain, "byte_count") as? Int)
    #expect(
      value(found, "content", "frame_count") as? Int
        == value(file, "frames", "frame_count") as? Int)
    #expect(
      value(found, "patterns", 0, "matches") as? Int
        == value(plain, "patterns", 0, "matches") as? Int)
    #expect(
      value(found, "patterns", 0, "shown", 0, "absolute_offset") as? Int
        == value(plain, "patterns", 0, "shown", 0, "absolute_offset") as? Int)
    #expect(value(found, "patterns", 0, "shown", 0, "frame") is Int)
  }

  @Test func saysWhichFrameHoldsALine() throws {
    let text = try mmscan("find -z --frame -n NEEDLE SampleData/multi-frame.zst").text
    let json = try objects(mmscan("find -z --json NEEDLE SampleData/multi-frame.zst"))
    let frames = json.compactMap { value($0, "data", "frame") as? Int }
    let lines = json.compactMap { value($0, "data", "line_number") as? Int }
    #expect(!frames.isEmpty)
    #expect(
      text.split(separator: "\n").map { $0.split(separator: ":").prefix(2).map { Int($0) } }
        == zip(frames, lines).map { [$0, $1] })
    let list = try #require(
      try objects(mmscan("--json --frames SampleData/multi-frame.zst")).first)
    // 1,500 lines in each of the frames with content.
    let zstdFrames = (value(list, "frames", "frames") as? [[String: Any]] ?? [])
      .filter { $0["kind"] as? String == "zstd" }.compactMap { $0["index"] as? Int }
    #expect(frames == lines.map { zstdFrames[($0 - 1) / 1500] })
  }

  @Test(arguments: [
    "find -z -c ERROR", "find -z -q nothing-like-this", "find -z -l nothing-like-this",
    "-z --lines",
    "find -z -c nothing-like-this", "-z --frames", "frames --cat 0..",
  ])
  func damageIsNeverTakenForAnAnswer(question: String) throws {
    for input in ["SampleData/damaged.zst", "- <SampleData/damaged.zst"] {
      let program = try mmscan("\(question) \(input)")
      // What is asked of frames is whether they are sound.
      #expect(program.status == (question.hasPrefix("frames") ? 1 : 2))
      #expect(program.errorText.contains("at offset 39732"))
      #expect(program.errorText.contains("checksum"))
    }
  }

  @Test func aFileCalledZstdMustBeOne() throws {
    let directory = try TemporaryDirectory()
    _ = try directory.file(Array("needle\n".utf8), named: "a.zst")
    _ = try directory.file(Array("needle\n".utf8), named: "a.log")
    #expect(try mmscan("find -z needle a.zst", in: directory.path.string).status == 2)
    #expect(try mmscan("find -z needle a.log", in: directory.path.string).text == "needle\n")
  }

  @Test(arguments: [
    ("0-1000", 1), ("1-2", 1), ("142581-142583", 2), ("142582-142583", 1), ("200000-300000", 2),
    ("500000-", 1), ("573110-573111", 1),
  ])
  func aRangeOfContentIsScannedByItself(range: String, frameCount: Int) throws {
    let ends = range.split(separator: "-").compactMap { Int($0) }
    let log = try Data(contentsOf: URL(fileURLWithPath: packageRoot + "/SampleData/server.log"))
    let part = Array(log[ends[0]..<(ends.count > 1 ? ends[1] : log.count)])
    let directory = try TemporaryDirectory()
    let file = try directory.file(part)
    for input in ["SampleData/multi-frame.zst", "- <SampleData/multi-frame.zst"] {
      let found = try #require(
        try objects(mmscan("--json -z --lines --sum sha256 --content-range \(range) \(input)"))
          .first)
      let expected = try #require(
        try objects(mmscan("--json --lines --sum sha256 \(file.string)")).first)
      #expect(value(found, "content", "byte_count") as? Int == part.count)
      #expect(value(found, "content", "frame_count") as? Int == frameCount)
      #expect(
        value(found, "checksums", 0, "hex") as? String == value(expected, "checksums", 0, "hex")
          as? String)
      #expect(
        value(found, "lines", "newlines") as? Int == value(expected, "lines", "newlines") as? Int)
      // Offsets are those of the whole content.
      let offsets = try mmscan("find -z -b -o --content-range \(range) '^2026' \(input)").text
      let relative = try mmscan("find -b -o '^2026' \(file.string)").text
      let moved = relative.split(separator: "\n").map { line in
        let fields = line.split(separator: ":")
        return "\(Int(fields[0])! + ends[0]):\(fields[1])\n"
      }
      #expect(offsets == moved.joined())
    }
  }

  /// Its second frame has all its content, and a checksum of other bytes.
  @Test(arguments: ["damaged.zst", "-j 1 damaged.zst", "- <damaged.zst"])
  func whatStandsBehindARangeOfContentNeedNotBeSound(input: String) throws {
    for _ in 0..<5 {
      let sound = try mmscan(
        "-z --lines --content-range 142581-142583 \(input)", in: packageRoot + "/SampleData")
      #expect(sound.status == 0, "\(sound.errorText)")
      #expect(sound.text.contains("2 B, 2 frames"))
    }
    let damaged = try mmscan(
      "-z --lines --content-range 142581-300000 \(input)", in: packageRoot + "/SampleData")
    #expect(damaged.status != 0)
  }

  @Test(arguments: [("1", 0..<1500), ("1..3", 0..<4500), ("3..", 3000..<6000), ("..2", 0..<3000)])
  func printsTheContentOfFrames(range: String, lines: Range<Int>) throws {
    let log = try String(contentsOfFile: packageRoot + "/SampleData/server.log", encoding: .utf8)
    let expected = log.split(separator: "\n", omittingEmptySubsequences: false)[lines]
      .map { $0 + "\n" }.joined()
    for input in ["SampleData/multi-frame.zst", "- <SampleData/multi-frame.zst"] {
      let program = try mmscan("frames --cat \(range) \(input)")
      #expect(program.text == expected)
      #expect(program.status == 0)
    }
  }

  @Test func framesThatAreNotThereAreNamed() throws {
    let program = try mmscan("frames --cat 2..90 SampleData/multi-frame.zst")
    #expect(program.status == 1)
    #expect(program.errorText.contains("there are only 6 frames"))
  }

  @Test(arguments: [
    ("find --frame x -", "add -z"), ("find --content-range 1-2 x -", "add -z"),
    ("find --long 30 x -", "add -z"), ("-z --content-range 2-1 -", "--content-range"),
    ("-z --content-range 1-2 --file-sum md5 -", "leave out"), ("--file-sum md5 -", "goes with -z"),
    ("frames --cat 3..1 -", "N..M"), ("frames --cat x -", "N..M"), ("-z --long 40 -", "10 to 31"),
    ("-z --dictionary /nonexistent -", "/nonexistent"), ("-z --dictionary - -", "name of a file"),
    ("frames --cat 1 --verify -", "choose one"),
  ])
  func whatContradictsItselfIsRefused(arguments: String, words: String) throws {
    let program = try mmscan("\(arguments) </dev/null")
    #expect(program.status == 2)
    #expect(program.errorText.contains(words), "\(program.errorText)")
  }

  @Test(.enabled(if: hasZstd, "zstd is not installed"))
  func aDictionaryIsMatchedByItsID() throws {
    let directory = try TemporaryDirectory()
    let made = try Program.shell(
      """
      split -l 20 \(packageRoot)/SampleData/server.log part. && zstd -q --train part.* -o dictionary \
      && zstd -q -c -D dictionary part.aa >a.zst
      """, in: directory.path.string)
    #expect(made.status == 0)
    let content = try Program.shell("cat part.aa", in: directory.path.string).output
    let found = try mmscan("find -z --dictionary dictionary '' a.zst", in: directory.path.string)
    #expect(found.output == content)
    let missing = try mmscan("find -z '' a.zst", in: directory.path.string)
    #expect(missing.status == 2)
    #expect(missing.errorText.contains("--dictionary"))
  }

  @Test(.enabled(if: hasZstd, "zstd is not installed"))
  func aLargeWindowHasToBeAllowed() throws {
    let directory = try TemporaryDirectory()
    // 300 MB of zeros take 150 ms.
    let made = try Program.shell(
      "head -c 300000000 /dev/zero | zstd -q -1 --long=29 -c >a.zst", in: directory.path.string)
    #expect(made.status == 0)
    let refused = try mmscan("-z --lines a.zst", in: directory.path.string)
    #expect(refused.status == 2)
    #expect(refused.errorText.contains("--long 29"))
    let allowed = try mmscan("--json -z --lines --long 29 a.zst", in: directory.path.string)
    #expect(
      value(try objects(allowed).first, "content", "byte_count") as? Int
        == 300_000_000)
    let limited = try mmscan(
      "-z --lines --long 29 --max-content 100MB a.zst", in: directory.path.string)
    #expect(limited.status == 2)
    #expect(limited.errorText.contains("--max-content"))
  }

  /// Of a file with damage, whatever comes before it comes out, and then the damage is told.
  @Test(
    .enabled(if: hasZstd, "zstd is not installed"),
    arguments: ["byte", "cut"], ["zstd -q -c", "zstd -q -c -B100000 --no-check"])
  func whatComesBeforeDamageComesOut(damage: String, compression: String) throws {
    let directory = try TemporaryDirectory()
    let made = try Program.shell(
      """
      split -b 200000 '\(packageRoot)/SampleData/server.log' part. && ls
      for part in part.*; do \(compression) $part; done >a.zst
      """, in: directory.path.string)
    #expect(made.status == 0)
    let path = directory.path.string
    let bytes = try Array(Data(contentsOf: URL(fileURLWithPath: path + "/a.zst")))
    var failures = 0
    for place in stride(from: 5, to: bytes.count, by: bytes.count / 17) {
      var damaged = bytes
      if damage == "cut" { damaged.removeLast(bytes.count - place) } else { damaged[place] ^= 0x41 }
      try Data(damaged).write(to: URL(fileURLWithPath: path + "/bad.zst"))
      let theirs = try Program.shell("zstd -dc bad.zst", in: path)
      for input in ["bad.zst", "- <bad.zst"] {
        let ours = try mmscan("frames --cat 0.. \(input)", in: path)
        let found = try mmscan("find -z '' \(input)", in: path)
        #expect((theirs.status == 0) == (ours.status == 0), "\(damage) at \(place)")
        #expect(ours.output.starts(with: theirs.output), "\(damage) at \(place)")
        // The last line may be cut.
        let lines = ours.output.last == 10 || ours.output.isEmpty ? ours.output : ours.output + [10]
        #expect(found.output == lines, "\(damage) at \(place)")
        #expect((found.status == 2) == (ours.status != 0), "\(damage) at \(place)")
      }
      failures += theirs.status == 0 ? 0 : 1
    }
    #expect(failures > 3)
  }

  @Test func framesAloneAreDecodedToo() throws {
    let object = try #require(
      objects(mmscan("--json -z --frames SampleData/multi-frame.zst")).first)
    #expect(value(object, "content", "byte_count") as? Int == 573_111)
    #expect(value(object, "content", "frame_count") as? Int == 4)
  }

  @Test func aRangeThatIsNoneSaysHowToWriteOne() throws {
    for (range, words) in [("5-2", "B is not included"), ("7", "A-B or A-"), ("a-b", "A-B or A-")] {
      let program = try mmscan("find -z --content-range \(range) x SampleData/multi-frame.zst")
      #expect(program.status == 2)
      #expect(program.errorText.contains(words), "\(program.errorText)")
    }
  }

  /// libzstd does not see that content is missing when the last block is empty.
  @Test func lessContentThanDeclaredIsDamage() throws {
    let directory = try TemporaryDirectory()
    let raw = Array(repeating: 0x61 as UInt8, count: 1100)
    let frame: [UInt8] =
      [0x28, 0xB5, 0x2F, 0xFD, 0xA0, 0xE0, 0x93, 0x04, 0x00, 0x60, 0x22, 0x00] + raw + [1, 0, 0]
    let file = try directory.file(frame, named: "a.zst")
    for question in ["-z --lines", "find -z -c a", "frames --cat 0..", "frames --verify"] {
      let program = try mmscan("\(question) '\(file.string)'")
      #expect(program.status == (question.hasPrefix("frames") ? 1 : 2), "\(question)")
      #expect((program.errorText + program.text).contains("300000"), "\(question)")
    }
  }

  @Test func anArchiveThatWasCutToNothingIsNone() throws {
    let directory = try TemporaryDirectory()
    _ = try directory.file([], named: "a.zst")
    for question in ["-z --lines", "find -z x"] {
      let program = try mmscan("\(question) a.zst", in: directory.path.string)
      #expect(program.status == 2)
      #expect(program.errorText.contains("it is empty"))
    }
  }
}

import Foundation
import SystemPackage
import TestSupport
import Testing

/// `mmscan frames --verify` says what `zstd -t` does not: which frame, and what is left.
@Suite struct VerifyCommandTests {
  static let hasZstd = Program.isInstalled("zstd")

  @Test(arguments: ["multi-frame.zst", "- <SampleData/multi-frame.zst"])
  func soundFilesAreSound(input: String) throws {
    let name = input.hasPrefix("-") ? input : "SampleData/\(input)"
    let program = try mmscan("frames --verify \(name)")
    #expect(program.status == 0)
    #expect(
      program.text
        == """
        good  frames 0-5  compressed 0-151783  content 0-573111
        4 frames, 2 skippable good: 148.2 KiB of 148.2 KiB, 559.7 KiB of content; the seek table agrees

        """)
  }

  @Test(arguments: [
    "SampleData/damaged.zst", "- <SampleData/damaged.zst",
    "--jobs 1 --no-mmap SampleData/damaged.zst",
  ])
  func damageIsNamedAndTheRestIsGood(input: String) throws {
    let program = try mmscan("frames --verify \(input)")
    #expect(program.status == 1)
    let words = program.text.split(separator: "\n").map {
      $0.split(separator: " ").prefix(3).joined(separator: " ")
    }
    #expect(
      words == ["good frames 0-1", "BAD frame 2", "good frame 3", "BAD frame 4", "2 frames, 1"])
    #expect(program.text.contains("7e2dd7ed"))
    let json = try objects(mmscan("frames --verify --json \(input)"))
    #expect(json.map { $0["type"] as? String } == ["good", "bad", "good", "bad", "end"])
    #expect(json.compactMap { $0["offset"] as? Int } == [0, 39732, 81077, 118_004])
    #expect(json.compactMap { $0["content_byte_count"] as? Int } == [142_582, 145_626, 288_208])
    #expect(value(json.last, "bad_count") as? Int == 2)
    #expect(value(json.last, "sound") as? Bool == false)
  }

  /// Its table lists frames that are not read.
  @Test func aPartThatBeginsLaterIsNotComparedWithASeekTable() throws {
    let program = try mmscan("frames --verify --offset 48 SampleData/multi-frame.zst")
    #expect(program.status == 0)
    #expect(program.text.contains("good  frames 0-4"))
  }

  @Test func whatIsNoArchiveIsBad() throws {
    let program = try mmscan("frames --verify SampleData/server.log")
    #expect(program.status == 1)
    #expect(program.text.contains("no frame begins here"))
    #expect(try mmscan("frames --verify -", input: []).status == 1)
    #expect(try mmscan("frames --verify /nonexistent").status == 2)
  }

  @Test(
    .enabled(if: hasZstd && Program.isInstalled("pzstd"), "zstd and pzstd are not installed"),
    arguments: ContentCommandTests.archives)
  func agreesWithZstdAboutWholeAndBrokenFiles(archive: String) throws {
    let directory = try TemporaryDirectory()
    let made = try Program.shell(
      "cp \(packageRoot)/SampleData/server.log log; (\(archive)) >a.zst",
      in: directory.path.string)
    #expect(made.status == 0)
    let bytes = [UInt8](
      try Data(contentsOf: URL(fileURLWithPath: directory.path.string + "/a.zst")))
    var generator = SeededGenerator(seed: 7)
    for round in 0..<20 {
      var broken = bytes
      if round % 4 == 1 { broken.removeLast(Int.random(in: 1..<bytes.count, using: &generator)) }
      if round % 4 >= 2 { broken[Int.random(in: 0..<bytes.count, using: &generator)] ^= 0x10 }
      let file = try directory.file(broken)
      let theirs = try Program.shell("zstd -q -t '\(file.string)'").status
      let ours = try mmscan("frames --verify --long 31 '\(file.string)'").status
      // zstd has no opinion about seek tables, and takes a cut skippable frame for whole.
      if theirs == 0, ours == 1, round % 4 >= 2 { continue }
      #expect(
        (theirs == 0) == (ours == 0), "round \(round): zstd \(theirs ?? -1), mmscan \(ours ?? -1)")
    }
  }

  @Test(.enabled(if: hasZstd, "zstd is not installed"))
  func aDictionaryIsNeededAndFound() throws {
    let directory = try TemporaryDirectory()
    let made = try Program.shell(
      """
      split -l 20 \(packageRoot)/SampleData/server.log part. && zstd -q --train part.* -o dictionary \
      && zstd -q -c -D dictionary part.aa >a.zst
      """, in: directory.path.string)
    #expect(made.status == 0)
    let found = try mmscan(
      "frames --verify --dictionary dictionary a.zst", in: directory.path.string)
    #expect(found.status == 0)
    let missing = try mmscan("frames --verify a.zst", in: directory.path.string)
    #expect(missing.status == 2)
    #expect(missing.text.hasPrefix("????  frame 0"))
    #expect(missing.text.contains("--dictionary"))
  }
}

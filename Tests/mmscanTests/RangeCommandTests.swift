import Foundation
import SystemPackage
import TestSupport
import Testing

/// `--offset`, `--length` and `--last`: what is said of a part is what is said of a file that holds only that part, but
/// offsets are those of the whole file.
@Suite struct RangeCommandTests {
  static let text: [UInt8] = (0..<130_000).flatMap { number in
    Array("line \(number) \(number % 997 == 0 ? "NEEDLE" : "hay") \(number * 7919 % 1013)\n".utf8)
  }

  static let ranges: [Range<Int>] = [
    0..<text.count, 1..<1025, 5..<6, 1000..<1_500_000, 1024..<2_098_176, 2_097_151..<2_097_153,
    2_097_153..<text.count, 65_537..<text.count - 1,
  ]

  @Test(arguments: ranges) func digestsAndLinesAreThoseOfThePart(_ range: Range<Int>) throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file(Self.text)
    let part = try directory.file(Self.text[range], named: "part")
    let asked = "--json --lines --sum blake3,sha256,crc32,xxh3,crc64,md5 --show 0 --find NEEDLE -w"
    let expected = try #require(try objects(mmscan("scan \(asked) \"$1\"", [part.string])).first)
    for way in ["\"$1\"", "--no-mmap -j1 \"$1\"", "-j3 --window 2MiB \"$1\"", "- < \"$1\""] {
      let found = try objects(
        mmscan(
          "scan \(asked) --offset \(range.lowerBound) --length \(range.count) \(way)",
          [file.string]))
      for key in ["byte_count", "lines", "checksums", "patterns"] {
        let pair = try [expected[key], found.first?[key]].map { value in
          try JSONSerialization.data(
            withJSONObject: #require(value), options: [.sortedKeys, .fragmentsAllowed])
        }
        #expect(pair[0] == pair[1], "\(way): \(key)")
      }
      let start = value(found.first, "start_offset") as? Int
      #expect(start == (range.lowerBound == 0 ? nil : range.lowerBound))
    }
  }

  @Test(arguments: [
    "-n 'NEEDLE'", "-b '^ne 1|NEEDLE'", "-c ne", "-v -n NEEDLE -m3", "-o -b -w NEEDLE",
    "-A1 -B2 -n -m4 NEEDLE", "-U -b 'NEEDLE \\d+\\nline'", "-U -v -n NEEDLE -m2",
  ]) func findSelectsWhatItSelectsInThePart(_ asked: String) throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file(Self.text)
    for range in Self.ranges {
      let part = try directory.file(Self.text[range], named: "part")
      let expected = try mmscan("find \(asked) \"$1\"", [part.string])
      for way in ["\"$1\"", "--no-mmap -j1 \"$1\"", "- < \"$1\""] {
        let found = try mmscan(
          "find \(asked) --offset \(range.lowerBound) --length \(range.count) \(way)",
          [file.string])
        #expect(found.status == expected.status && found.errors.isEmpty)
        guard asked.contains("-b") else {
          #expect(found.output == expected.output, "\(range) \(way)")
          continue
        }
        let shifted = expected.text.split(separator: "\n").map { line in
          guard let colon = line.firstIndex(of: ":"), let offset = Int(line[..<colon]) else {
            return String(line)
          }
          return "\(offset + range.lowerBound)\(line[colon...])"
        }
        #expect(found.text.split(separator: "\n").map(String.init) == shifted, "\(range) \(way)")
      }
    }
  }

  @Test func framesOfAPartAreToldWithTheirPlaceInTheFile() throws {
    let directory = try TemporaryDirectory()
    let archive = try Data(
      contentsOf: URL(fileURLWithPath: packageRoot + "/SampleData/multi-frame.zst"))
    let junk = [UInt8](repeating: 120, count: 5000)
    let file = try directory.file(junk + archive + junk)
    let part = try directory.file(archive, named: "part")
    let range = "--offset 5000 --length \(archive.count)"
    for mode in ["", "--decode", "--verify", "--carve"] {
      let found = try mmscan("frames --json \(mode) \(range) \"$1\"", [file.string])
      let whole = try mmscan("frames --json \(mode) \"$1\"", [part.string])
      #expect(found.status == whole.status, "\(mode): \(found.errorText)")
      let offsets = try [whole, found].map { program in
        try objects(program).compactMap { $0["offset"] as? Int }
      }
      #expect(offsets[0].map { $0 + 5000 } == offsets[1] && !offsets[0].isEmpty, "\(mode)")
      #expect(try objects(found).last?["byte_count"] as? Int == archive.count, "\(mode)")
    }
    for asked in ["frames --summary -v", "frames --cat 1..", "find -z -c .", "scan -z --lines"] {
      let found = try mmscan("\(asked) \(range) \"$1\"", [file.string])
      let whole = try mmscan("\(asked) \"$1\"", [part.string])
      #expect(found.status == whole.status, "\(asked): \(found.errorText)")
      if asked != "scan -z --lines", asked != "frames --summary -v" {
        #expect(found.output == whole.output, "\(asked)")
      }
    }
  }

  @Test func theLastBytesOfAFile() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file(Array("ab\nac\ncc\n".utf8))
    let found = try mmscan("find -b c --last 4 \"$1\"", [file.string])
    #expect(found.text == "6:cc\n")
  }

  @Test(arguments: ["", "--write map", "--no-mmap -j1", "-j3 --window 2MiB --verify"])
  func aCopyHoldsThePartAlone(_ way: String) throws {
    let directory = try TemporaryDirectory()
    _ = try directory.file(Self.text, named: "file")
    for range in Self.ranges {
      let program = try mmscan(
        """
        copy \(way) --json --sum sha256 --lines --offset \(range.lowerBound) --length \(range.count) file part &&
        tail -c +\(range.lowerBound + 1) file | head -c \(range.count) | cmp - part && sha256sum part
        """, before: "cd '\(directory.path)';")
      #expect(program.status == 0, "\(program.errorText)")
      let lines = program.text.split(separator: "\n")
      let copied = try #require(
        try JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any])
      #expect(value(copied, "byte_count") as? Int == range.count)
      let start = value(copied, "start_offset") as? Int
      #expect(start == (range.lowerBound == 0 ? nil : range.lowerBound))
      #expect(value(copied, "checksums", 0, "hex") as? String == String(lines[1].prefix(64)))
    }
  }

  @Test(arguments: ["blake3", "crc32", "md5"]) func blocksBeginWhereThePartDoes(
    _ algorithm: String
  ) throws {
    let directory = try TemporaryDirectory()
    _ = try directory.file(Self.text, named: "file")
    for range in Self.ranges where range.count > 1000 {
      let part = "--offset \(range.lowerBound) --length \(range.count)"
      let program = try mmscan(
        """
        sum -a \(algorithm) --blocks 300001 \(part) -j3 --window 2MiB file >list &&
        tail -c +\(range.lowerBound + 1) file | head -c \(range.count) | mmscan sum -a \(algorithm) --blocks 300001 - |
        perl -pe 's/- offset (\\d+)-(\\d+)/"file offset " . ($1 + \(range.lowerBound)) . "-" . ($2 + \(range.lowerBound))/e' |
        diff - list && mmscan sum --check \(part) --no-mmap list
        """, before: "cd '\(directory.path)'; PATH='\(productDirectory)':$PATH;")
      #expect(program.status == 0, "\(range): \(program.errorText)")
      #expect(program.text == "file: OK\n")
    }
  }

  /// A list is checked with the options it was made with; damage is told by its place in the file.
  @Test(arguments: [
    ("", "--offset 70000 --length 300000", 1, "FAILED"),
    ("--blocks 100KiB", "--offset 70000 --length 300000", 1, "FAILED (bytes 172400-274799)"),
    ("--blocks 100KiB", "--last 1k", 1, "FAILED (bytes 398576-399599)"),
    ("", "--offset 300000", 0, "OK"), ("--blocks 100KiB", "--length 200000", 0, "OK"),
  ]) func partsAreChecked(_ blocks: String, _ part: String, _ status: Int32, _ word: String) throws
  {
    let directory = try TemporaryDirectory()
    _ = try directory.file(randomBytes(399_600, seed: 4), named: "file")
    let damaged = part.contains("last") ? 399_599 : 200_000
    let program = try mmscan(
      """
      sum \(blocks) \(part) file >list && mmscan sum -c \(part) list >good &&
      printf 'xyz' | dd of=file bs=1 seek=\(damaged) count=1 conv=notrunc status=none && mmscan sum -c \(part) list
      """, before: "cd '\(directory.path)'; PATH='\(productDirectory)':$PATH;")
    #expect(program.status == status, "\(program.errorText)")
    #expect(program.text == "file: \(word)\n")
  }

  @Test func thePartAloneIsPassedOn() throws {
    let directory = try TemporaryDirectory()
    _ = try directory.file(Self.text, named: "file")
    let program = try mmscan(
      """
      sum --tee --offset 100000 --length 1000000 -o sum <file >part &&
      tail -c +100001 file | head -c 1000000 | cmp - part && sha256sum <part | cmp - sum
      """, before: "cd '\(directory.path)';")
    #expect(program.status == 0, "\(program.errorText)")
  }

  @Test(arguments: ranges) func aReportIsOfThePart(_ range: Range<Int>) throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file(Self.text)
    let part = try directory.file(Self.text[range], named: "part")
    let asked = "report --json --buckets 16 --find NEEDLE --show 0"
    let expected = try mmscan("\(asked) \"$1\"", [part.string]).text
    for way in ["\"$1\"", "--no-mmap -j1 \"$1\"", "- <\"$1\""] {
      let found = try mmscan(
        "\(asked) --offset \(range.lowerBound) --length \(range.count) \(way)", [file.string]
      ).text
      let start = range.lowerBound > 0 ? #""start_offset":\#(range.lowerBound),"# : ""
      #expect(
        found.replacing(start, with: "").drop { $0 != "," }.drop { $0 != "}" }
          == expected.drop { $0 != "," }.drop { $0 != "}" }, "\(way)")
      #expect(found.components(separatedBy: "start_offset").count == (start.isEmpty ? 1 : 3))
    }
  }

  @Test func holesAndFramesOfAPartHaveTheirPlaces() throws {
    let directory = try TemporaryDirectory()
    let archive = try Data(
      contentsOf: URL(fileURLWithPath: packageRoot + "/SampleData/multi-frame.zst"))
    let file = try directory.sparseFile(
      byteCount: 8 << 20, [(1 << 20, Array(archive)), (6 << 20, [1])])
    let program = try mmscan(
      "report --json --offset 1MiB --buckets 8 \"$1\"", [file.string])
    let profile = value(try objects(program).first, "profile")
    #expect(value(profile, "bucket_byte_count") as? Int == 1 << 20)
    #expect((value(profile, "frames") as? [Int]) == [6, 0, 0, 0, 0, 0, 0])
    let holes = try #require(value(profile, "hole_byte_counts") as? [Int])
    #expect(holes.map { $0 == 1 << 20 } == [false, true, true, true, true, false, true])
    let page = try mmscan("report --offset 1MiB \"$1\" -o -", [file.string]).text
    #expect(page.contains("from offset 1,048,576") && page.contains("<td>1048576</td>"))
    #expect(page.contains("x=\"0.000\""))
  }

  /// Who asks of the archive beside its content begins where the part does.
  @Test func contentOfAPartIsAskedBesideThePart() throws {
    let whole = "SampleData/multi-frame.zst"
    let found = try mmscan(
      "-z --json --lines --sum md5 --file-sum md5 --frames --offset 48 \(whole)")
    let part = try mmscan(
      "-z --json --lines --sum md5 --file-sum md5 -", before: "tail -c +49 \(whole) |")
    for key in ["lines", "checksums", "file_checksums"] {
      let pair = try [found, part].map {
        try JSONSerialization.data(
          withJSONObject: try #require(objects($0).first?[key]), options: .sortedKeys)
      }
      #expect(pair[0] == pair[1], "\(key): \(found.errorText)")
    }
  }

  @Test(.enabled(if: Program.isInstalled("zstd"), "needs zstd"))
  func blocksOfAPartOfContentHaveTheOffsetsOfTheContent() throws {
    let directory = try TemporaryDirectory()
    let program = try mmscan(
      """
      sum -a md5 -z --blocks 300001 --content-range 1000-1000000 file.zst >list &&
      sed 's/file/file.zst/' <(mmscan sum -a md5 --blocks 300001 --offset 1000 --length 999000 file) | diff - list &&
      mmscan sum -c -z --content-range 1000-1000000 list
      """,
      before:
        "cd '\(directory.path)'; seq 200000 >file; zstd -q file; PATH='\(productDirectory)':$PATH;")
    #expect(program.status == 0 && program.text == "file.zst: OK\n", "\(program.errorText)")
  }

  @Test(arguments: [
    ("scan --last 3 -", "has no size"), ("scan --last 3 --offset 1 x", "leave one out"),
    ("scan --length 0 x", "at least 1"), ("copy --devices a b", "no devices"),
    ("copy --last 3 /proc/version b", "claims no size"),
    ("copy --offset 3 --last 3 a b", "leave one out"), ("report --last 3 -", "has no size"),
  ]) func whatCannotBeIsRefusedInASentence(_ arguments: String, _ sentence: String) throws {
    let program = try mmscan("\(arguments) < <(echo abcdef)")
    #expect(program.status == 2 && program.errorText.contains(sentence), "\(program.errorText)")
  }
}

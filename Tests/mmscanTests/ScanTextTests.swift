import Foundation
import SystemPackage
import TestSupport
import Testing

/// What `mmscan scan` says of words, characters and soundness, in the same read as everything else.
@Suite struct ScanTextTests {
  static let asked = "--lines --words --chars --longest --health"
  static let others = "--sum sha256,crc32 --find x --show 0 --frames"
  static let keys = ["lines", "words", "characters", "longest_line", "health"]

  private func object(_ arguments: String, _ files: [FilePath], locale: String = "C.UTF-8") throws
    -> [String: Any]
  {
    let program = try mmscan(arguments, files.map(\.string), before: "LC_ALL=\(locale)")
    return try #require(try objects(program).first, "\(program.errorText)")
  }

  private func text(_ value: Any?) throws -> String {
    let bytes = try JSONSerialization.data(
      withJSONObject: value as Any, options: [.sortedKeys, .fragmentsAllowed])
    return String(decoding: bytes, as: UTF8.self)
  }

  static let text = Array(
    (0..<300_000).map { "\($0)\t中文 wörd\u{A0}x \($0 % 1013 == 0 ? "\r" : "")\n" }.joined().utf8)

  @Test(arguments: ["C.UTF-8", "C"]) func theyAreWhatCountSaysAmongOtherQuestions(
    locale: String
  ) throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file(Self.text + [0xFF, 0, 0xC3])
    let counted = try object("count --json -lwmL --health \"$1\"", [file], locale: locale)
    let digests = try object("scan --json \(Self.others) \"$1\"", [file], locale: locale)
    for way in ["\"$1\"", "--window 2MiB -j3 --no-mmap \"$1\"", "- <\"$1\""] {
      let scanned = try object(
        "scan --json \(Self.asked) \(Self.others) \(way)", [file], locale: locale)
      for key in Self.keys { #expect(try text(scanned[key]) == text(counted[key]), "\(key)") }
      for key in ["checksums", "patterns", "frames"] {
        #expect(try text(scanned[key]) == text(digests[key]), "\(key)")
      }
    }
  }

  @Test func theyAreTheNumbersOfWc() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file(Self.text)
    let scanned = try object("scan --json \(Self.asked) \"$1\"", [file])
    let wc = try Program.shell("LC_ALL=C.UTF-8 wc -lwmL <\"$1\"", [file.string]).text
    let numbers = wc.split(whereSeparator: \.isWhitespace).map { Int($0) }
    #expect(
      [value(scanned, "lines", "newlines")] + Self.keys[1...3].map { scanned[$0] } as? [Int]
        == numbers)
  }

  @Test func eachIsToldToPeople() throws {
    let program = try mmscan(
      "--words --chars --longest --sum crc32 --health SampleData/server.log", before: "LC_ALL=C")
    #expect(
      program.text == """
        SampleData/server.log  559.7 KiB
          words          49081
          characters     573111
          longest line   119 columns
          encoding       utf-8
          invalid UTF-8  0 bytes
          NUL            0 bytes
          ends of lines  6000 LF, 0 CRLF, 0 CR alone
          last line      has a newline
          longest line   119 bytes, line 4, at offset 293
          crc32          f5c2594d

        """)
  }

  /// The part begins at an odd offset, which must not turn the halves of UTF-16 round.
  @Test func aPartIsSoundByItself() throws {
    let directory = try TemporaryDirectory()
    let wide = Array("abc\ndefghijk\n".utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] })
    let junk = [UInt8](repeating: 0xFF, count: 70_001)
    let file = try directory.file(junk + wide + junk)
    let part = try directory.file(wide, named: "part")
    let expected = try object("scan --json \(Self.asked) \"$1\"", [part])
    #expect(value(expected, "health", "encoding") as? String == "utf-16le")
    for way in ["\"$1\"", "- <\"$1\""] {
      let found = try object(
        "scan --json \(Self.asked) --offset 70001 --length \(wide.count) \(way)", [file])
      for key in Self.keys.dropLast() { #expect(try text(found[key]) == text(expected[key])) }
      #expect(value(found, "health", "encoding") as? String == "utf-16le")
      #expect(value(found, "health", "longest_line", "absolute_offset") as? Int == 70_008)
      #expect(value(found, "health", "longest_line", "line_number") as? Int == 2)
    }
  }

  @Test(.enabled(if: Program.isInstalled("zstd"), "needs zstd"))
  func contentIsAskedAsAFile() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file(Self.text)
    let expected = try object("scan --json \(Self.asked) \"$1\"", [file])
    #expect(try Program.shell("zstd -q \"$1\"", [file.string]).status == 0)
    let found = try object(
      "scan --json -z \(Self.asked) --file-sum crc32 \"$1\".zst", [file])
    for key in Self.keys { #expect(try text(found[key]) == text(expected[key])) }
  }

  @Test func whatWasCountedIsToldWhenItIsStopped() throws {
    let program = try run(
      """
      \(held); size=1G; start --json --no-sparse --words --chars --sum sha512 big 2>err; kill -CONT $scan
      until_said ' [1-9][0-9]*%.* words' err
      kill -INT $scan; wait $scan; status=$?; cat out; exit $status
      """)
    #expect(program.status == 130)
    let object = try #require(try objects(program).first)
    #expect(value(object, "outcome") as? String == "interrupted" && value(object, "words") == nil)
    #expect(value(object, "partial", "findings", 0, "counts", "count") as? Int == 0)
    let characters = value(object, "partial", "findings", 1, "counts", "count") as? Int
    #expect((characters ?? 0) > 0)
  }
}

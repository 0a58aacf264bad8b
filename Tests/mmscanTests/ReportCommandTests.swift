import Foundation
import SystemPackage
import TestSupport
import Testing

@Suite struct ReportCommandTests {
  private static let sparse = """
    truncate -s 8M disk; dd if="$PACKAGE/SampleData/server.log" of=disk bs=1M seek=4 conv=notrunc status=none
    """

  /// What `--json` has of a profile, as whole numbers.
  private func numbers(_ object: [String: Any], _ key: String) -> [Int] {
    (value(object, "profile", key) as? [Any])?.compactMap { ($0 as? NSNumber)?.intValue } ?? []
  }

  @Test func countsAreThoseOfTheBytesOfEachBucket() throws {
    let log = [UInt8](
      try Data(contentsOf: URL(fileURLWithPath: packageRoot + "/SampleData/server.log")))
    let program = try mmscan("report --json --buckets 100 -F -e ERROR SampleData/server.log")
    #expect(program.status == 0 && program.errors.isEmpty)
    let object = try objects(program)[0]
    let size = try #require(value(object, "profile", "bucket_byte_count") as? Int)
    #expect(size == 8192)
    let buckets = stride(from: 0, to: log.count, by: size).map {
      log[$0..<min(log.count, $0 + size)]
    }
    #expect(value(object, "profile", "bucket_count") as? Int == buckets.count)
    #expect(numbers(object, "newlines") == buckets.map { $0.count { $0 == 10 } })
    #expect(numbers(object, "high") == buckets.map { $0.count { $0 >= 128 } })
    #expect(numbers(object, "printable") == buckets.map { $0.count { (33...126).contains($0) } })
    let places = log.indices.filter { log[$0...].starts(with: "ERROR".utf8) }
    let matches = value(object, "profile", "matches", 0) as? [Int]
    #expect(matches == buckets.map { bucket in places.count { bucket.indices.contains($0) } })
    let entropies = try #require(value(object, "profile", "entropy") as? [Double])
    for (bucket, entropy) in zip(buckets, entropies) {
      let counts = Dictionary(grouping: bucket) { $0 }.mapValues { Double($0.count) }
      let expected = counts.values.reduce(0) {
        $0 - $1 / Double(bucket.count) * log2($1 / Double(bucket.count))
      }
      #expect(abs(entropy - expected) < 1e-5)
    }
  }

  @Test(arguments: ["", "--no-mmap", "-j 1 --window 2MiB", "-j 5", "--no-sparse"])
  func theAnswerDependsOnNoWay(options: String) throws {
    let program = try run(
      """
      \(Self.sparse); profile() { grep -o '"profile":.*' | sed 's/,"hole_byte_counts":[^]]*]//'; }
      mmscan report --json --buckets 64 -e ERROR \(options) disk | profile >file
      cat disk | mmscan report --json --buckets 64 -e ERROR - | profile | cmp - file && wc -c <file
      """)
    #expect(program.status == 0 && program.errors.isEmpty, "\(program.errorText)")
    #expect(Int(program.text.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0 > 500)
  }

  @Test func holesAndFramesHaveTheirPlaces() throws {
    let program = try run("\(Self.sparse); mmscan report --json --buckets 8 disk")
    let holes = numbers(try objects(program)[0], "hole_byte_counts")
    #expect(holes[..<4] == [1 << 20, 1 << 20, 1 << 20, 1 << 20][...])
    #expect(holes[4] < 1 << 20 && holes[5...] == [1 << 20, 1 << 20, 1 << 20][...])
    let frames = try mmscan("report --json --buckets 8 SampleData/multi-frame.zst")
    #expect(numbers(try objects(frames)[0], "frames") == [2, 1, 1, 1, 1])
  }

  @Test(arguments: ["empty", "one"]) func smallFilesHaveReports(name: String) throws {
    let program = try run(
      """
      : >empty; printf a >one; mmscan report \(name) && mmscan report \(name) -o page && tail -c 8 page
      """)
    #expect(program.status == 0 && program.errors.isEmpty, "\(program.errorText)")
    #expect(program.text.contains(name == "one" ? "1 bucket of 1 KiB" : "0 buckets"))
    #expect(program.text.hasSuffix("</html>\n"))
  }

  @Test func aPageHasOneScriptAndNoAddress() throws {
    let name = "<img src=x>\u{1B}[31m\u{202E}&\"'"
    let directory = try TemporaryDirectory()
    let text = "</script><script>alert(1)</script><!-- \u{1B}]0;x\u{7} \u{2066}"
    let file = try directory.file(Array("\(text)\n\(text)\n".utf8), named: name)
    let program = try mmscan(
      "report -F -e \"$2\" -e '<b>&' \"$1\" -o -", [file.string, text])
    #expect(program.status == 0 && program.errors.isEmpty, "\(program.errorText)")
    let page = program.text
    #expect(page.ranges(of: "<script").count == 1 && page.ranges(of: "</script").count == 1)
    #expect(!page.contains("<img") && !page.contains("<b>&") && !page.contains("<!--"))
    #expect(page.contains("&lt;img src=x&gt;\\x1b[31m\\u{202e}&amp;&quot;&#39;"))
    #expect(page.contains("&lt;/script&gt;&lt;script&gt;alert(1)"))
    let unsafe = page.unicodeScalars.filter {
      $0 != "\n"
        && ($0.value < 32 || (0x7F..<0xA0).contains($0.value)
          || (0x2028...0x202E).contains($0.value) || (0x2066...0x2069).contains($0.value))
    }
    #expect(unsafe.isEmpty)
    #expect(!page.contains("http:") && !page.contains("https:") && !page.contains("url("))
  }

  /// Whether the page's policy lets its own script run shows in Chromium; here, that it names that script.
  @Test(.enabled(if: Program.isInstalled("sha256sum") && Program.isInstalled("base64")))
  func thePolicyNamesTheScript() throws {
    let program = try run(
      """
      mmscan report text -o page
      perl -0ne 'print $1 if /<script>(.*?)<\\/script>/s' page >script
      grep -qF "sha256-$(sha256sum script | cut -c-64 | xxd -r -p 2>/dev/null | base64)" page ||
        grep -qF "sha256-$(perl -MDigest::SHA=sha256_base64 -0ne 'print sha256_base64($_)' script)" page
      """)
    #expect(program.status == 0, "\(program.errorText)")
  }

  static let endings = [
    Ending("mmscan report text -o page && head -1 page", 0, answer: "<!DOCTYPE html>"),
    Ending(
      "mmscan report text --find nothing -o page; s=$?; head -1 page; exit $s", 1, answer: "<!D"),
    Ending("mmscan report text -o /dev/full", 2, "/dev/full: No space left on device"),
    Ending("mmscan report text -o - >/dev/full", 2, "cannot write to the standard output"),
    Ending("mmscan report text -o no/page", 2, "no/page: No such file or directory"),
    Ending("mkdir d; mmscan report text -o d", 2, "d: is a directory"),
    Ending("mmscan report text -o ./text", 2, "./text: is the file that is reported on"),
    Ending("ln -s text l; mmscan report text -o l", 2, "l: is the file that is reported on"),
    Ending("mmscan report none -o page", 2, "none: "),
    Ending("mmscan report text --json -o -", 2, "both want the standard output"),
    Ending("mmscan report -z --skip-errors text", 2, "content has no gaps"),
    Ending("mmscan report -z --content-range 0-9 --frames text", 2, "leave out --frames"),
    Ending("mmscan report --content-range 0-9 text", 2, "add -z"),
    Ending("mmscan report text --buckets 7", 2, "--buckets takes a number from 8 to 8192"),
    Ending("mmscan report text -o page --json | cut -c-22", 0, answer: #"{"schema":"mmscan/1","#),
  ]

  @Test(arguments: endings) func endsAsItSays(_ ending: Ending) throws { try check(ending) }

  @Test(.enabled(if: Program.isInstalled("zstd"), "needs zstd"), arguments: ["", "--frames"])
  func contentIsReportedAsAFile(_ frames: String) throws {
    let program = try run(
      """
      cp "$PACKAGE/SampleData/server.log" log; zstd -q log
      report() { mmscan report --json --buckets 50 -F -e ERROR --show 1 "$@"; }
      report log; report -z \(frames) log.zst; report -z log; mmscan report -z log.zst -o - | tail -c 8
      """)
    #expect(program.status == 0, "\(program.errorText)")
    let texts = program.text.split(separator: "\n")
    #expect(texts[3] == "</html>")
    let found = try texts[..<3].map {
      try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }
    for key in ["profile", "lines", "checksums"] {
      let values = try found.map {
        try JSONSerialization.data(withJSONObject: try #require($0?[key]), options: .sortedKeys)
      }
      #expect(values[0] == values[1] && values[0] == values[2], "\(key)")
    }
    #expect(value(found[1], "content", "byte_count") as? Int == 573_111)
    #expect(value(found[1], "patterns", 0, "shown", 0, "frame") as? Int == 0)
    #expect((value(found[1], "frames") == nil) == frames.isEmpty)
  }

  @Test func growthIsToldIfItIsAllowed() throws {
    let program = try run(
      """
      \(held); start report --allow-growth --no-sparse --sum sha512 big -o page; echo >>big; finish; s=$?
      grep -o 'class="warning">.*</p>' page; exit $s
      """)
    #expect(program.status == 0)
    let sentence = "grew by 1 bytes while it was scanned; they were not scanned"
    #expect(program.errorText == "mmscan: big: \(sentence)\n")
    #expect(program.text.contains("The file \(sentence).</p>"))
  }

  @Test func bytesThatCannotBeReadAreLeftOut() throws {
    let program = try FaultyFile.run(
      "--eio 8192-12288", "mmscan report --skip-errors --json --buckets 64 file")
    #expect(program.status == 3)
    #expect(program.errorText.contains("4096 bytes at offset 8192 could not be read"))
    let object = try #require(try objects(program).first)
    #expect(value(object, "outcome") as? String == "incomplete")
    #expect(value(object, "checksums") is NSNull)
    #expect(numbers(object, "zeros").reduce(0, +) == 4096)
    let page = try FaultyFile.run(
      "--eio 8192-12288", "mmscan report --skip-errors --quiet file -o -")
    #expect(page.status == 3 && page.text.contains("Incomplete: 4096 bytes at offset 8192"))
  }

  @Test func aPageThatCannotBeWrittenLeavesTheOldOne() throws {
    let program = try run(
      """
      echo old >page; cp "$PACKAGE/SampleData/server.log" log
      (ulimit -f 16; mmscan report log -o page); echo "status $?"; cat page; ls -A
      """)
    #expect(program.text == "status 2\nold\nlog\npage\ntext\n")
    #expect(program.errorText == "mmscan: page: File too large\n")
  }

  @Test func aPageReplacesAnotherThroughALinkAndKeepsItsMode() throws {
    let program = try run(
      """
      umask 022; echo old >page; chmod 640 page; ln -s page link; mmscan report text -o link
      mmscan report text -o new; stat -c %a page new; test -L link && head -c 15 page; ls -A | wc -l
      """)
    #expect(program.text == "640\n644\n<!DOCTYPE html>4\n")
    #expect(program.errors.isEmpty)
  }

  @Test func aFileThatChangesHasNoReport() throws {
    let program = try run(
      "\(held); echo old >page; start report --no-sparse --sum sha512 big -o page; echo >>big; finish; s=$?; cat page; exit $s"
    )
    #expect(program.status == 3, "\(program.errorText)")
    #expect(program.text == "old\n")
    #expect(program.errorText.contains("grew by 1 bytes while it was scanned"))
  }
}

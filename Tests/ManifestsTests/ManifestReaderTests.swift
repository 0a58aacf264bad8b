import Checksums
import Manifests
import Testing

private let md5 = "5d41402abc4b2a76b9719d911017c592"
private let sha256 = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"

/// Reads lines, and tells in short what came of each.
private func read(_ text: String, _ algorithms: [ChecksumAlgorithm]? = nil) -> [String] {
  var reader = ManifestReader(algorithms)
  return text.utf8.split(separator: 10, omittingEmptySubsequences: false).map { line in
    switch reader.read(Array(line)[...]) {
    case .nothing: return "-"
    case .malformed: return "?"
    case .line(let line):
      let digests = line.digests.map { $0.map(\.algorithm.name).joined(separator: "|") }
      return String(decoding: line.name, as: UTF8.self) + " " + digests.joined(separator: "&")
    }
  }
}

@Suite struct ManifestReaderTests {
  @Test(arguments: [
    // Without a tag.
    ("\(sha256)  a", ["a sha256|blake3"]),
    ("\(sha256) *a b", ["a b sha256|blake3"]),
    ("\(sha256.uppercased())  a", ["a sha256|blake3"]),
    ("  \(md5)  a\r", ["a xxh128|md5"]),
    ("\\\(md5)  a\\nb\\\\c\\rd", ["a\nb\\c\rd xxh128|md5"]),
    ("\\\(md5)  a\\qb", ["?"]),
    ("\\\(md5)  a\\", ["?"]),
    ("\(md5)x  a", ["?"]), ("\(md5)", ["?"]), ("\(md5) ", ["?"]),
    ("\(md5)  a\u{0}b", ["?"]),
    // One space or two: the first line decides.
    ("\(md5) a\n\(md5)  a", ["a xxh128|md5", " a xxh128|md5"]),
    ("\(md5)  a\n\(md5) a", ["a xxh128|md5", "?"]),
    // With a tag.
    ("SHA256 (a) = \(sha256)", ["a sha256"]),
    ("SHA256(a)= \(sha256)", ["a sha256"]),
    ("SHA-256 (a) = \(sha256)", ["a sha256"]),
    ("BLAKE3 (a) = \(sha256)\r", ["a blake3"]),
    ("SHA256 (a) (b) = \(sha256)", ["a) (b sha256"]),
    ("\\MD5 (a\\nb) = \(md5)", ["a\nb md5"]),
    ("MD5 (a) = \(sha256)", ["?"]), ("MD9 (a) = \(md5)", ["?"]),
    ("MD5 (a) = \(md5) ", ["?"]),
    // xxhsum.
    ("XXH3_26c7827d889f6da3  a", ["a xxh3"]),
    ("XXH64_LE (a) = a36d9f887d82c726", ["a xxh64"]),
    // sha224sum, cksum, b2sum.
    ("\(sha256.prefix(56))  a", ["a sha224"]), ("SHA224 (a) = \(sha256.prefix(56))", ["a sha224"]),
    ("SM3 (a) = \(sha256)", ["a sm3"]), ("\(sha256)\(sha256)  a", ["a sha512|blake2b"]),
    ("BLAKE2b (a) = \(sha256)\(sha256)", ["a blake2b"]),
    ("BLAKE2b-512 (a) = \(sha256)\(sha256)", ["a blake2b"]),
    ("BLAKE2b-256 (a) = \(sha256)", ["a blake2b-256"]), ("BLAKE2b-8 (a) = 2c", ["a blake2b-8"]),
    ("BLAKE2b (a) = \(sha256)", ["?"]), ("BLAKE2b-8 (a) = 2cf2", ["?"]),
    ("BLAKE2b-7 (a) = 2c", ["?"]), ("BLAKE2b-0 (a) = \(sha256)\(sha256)", ["?"]), ("2c  a", ["?"]),
    ("BSD (a) = 2cf2", ["a bsd"]), ("SYSV (a) = 2cf2", ["a sysv"]), ("2cf2  a", ["?"]),
    ("36979     1 a", ["?"]),
    // Base64.
    ("XUFAKrxLKna5cZ2REBfFkg==  a", ["a xxh128|md5"]),
    ("MD5 (a) = XUFAKrxLKna5cZ2REBfFkg==", ["a md5"]),
    ("MD5 (a) = XUFAKrxLKna5cZ2REBfFkh==", ["?"]),
    // cksum.
    ("3287646509 5 a b", ["a b cksum"]), ("12738659 1 x", ["x cksum"]),
    ("12738659  1 x", ["1 x crc32|crc32c|xxh32"]), ("CRC (a) = c3f5d2ed", ["a cksum"]),
    ("4294967296 5 a", ["?"]), ("1  5 a", ["?"]),
    // Comments.
    ("# c\n\n; sfv\n \nwhat", ["-", "-", "-", "?", "?"]),
    // SFV, rhash.
    ("a b 3610A686", ["a b crc32"]),
    ("a b  3610a686  \(md5)", ["a b crc32&xxh128|md5"]),
    // hashdeep.
    (
      "%%%% HASHDEEP-1.0\n%%%% size,md5,tiger,sha256,filename\n## x\n5,\(md5),00,\(sha256),a,b",
      ["-", "-", "-", "a,b md5&sha256"]
    ),
    ("%%%% size,md5,filename\n5,\(md5)\nx,\(md5),a\n5,\(sha256),a", ["-", "?", "?", "?"]),
    ("%%%% size,tiger,filename", ["?"]),
  ])
  func readsLines(text: String, expected: [String]) {
    #expect(read(text) == expected)
  }

  @Test(arguments: [
    ("\(sha256)  a", ["a sha256"]), ("\(md5)  a", ["?"]), ("BLAKE3 (a) = \(sha256)", ["?"]),
    ("; sfv", ["?"]), ("a 3610A686", ["?"]), ("a \(sha256)", ["?"]),
  ])
  func onlyAlgorithmsThatCountAreRead(text: String, expected: [String]) {
    #expect(read(text, [.sha256]) == expected)
  }

  @Test(arguments: [
    ("2c  a", ["a blake2b-8"]), ("\(md5)  a", ["a blake2b-128"]),
    ("\(sha256)  a", ["a sha256|blake2b-256"]), ("BLAKE2b-128 (a) = \(md5)", ["a blake2b-128"]),
    ("LPI=  a", ["?"]), ("SM3 (a) = \(sha256)", ["?"]),
    ("\(sha256)\(sha256)00  a", ["?"]),
  ])
  func blake2bIsOfAnyLength(text: String, expected: [String]) {
    #expect(read(text, [.sha256, .blake2b()]) == expected)
    #expect(read(text, [.blake2b(byteCount: 20), .sha256]) == expected)
  }

  @Test(arguments: [
    ("a offset 0-1023", 1, 0 as UInt64, 1023 as UInt64), ("a offset 1 offset 5-5", 10, 5, 5),
  ])
  func namesMayEndWithABlock(name: String, length: Int, first: UInt64, last: UInt64) throws {
    var reader = ManifestReader()
    guard case .line(let line) = reader.read(Array("\(md5)  \(name)".utf8)[...]) else {
      Issue.record("no line")
      return
    }
    let block = try #require(line.block)
    #expect(block.nameByteCount == length)
    #expect(block.bytes == first...last)
    #expect(line.blockName == Array(name.utf8.prefix(length)))
    #expect(line.name == Array(name.utf8))
  }

  @Test(arguments: [
    "a", "a offset 5", "a offset 5-4", " offset 0-1", "a offset -1", "a offset 1-",
    "a offset 0-18446744073709551615", "a offset 0-99999999999999999999", "a 0-1", "0-1",
  ])
  func otherNamesDoNot(name: String) {
    var reader = ManifestReader()
    guard case .line(let line) = reader.read(Array("\(md5) *\(name)".utf8)[...]) else {
      Issue.record("no line")
      return
    }
    #expect(line.block == nil)
  }
}

@Suite struct ManifestStyleTests {
  @Test(arguments: [
    (ChecksumAlgorithm.bsd, 0 as UInt64, "00258     0 a"), (.bsd, 1, "00258     1 a"),
    (.bsd, 1024, "00258     1 a"), (.bsd, 1025, "00258     2 a"),
    (.bsd, 1 << 34, "00258 16777216 a"), (.sysv, 512, "258 1 a"), (.sysv, 513, "258 2 a"),
    (.sysv, .max, "258 36028797018963968 a"),
  ])
  func sumsCountBlocks(algorithm: ChecksumAlgorithm, byteCount: UInt64, expected: String) {
    let digest = Digest(algorithm: algorithm, bytes: [1, 2])
    let line = ManifestStyle().line(digest, Array("a".utf8), byteCount: byteCount)
    #expect(String(decoding: line, as: UTF8.self) == expected + "\n")
  }

  /// What is written is read again.
  @Test(
    arguments: ChecksumAlgorithm.allCases,
    ["a", "a b", "a\nb", "a\\b\r", "a) = b", "*a", "(", " a", "\u{1F600}"])
  func isRead(algorithm: ChecksumAlgorithm, name: String) {
    let digest = Digest(
      algorithm: algorithm, bytes: (0..<algorithm.digestByteCount).map { UInt8(200 - $0) })
    for number in 0..<8 {
      var style = ManifestStyle()
      style.isTagged = number & 1 != 0
      style.usesBase64 = number & 2 != 0
      style.marksBinary = number & 4 != 0
      // Nobody reads the lines of sum.
      if [.sysv, .bsd].contains(algorithm), !style.isTagged { continue }
      // The lines of cksum have no escapes, and base64 of its digest is another's first.
      if algorithm == .cksum, !style.isTagged, name.contains("\n") || name.hasSuffix("\r") {
        continue
      }
      var reader = ManifestReader([.cksum, .sm3].contains(algorithm) ? [algorithm] : nil)
      let text = style.line(digest, Array(name.utf8), byteCount: 5)
      guard case .line(let line) = reader.read(text.dropLast()) else {
        Issue.record("\(String(decoding: text, as: UTF8.self)) is not read")
        continue
      }
      #expect(line.name == Array(name.utf8))
      #expect(line.digests.count == 1)
      #expect(line.digests[0].contains(digest))
    }
  }
}

@Suite struct ManifestTemplateTests {
  private let digests = [
    Digest(algorithm: .crc32, bytes: [0x36, 0x10, 0xA6, 0x86]),
    Digest(algorithm: .xxh64, bytes: [1, 2, 3, 4, 5, 6, 7, 0xAB]),
  ]

  @Test(arguments: [
    ("%p %f %s\\n", "d/a a 5\n"), ("%c %C %Bc", "3610a686 3610A686 NhCmhg=="),
    ("%{xxh64} %{XXH-64}%%\\t\\\\", "01020304050607ab 01020304050607AB%\t\\"), ("", ""),
  ])
  func isFilled(template: String, expected: String) throws {
    let text = try ManifestTemplate(Array(template.utf8))
      .text(digests, Array("d/a".utf8), byteCount: 5)
    #expect(String(decoding: text, as: UTF8.self) == expected)
  }

  @Test(arguments: ["%", "%q", "%{md9}", "%{md5", "\\q", "\\", "%Bp"])
  func mistakesAreTold(template: String) {
    #expect(throws: ManifestTemplate.Mistake.self) { try ManifestTemplate(Array(template.utf8)) }
  }
}

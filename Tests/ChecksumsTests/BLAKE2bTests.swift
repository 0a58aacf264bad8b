import Checksums
import TestSupport
import Testing

@Suite struct BLAKE2bTests {
  /// RFC 7693, appendix A; the other one is of the authors' reference code.
  @Test(arguments: [
    (
      "abc",
      "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
        + "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923"
    ),
    (
      "",
      "786a02f742015903c6c6fd852552d272912f4740e15847618a86e217f71f5419"
        + "d25e1031afee585313896444934eb04b903a685b1448b755d56f701afe9be2ce"
    ),
  ])
  func hasTheValueOfItsStandard(text: String, expected: String) throws {
    #expect(try whole(BLAKE2b(), Array(text.utf8)).hex == expected)
  }

  /// Blocks have 128 bytes, and the last one, be it full, is another one than the rest.
  @Test func agreesWithTheNaiveTwin() throws {
    let twin = NaiveBLAKE2b(digestByteCount: 64)
    for byteCount in Array(0...400) + [1023, 1024, 1025, 65_535, 65_536, 65_537] {
      let bytes = randomBytes(byteCount, seed: UInt64(byteCount))
      #expect(try whole(BLAKE2b(), bytes).bytes == twin.digest(bytes), "\(byteCount) bytes")
    }
  }

  @Test(arguments: 1...64) func hasDigestsOfEveryLength(byteCount: Int) throws {
    let algorithm = ChecksumAlgorithm.blake2b(byteCount: byteCount)
    let twin = NaiveBLAKE2b(digestByteCount: byteCount)
    for length in [0, 1, 128, 129, 1000] {
      let bytes = randomBytes(length, seed: UInt64(byteCount))
      let digest = try whole(algorithm.makeAnalyzer(), bytes)
      #expect(digest == Digest(algorithm: algorithm, bytes: twin.digest(bytes)))
    }
  }

  @Test(arguments: [127, 128, 129, 256, 300]) func obeysTheLaw(byteCount: Int) throws {
    try checkEveryCut(BLAKE2b(digestByteCount: 20), randomBytes(byteCount, seed: 22))
  }
}

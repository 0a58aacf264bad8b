import Checksums
import Testing

@Suite struct DigestTests {
  @Test func printsBytesInOrderAndLowerCase() {
    let digest = Digest(algorithm: .crc32, bytes: [0x00, 0x0A, 0xF0, 0xFF])
    #expect(digest.hex == "000af0ff")
  }

  @Test func differsByBytesAndByAlgorithm() {
    let digest = Digest(algorithm: .crc32, bytes: [1, 2, 3, 4])
    #expect(digest == Digest(algorithm: .crc32, bytes: [1, 2, 3, 4]))
    #expect(digest != Digest(algorithm: .crc32, bytes: [1, 2, 3, 5]))
    #expect(digest != Digest(algorithm: .crc32c, bytes: [1, 2, 3, 4]))
  }
}

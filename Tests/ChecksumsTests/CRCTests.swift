import Checksums
import ScanEngine
import TestSupport
import Testing

/// A CRC with its naive twin, so that one test serves all three.
struct CRCCase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let algorithm: ChecksumAlgorithm
  /// The published check value: the checksum of `123456789`.
  let checkValue: String
  /// The checksum of 2³³ zero bytes, by `head -c 8589934592 /dev/zero | rhash -` and, for CRC-64,
  /// 8192 calls of ISA-L.
  let zeros: String
  let checkLaw: @Sendable ([UInt8]) throws -> Void
  let naive: @Sendable (_ bytes: [UInt8], _ zeroCount: UInt64) -> String

  init<Model: CRCModel>(
    _ type: CRC<Model>.Type, _ algorithm: ChecksumAlgorithm, reflected: Model.Word,
    checkValue: String, zeros: String
  ) {
    testDescription = algorithm.displayName
    self.algorithm = algorithm
    self.checkValue = checkValue
    self.zeros = zeros
    checkLaw = {
      try checkEveryMerge(CRC<Model>(), $0)
      try checkZeros(CRC<Model>())
    }
    let twin = NaiveCRC<Model.Word>(reflected: reflected)
    naive = { hex(twin.checksum($0, thenZeros: $1)) }
  }

  func compute(_ bytes: [UInt8]) throws -> String {
    try whole(algorithm.makeAnalyzer(), bytes).hex
  }

  static let all = [
    CRCCase(
      CRC32.self, .crc32, reflected: 0xEDB8_8320, checkValue: "cbf43926", zeros: "41d912ff"),
    CRCCase(
      CRC32C.self, .crc32c, reflected: 0x82F6_3B78, checkValue: "e3069283", zeros: "48674bc7"),
    CRCCase(
      CRC64.self, .crc64, reflected: 0xC96C_5795_D787_0F42, checkValue: "995dc9bbdf1939fa",
      zeros: "42a49b60319d0725"),
  ]
}

@Suite struct CRCTests {
  @Test(arguments: CRCCase.all)
  func hasThePublishedCheckValue(crc: CRCCase) throws {
    let bytes = Array("123456789".utf8)
    #expect(try crc.compute(bytes) == crc.checkValue)
    #expect(crc.naive(bytes, 0) == crc.checkValue)
  }

  @Test(arguments: CRCCase.all)
  func isZeroForAnEmptyInput(crc: CRCCase) throws {
    #expect(try crc.compute([]) == String(repeating: "0", count: crc.checkValue.utf8.count))
  }

  /// The 32 bytes of zeros, of ones, and counting up and down of RFC 3720, section B.4. The RFC
  /// prints the bytes as they are sent, so least significant byte first.
  @Test(
    arguments: zip(
      [
        [UInt8](repeating: 0, count: 32), [UInt8](repeating: 255, count: 32), Array(0..<32),
        Array((0..<32).reversed()),
      ],
      ["8a9136aa", "62a8ab43", "46dd794e", "113fdb5c"]))
  func crc32CHasTheValuesOfTheISCSIStandard(bytes: [UInt8], expected: String) throws {
    #expect(try whole(CRC32C(), bytes).hex == expected)
  }

  @Test(arguments: CRCCase.all)
  func agreesWithTheNaiveTwinAtEveryLength(crc: CRCCase) throws {
    for length in Array(0...600) + [1023, 1024, 1025, 4095, 4097, 65_537] {
      let bytes = randomBytes(length, seed: UInt64(length))
      #expect(try crc.compute(bytes) == crc.naive(bytes, 0), "length \(length)")
    }
  }

  @Test(arguments: CRCCase.all)
  func agreesWithTheNaiveTwinAtEveryAlignment(crc: CRCCase) throws {
    let bytes = randomBytes(700, seed: 1)
    for start in 0..<70 {
      let window = try feed(crc.algorithm.makeAnalyzer(), bytes, window: start..<bytes.count)
      #expect(try window.finalize().hex == crc.naive(Array(bytes[start...]), 0), "from \(start)")
    }
  }

  @Test(arguments: [1, 2, 7, 64, 999, 4096, 1 << 30])
  func crc32CDoesNotDependOnThePiecesTheLibraryGets(pieceByteCount: Int) {
    let bytes = randomBytes(4096, seed: 2)
    // SAFETY: every byte of an array of UInt8 is initialised.
    let span = unsafe bytes.span.bytes
    let found = CRC32CModel.extend(0x1234_5678, with: span, pieceByteCount: pieceByteCount)
    #expect(found == CRC32CModel.extend(0x1234_5678, with: span))
  }

  @Test(arguments: CRCCase.all)
  func takesATileTooLongForACInt(crc: CRCCase) throws {
    let byteCount = 1 << 31 + 12_345
    let zeros = GuardedMemory(byteCount: byteCount)
    var analyzer = crc.algorithm.makeAnalyzer()
    try update(&analyzer, zeros, 0..<byteCount)
    #expect(try analyzer.finalize().hex == crc.naive([], UInt64(byteCount)))
  }
}

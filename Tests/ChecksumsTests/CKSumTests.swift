import Checksums
import TestSupport
import Testing

@Suite struct CKSumTests {
  /// The steps that POSIX describes, bit by bit.
  private func naive(_ bytes: [UInt8]) -> UInt32 {
    var register: UInt32 = 0
    func take(_ byte: UInt8) {
      register ^= UInt32(byte) << 24
      for _ in 0..<8 {
        register = register << 1 ^ (register >> 31 == 1 ? 0x04C1_1DB7 : 0)
      }
    }
    for byte in bytes { take(byte) }
    var length = bytes.count
    while length > 0 {
      take(UInt8(length & 255))
      length >>= 8
    }
    return ~register
  }

  @Test func agreesWithTheNaiveTwin() throws {
    for byteCount in Array(0...300) + [65_535, 65_536, 65_537] {
      let bytes = randomBytes(byteCount, seed: UInt64(byteCount))
      #expect(try whole(CKSum(), bytes).hex == hex(naive(bytes)), "\(byteCount) bytes")
    }
  }

  @Test(arguments: [0, 1, 9, 40, 300]) func obeysTheLaw(byteCount: Int) throws {
    try checkEveryMerge(CKSum(), randomBytes(byteCount, seed: 21))
  }

  @Test func takesZerosUnseen() throws { try checkZeros(CKSum()) }
}

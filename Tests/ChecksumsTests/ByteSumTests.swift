import Checksums
import TestSupport
import Testing

/// The checksums of `sum`.
@Suite struct ByteSumTests {
  private static let byteCounts = Array(0...300) + [65_535, 65_536, 65_537, 1 << 20 + 3]

  /// The sum of all bytes, one after the other, and then its carries until none is left.
  private func naiveSysV(_ bytes: [UInt8]) -> UInt16 {
    var sum = bytes.reduce(0 as UInt64) { $0 + UInt64($1) }
    while sum > 0xFFFF { sum = sum % 0x1_0000 + sum / 0x1_0000 }
    return UInt16(sum)
  }

  /// In whole numbers, without bits.
  private func naiveBSD(_ bytes: [UInt8]) -> UInt16 {
    var sum = 0
    for byte in bytes {
      let half = sum / 2
      sum = (sum % 2 == 1 ? half + 0x8000 : half) + Int(byte)
      sum %= 0x1_0000
    }
    return UInt16(sum)
  }

  @Test func thatOfSystemVAgreesWithTheNaiveTwin() throws {
    for byteCount in Self.byteCounts {
      let bytes = randomBytes(byteCount, seed: UInt64(byteCount))
      #expect(try whole(SysVSum(), bytes).hex == hex(naiveSysV(bytes)), "\(byteCount) bytes")
    }
    let largest = Array(repeating: 0xFF as UInt8, count: 70_000)
    #expect(try whole(SysVSum(), largest).hex == hex(naiveSysV(largest)))
  }

  @Test func thatOfBSDAgreesWithTheNaiveTwin() throws {
    for byteCount in Self.byteCounts {
      let bytes = randomBytes(byteCount, seed: UInt64(byteCount))
      #expect(try whole(BSDSum(), bytes).hex == hex(naiveBSD(bytes)), "\(byteCount) bytes")
    }
    let largest = Array(repeating: 0xFF as UInt8, count: 70_000)
    #expect(try whole(BSDSum(), largest).hex == hex(naiveBSD(largest)))
  }

  @Test(arguments: [0, 1, 9, 40, 300]) func thatOfSystemVObeysTheLaw(byteCount: Int) throws {
    try checkEveryMerge(SysVSum(), randomBytes(byteCount, seed: 23))
  }

  @Test(arguments: [0, 1, 9, 40, 300]) func thatOfBSDObeysTheLaw(byteCount: Int) throws {
    try checkEveryCut(BSDSum(), randomBytes(byteCount, seed: 24))
  }

  @Test func thatOfSystemVTakesZerosUnseen() throws { try checkZeros(SysVSum()) }

  /// As GNU has it: of the sum of the bytes, 0x1_FE00_0000, the part beyond 32 bits is forgotten, and no carry.
  @Test func theSumOfSystemVWraps() throws {
    var part = SysVSum()
    let block = Array(repeating: 0xFF as UInt8, count: 1 << 16)
    part = try feed(part, block, window: 0..<block.count)
    for _ in 0..<9 { part.merge(part) }
    #expect(part.finalize().hex == "fe00")
  }
}

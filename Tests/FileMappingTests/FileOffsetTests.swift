import FileMapping
import Testing

@Suite struct FileOffsetTests {
  static let halves: [(UInt32, UInt32, UInt64)] = [
    (0, 0, 0), (0, 1, 1), (0, 0xFFFF_FFFF, 0xFFFF_FFFF), (1, 0, 0x1_0000_0000),
    (1, 0x4000_0000, 5 << 30), (1, 0x1_0000, (4 << 30) + 65536), (0x8000_0000, 0, 1 << 63),
    (0xFFFF_FFFF, 0xFFFF_FFFF, .max),
  ]

  @Test(arguments: halves) func isBuiltFromHalves(high: UInt32, low: UInt32, whole: UInt64) {
    #expect(FileOffset(high: high, low: low).rawValue == whole)
  }

  @Test(arguments: halves) func splitsIntoHalves(high: UInt32, low: UInt32, whole: UInt64) {
    #expect(FileOffset(whole).high == high)
    #expect(FileOffset(whole).low == low)
  }

  @Test func ordersByTheWholeNumber() {
    #expect(FileOffset(high: 0, low: .max) < FileOffset(high: 1, low: 0))
  }
}

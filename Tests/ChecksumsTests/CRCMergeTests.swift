import Checksums
import ScanEngine
import TestSupport
import Testing

@Suite struct CRCMergeTests {
  @Test(arguments: CRCCase.all, ["", "x", "123456789", "The quick brown fox jumps over the dog."])
  func obeysTheLaw(crc: CRCCase, text: String) throws {
    try crc.checkLaw(Array(text.utf8))
  }

  @Test(arguments: CRCCase.all)
  func obeysTheLawOnALongerInput(crc: CRCCase) throws {
    try crc.checkLaw(randomBytes(300, seed: 3))
  }

  @Test func appendsEveryLengthToEveryOther() throws {
    try appendEveryLength(CRC32())
    try appendEveryLength(CRC32C())
    try appendEveryLength(CRC64())
  }

  private func appendEveryLength<A: MergeableAnalyzer<Digest>>(_ fresh: A) throws {
    let bytes = randomBytes(301, seed: 4)
    let prefixes = try (0...300).map { try $0 == 0 ? fresh : feed(fresh, bytes, window: 0..<$0) }
    for end in 1...300 {
      let expected = try prefixes[end].finalize()
      for start in 0..<end {
        var joined = prefixes[start]
        joined.merge(try feed(fresh, bytes, window: start..<end))
        #expect(try joined.finalize() == expected, "0..<\(start) and \(start)..<\(end)")
      }
    }
  }

  @Test func eightGibibytesOfZerosHaveTheValueOfTheUsualTools() throws {
    let expected = CRCCase.all.map(\.zeros)
    #expect(try ZeroRuns(CRC32()).run(1 << 33).finalize().hex == expected[0])
    #expect(try ZeroRuns(CRC32C()).run(1 << 33).finalize().hex == expected[1])
    #expect(try ZeroRuns(CRC64()).run(1 << 33).finalize().hex == expected[2])
  }

  @Test(
    arguments: [
      0xFFFF_FFFF, 0x1_0000_0000, 0x1_0000_0001, 0x2_0000_3039, 0xFF_FFFF_FFFF,
      0x0100_0000_8000_0000, 0x7FFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0001, UInt64.max - 9,
    ] as [UInt64])
  func appendsAHugeLengthAsTheNaiveTwin(zeroCount: UInt64) throws {
    let cases = CRCCase.all
    #expect(try appendZeros(CRC32(), zeroCount) == cases[0].naive(prefix, zeroCount))
    #expect(try appendZeros(CRC32C(), zeroCount) == cases[1].naive(prefix, zeroCount))
    #expect(try appendZeros(CRC64(), zeroCount) == cases[2].naive(prefix, zeroCount))
  }

  private let prefix = Array("123456789".utf8)

  private func appendZeros<A: MergeableAnalyzer<Digest>>(
    _ fresh: A, _ zeroCount: UInt64
  ) throws -> String {
    var joined = try feed(fresh, prefix, window: 0..<prefix.count)
    joined.merge(try ZeroRuns(fresh).run(zeroCount))
    return try joined.finalize().hex
  }

  @Test(arguments: 0..<20)
  func hugePartsMergeInAnyAssociation(seed: UInt64) throws {
    try mergeInAnyAssociation(CRC32(), seed)
    try mergeInAnyAssociation(CRC32C(), seed)
    try mergeInAnyAssociation(CRC64(), seed)
  }

  private func mergeInAnyAssociation<A: MergeableAnalyzer<Digest>>(
    _ fresh: A, _ seed: UInt64
  ) throws {
    var generator = SeededGenerator(seed: seed)
    let zeros = try ZeroRuns(fresh)
    // Runs of zeros of any magnitude, told apart by some other bytes between them.
    var parts = try (0..<12).map { index in
      if index % 2 == 0 {
        let length = UInt64.random(in: 1...UInt64.max, using: &generator)
        return zeros.run(length >> UInt64.random(in: 8..<64, using: &generator))
      }
      let bytes = randomBytes(1 + index, seed: seed)
      return try feed(fresh, bytes, window: 0..<bytes.count)
    }
    var fromLeft = fresh
    for part in parts { fromLeft.merge(part) }
    while parts.count > 1 {
      let index = Int.random(in: 0..<parts.count - 1, using: &generator)
      parts[index].merge(parts.remove(at: index + 1))
    }
    #expect(try parts[0].finalize() == fromLeft.finalize())
  }
}

/// Partials of runs of zero bytes, of any length, made by merging.
private struct ZeroRuns<A: MergeableAnalyzer> {
  private let fresh: A
  /// The partial of 2ᵏ zeros at index k.
  private let powers: [A]

  init(_ fresh: A) throws {
    self.fresh = fresh
    var powers = [try feed(fresh, [0], window: 0..<1)]
    for _ in 1..<64 {
      var doubled = powers[powers.count - 1]
      doubled.merge(powers[powers.count - 1])
      powers.append(doubled)
    }
    self.powers = powers
  }

  func run(_ byteCount: UInt64) -> A {
    var joined = fresh
    for bit in 0..<64 where byteCount >> UInt64(bit) & 1 == 1 { joined.merge(powers[bit]) }
    return joined
  }
}

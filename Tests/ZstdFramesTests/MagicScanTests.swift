import ScanEngine
import TestSupport
import Testing
import ZstdFrames

/// A scan of magic numbers whose answer is where they are, for the law's check.
private struct ListedMagic: MergeableAnalyzer {
  private var scan = MagicScan()
  mutating func update(_ tile: borrowing Tile) { scan.update(tile) }
  mutating func merge(_ next: consuming ListedMagic) { scan.merge(next.scan) }
  consuming func finalize() -> [UInt64] {
    let places = Array(scan.takeListing())
    precondition(places.count == Int(scan.finalize()))
    return places
  }
}

/// The same, one byte after the other.
private func naivePlaces(_ bytes: [UInt8]) -> [UInt64] {
  bytes.indices.dropLast(3).filter { index in
    let four = Array(bytes[index..<index + 4])
    return four == [0x28, 0xB5, 0x2F, 0xFD]
      || four[0] & 0xF0 == 0x50 && Array(four[1...]) == [0x2A, 0x4D, 0x18]
  }.map { UInt64($0) }
}

@Suite struct MagicScanTests {
  static let bothKinds: [UInt8] =
    zstdMagic + [1, 2] + [0x5F, 0x2A, 0x4D, 0x18] + zstdMagic + [0x28, 0xB5, 0x28]
    + zstdMagic + [0x60, 0x2A, 0x4D, 0x18, 0x50, 0x2A, 0x4D, 0x19] + [0x50, 0x2A, 0x4D, 0x18]

  @Test func obeysTheLaw() throws {
    try checkEveryMerge(ListedMagic(), Self.bothKinds)
    #expect(try whole(ListedMagic(), Self.bothKinds) == [0, 6, 10, 17, 29])
    for cut in 0...4 { try checkEveryMerge(ListedMagic(), Array(Self.bothKinds.dropLast(cut))) }
    try checkEveryMerge(ListedMagic(), [])
  }

  @Test func everyMagicNumberIsFound() throws {
    for value in 0x184D_2A4E...0x184D_2A61 as ClosedRange<UInt64> {
      let bytes = littleEndian(value, byteCount: 4)
      #expect(
        try whole(ListedMagic(), bytes) == ((0x184D_2A50...0x184D_2A5F).contains(value) ? [0] : []))
    }
  }

  @Test func findsWhatANaiveSearchFinds() throws {
    let alphabet: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x50, 0x57, 0x5F, 0x2A, 0x4D, 0x18, 0]
    var generator = SeededGenerator(seed: 11)
    var found = 0
    for seed in 0..<300 as Range<UInt64> {
      var bytes = randomBytes(
        Int.random(in: 0...400, using: &generator), seed: seed, alphabet: alphabet)
      for _ in 0..<Int.random(in: 0...20, using: &generator) where bytes.count > 4 {
        let place = Int.random(in: 0...bytes.count - 4, using: &generator)
        let magic = Bool.random(using: &generator) ? zstdMagic : [0x53, 0x2A, 0x4D, 0x18]
        bytes.replaceSubrange(place..<place + 4, with: magic)
      }
      let expected = naivePlaces(bytes)
      found += expected.count
      #expect(try whole(ListedMagic(), bytes) == expected)
      guard bytes.count > 2 else { continue }
      let cut = Int.random(in: 1..<bytes.count, using: &generator)
      #expect(
        try feed(ListedMagic(), bytes, window: 0..<bytes.count, cuts: [cut]).finalize() == expected)
    }
    #expect(found > 1000)
  }

  /// At every place of the blocks that are compared at a time, and at both ends.
  @Test func alignmentDoesNotMatter() throws {
    for count in 4...150 {
      for place in 0...count - 4 {
        var bytes = [UInt8](repeating: 0xB5, count: count)
        bytes.replaceSubrange(place..<place + 4, with: zstdMagic)
        #expect(try whole(ListedMagic(), bytes) == [UInt64(place)])
      }
    }
  }

  @Test func gapsOfAnySizeArePacked() throws {
    var scan = MagicScan()
    var expected: [UInt64] = []
    var offset: UInt64 = 3
    for shift in 2..<60 as Range<UInt64> {
      for gap in [(1 << shift) - 1, 1 << shift, (1 << shift) + 1] as [UInt64] where gap >= 4 {
        offset += gap
        expected.append(offset)
        // SAFETY: every byte of an array of UInt8 is initialised.
        let tile = unsafe Tile(surroundings: zstdMagic.span.bytes, start: 0, end: 4, offset: offset)
        var part = MagicScan()
        part.update(tile)
        scan.merge(part)
      }
    }
    let places = scan.takeListing()
    #expect(Array(places) == expected)
    #expect(places.count == expected.count)
    #expect(scan.takeListing().isEmpty)
    #expect(scan.finalize() == UInt64(expected.count))
  }
}

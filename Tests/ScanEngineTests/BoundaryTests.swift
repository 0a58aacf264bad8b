import ScanEngine
import SystemPackage
import TestSupport
import Testing

/// Sizes around everything that is a boundary to somebody, with every way to read them.
@Suite struct BoundaryTests {
  /// A sum to which each byte gives something else at each offset.
  private struct PlaceSum: MergeableAnalyzer {
    private var sum: UInt64 = 0
    private var count: UInt64 = 0

    static func of(_ bytes: [UInt8]) -> [UInt64] {
      var value = PlaceSum()
      unsafe bytes.withUnsafeBytes { unsafe value.add($0, at: 0) }
      return value.finalize()
    }

    private mutating func add(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) {
      var place = offset &* 0x9E37_79B9_7F4A_7C15
      for index in 0..<bytes.count {
        place &+= 0x9E37_79B9_7F4A_7C15
        // SAFETY: the index is below the count.
        sum &+= place &* UInt64(unsafe bytes[index])
      }
      count += UInt64(bytes.count)
    }

    mutating func update(_ tile: borrowing Tile) {
      let offset = tile.offset
      unsafe tile.bytes.withUnsafeBytes { unsafe add($0, at: offset) }
    }
    mutating func merge(_ next: consuming PlaceSum) {
      sum &+= next.sum
      count += next.count
    }
    consuming func finalize() -> [UInt64] { [sum, count] }
  }

  /// The same, for one that must see everything in order.
  private struct OrderedPlaceSum: Analyzer {
    private var sum = PlaceSum()
    private var end: UInt64 = 0
    private var isBroken = false
    mutating func update(_ tile: borrowing Tile) {
      isBroken = isBroken || tile.offset != end
      end = tile.endOffset
      sum.update(tile)
    }
    consuming func finalize() -> [UInt64] { isBroken ? [] : sum.finalize() }
  }

  private static let sizes = [
    0, 1, 4095, 4096, 4097, 65_535, 65_536, 65_537, 262_144, 1_048_575, 1_048_576, 1_048_577,
  ]

  /// Ninety ways for each size.
  @Test(arguments: sizes, [false, true])
  func everyWayGivesTheSame(byteCount: Int, isSparse: Bool) throws {
    let directory = try TemporaryDirectory()
    var input = [UInt8](repeating: 0, count: byteCount)
    let noise = randomBytes(byteCount, seed: UInt64(byteCount))
    // Of a sparse file only the ends are there.
    for index in input.indices where !isSparse || index < 3 || index >= byteCount - 3 {
      input[index] = noise[index]
    }
    let edge = min(3, byteCount)
    let file =
      isSparse
      ? try directory.sparseFile(
        byteCount: UInt64(byteCount),
        [(0, Array(input.prefix(edge))), (UInt64(byteCount - edge), Array(input.suffix(edge)))])
      : try directory.file(input)
    let wanted = PlaceSum.of(input)

    for window in [64 << 10, 256 << 10, 2 << 20, 16 << 20, 64 << 20] {
      for tile in [4096, 65_536, 262_144] {
        for jobs in [1, 3] {
          func check(_ source: Source) throws {
            var options = Scan.Options()
            (options.windowByteCount, options.tileByteCount) = (window, tile)
            options.jobs = jobs
            var scan = Scan(options: options)
            let (merged, ordered) = (
              scan.add(PlaceSum(), label: "merged"), scan.add(OrderedPlaceSum(), label: "ordered")
            )
            let report = try scan.run(over: source)
            #expect(
              report[merged] == wanted && report[ordered] == wanted,
              "window \(window), tile \(tile), \(jobs) jobs, \(report.access)")
          }
          try check(Source(file))
          try check(Source(file, maps: false))
          try withPipe(input, in: directory) { try check(Source($0)) }
        }
      }
    }
  }
}

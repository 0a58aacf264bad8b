import FileMapping
import ScanEngine
import SystemPackage
import TestSupport
import Testing

/// Keeps every byte that is not zero, with its place, and counts the bytes that it was fed.
private struct Survey: MergeableAnalyzer {
  let skipsHoles: Bool
  var found: [UInt64: UInt8] = [:]
  var byteCount: UInt64 = 0

  mutating func update(_ tile: borrowing Tile) {
    byteCount += UInt64(tile.byteCount)
    let bytes = tile.bytes
    for index in 0..<bytes.byteCount where bytes.byte(at: index) != 0 {
      found[tile.offset + UInt64(index)] = bytes.byte(at: index)
    }
  }

  mutating func merge(_ next: consuming Survey) {
    byteCount += next.byteCount
    found.merge(next.found) { $1 }
  }

  consuming func finalize() -> Survey { self }
}

/// The same in order, for ordered lanes.
private struct OrderedSurvey: Analyzer {
  var survey = Survey(skipsHoles: true)
  var end: UInt64 = 0
  var skipsHoles: Bool { true }
  mutating func update(_ tile: borrowing Tile) throws(AnalysisError) {
    guard tile.offset >= end else { throw AnalysisError(offset: tile.offset, reason: "went back") }
    end = tile.endOffset
    survey.update(tile)
  }
  consuming func finalize() -> [UInt64: UInt8] { survey.found }
}

/// Analyzers that need no holes get the same answers without them.
@Suite struct HoleTests {
  static let pieces: [[(offset: UInt64, bytes: [UInt8])]] = [
    [], [(0, [1])], [(9_999_999, [2])], [(4_194_303, [3, 4, 5])],
    [(100, [6]), (5_000_000, [7, 8]), (5_300_000, [9]), (9_000_000, [10])],
  ]

  @Test(arguments: pieces.indices, [1, 2, 5])
  func holesDoNotShow(index: Int, jobs: Int) throws {
    let directory = try TemporaryDirectory()
    let file = try directory.sparseFile(byteCount: 10_000_000, HoleTests.pieces[index])
    for window in [65_536, 100_001, 2 << 20, 64 << 20] {
      for maps in [true, false] {
        func survey(skipping: Bool) throws -> Survey {
          var scan = Scan()
          (scan.options.windowByteCount, scan.options.jobs) = (window, jobs)
          let merged = scan.add(Survey(skipsHoles: skipping), label: "merged")
          let ordered = scan.add(OrderedSurvey(), label: "ordered")
          let report = try scan.run(over: Source(file, maps: maps))
          #expect(report.outcome == .complete && report.byteCount == 10_000_000)
          #expect(report[ordered] == report[merged]?.found)
          return try #require(report[merged])
        }
        let (skipping, whole) = try (survey(skipping: true), survey(skipping: false))
        #expect(skipping.found == whole.found)
        #expect(whole.byteCount == 10_000_000)
        // Each piece is in one window, or in two.
        #expect(skipping.byteCount <= 2 * UInt64(HoleTests.pieces[index].count * window))
      }
    }
  }

  @Test func aTerabyteOfHolesTakesNoTime() throws {
    let directory = try TemporaryDirectory()
    let offset: UInt64 = 700_000_000_000
    let file = try directory.sparseFile(byteCount: 1 << 40, [(offset, [1, 2, 3])])
    var scan = Scan()
    let ticket = scan.add(Survey(skipsHoles: true), label: "survey")
    let report = try scan.run(over: Source(file))
    #expect(report[ticket]?.found == [offset: 1, offset + 1: 2, offset + 2: 3])
    #expect(report.windowCount == 1)
  }

  /// Keeps every byte that is not zero, and takes zeros that it is not shown.
  private struct Census: MergeableAnalyzer {
    var survey = Survey(skipsHoles: false)
    var unseenByteCount: UInt64 = 0
    /// What it covers, which must be without gaps.
    var range: Range<UInt64>?

    var foldsZeros: Bool { true }

    private mutating func cover(_ next: Range<UInt64>) {
      guard let range else { return self.range = next }
      precondition(range.upperBound == next.lowerBound, "\(range) and \(next) leave a gap")
      self.range = range.lowerBound..<next.upperBound
    }

    mutating func update(_ tile: borrowing Tile) {
      cover(tile.offset..<tile.endOffset)
      survey.update(tile)
    }

    mutating func update(zeros range: Range<UInt64>) {
      cover(range)
      unseenByteCount += UInt64(range.count)
    }

    mutating func merge(_ next: consuming Census) {
      if let range = next.range { cover(range) }
      unseenByteCount += next.unseenByteCount
      survey.merge(next.survey)
    }

    consuming func finalize() -> Census { self }
  }

  @Test(arguments: pieces.indices, [1, 3])
  func zerosThatAreNotShownAreCounted(index: Int, jobs: Int) throws {
    let directory = try TemporaryDirectory()
    let file = try directory.sparseFile(byteCount: 10_000_000, HoleTests.pieces[index])
    for window in [65_536, 100_001, 2 << 20, 64 << 20] {
      for lanes in LanePlan.Mode.allCases {
        for readsHoles in [false, true] {
          var scan = Scan()
          (scan.options.windowByteCount, scan.options.jobs) = (window, jobs)
          (scan.options.lanes, scan.options.readsHoles) = (lanes, readsHoles)
          let ticket = scan.add(Census(), label: "census")
          let report = try scan.run(over: Source(file))
          let found = try #require(report[ticket])
          #expect(found.range == 0..<10_000_000)
          #expect(found.survey.byteCount + found.unseenByteCount == 10_000_000)
          var expected: [UInt64: UInt8] = [:]
          for piece in HoleTests.pieces[index] {
            for (place, byte) in piece.bytes.enumerated() {
              expected[piece.offset + UInt64(place)] = byte
            }
          }
          #expect(found.survey.found == expected)
          #expect((found.unseenByteCount == 0) == (readsHoles || window > 10_000_000))
        }
      }
    }
  }

  /// Whoever cannot do without the zeros is shown them, and the file is not read for that.
  @Test(
    .enabled(if: Program.succeeds("fincore --version"), "fincore is not installed"),
    arguments: [true, false])
  func holesThatAreShownAreNotRead(maps: Bool) throws {
    let directory = try TemporaryDirectory()
    let byteCount: UInt64 = 1 << 30
    let file = try directory.sparseFile(byteCount: byteCount, [(600_000_000, [1])])
    var scan = Scan()
    let ticket = scan.add(ByteTotal(), label: "sum")
    let report = try scan.run(over: Source(file, maps: maps))
    #expect(report[ticket]?.byteCount == byteCount)
    #expect(report[ticket]?.sum == 1)
    let cached = try Program.shell("fincore --bytes --noheadings --output RES '\(file.string)'")
    #expect(try #require(Int(cached.text.filter(\.isNumber))) < 64 << 20)
  }

  private struct ByteTotal: Analyzer {
    var byteCount: UInt64 = 0
    var sum: UInt64 = 0
    mutating func update(_ tile: borrowing Tile) {
      byteCount += UInt64(tile.byteCount)
      let words = tile.byteCount / 64
      for index in 0..<words { sum &+= UInt64(tile.bytes.byte(at: 64 * index)) }
    }
    consuming func finalize() -> ByteTotal { self }
  }
}

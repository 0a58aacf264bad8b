import FileMapping
import ScanEngine
import SystemPackage
import TestSupport
import Testing

/// A part of a file is as good as a file that holds only that part.
@Suite struct RangeTests {
  /// Fails if a tile shows anything but what the part has there.
  struct PartCheck: MergeableAnalyzer {
    let part: [UInt8]
    let partStart: Int
    private var byteCount = 0

    init(_ part: [UInt8], from partStart: Int) { (self.part, self.partStart) = (part, partStart) }

    mutating func update(_ tile: borrowing Tile) throws(AnalysisError) {
      let (start, end) = (Int(tile.offset) - partStart, Int(tile.endOffset) - partStart)
      guard tile.inputStart == UInt64(partStart), tile.precedingByteCount == UInt64(start),
        copy(tile.before) == Array(part[max(0, start - Tile.reach)..<start]),
        copy(tile.bytes) == Array(part[start..<end]),
        copy(tile.after) == Array(part[end..<min(part.count, end + Tile.reach)]),
        tile.isLast == (end == part.count),
        tile.precedingByte == (start == 0 ? nil : part[start - 1])
      else { throw AnalysisError(offset: tile.offset, reason: "wrong surroundings") }
      byteCount += tile.byteCount
    }
    mutating func merge(_ next: consuming PartCheck) { byteCount += next.byteCount }
    consuming func finalize() -> Int { byteCount }
  }

  func opening(_ range: Range<Int>, maps: Bool) -> Source.Opening {
    var opening = Source.Opening()
    opening.way = maps ? .automatic : .reading
    opening.beginning = .offset(UInt64(range.lowerBound))
    opening.byteLimit = UInt64(range.count)
    return opening
  }

  func check(
    _ input: [UInt8], _ range: Range<Int>, _ source: Source, _ shape: LawTests.Shape
  ) throws {
    let part = Array(input[range])
    var scan = Scan(options: shape.options)
    let merged = scan.add(Transcript(), label: "merged")
    let ordered = scan.add(OrderedTranscript(), label: "ordered")
    let table = scan.add(LineTable(), label: "lines")
    let checked = scan.add(PartCheck(part, from: range.lowerBound), label: "surroundings")
    let report = try scan.run(over: source)
    #expect(report.outcome == .complete)
    #expect(report.byteCount == UInt64(part.count) && report.inputStart == UInt64(range.lowerBound))
    #expect(report[merged] == part && report[ordered] == part, "\(range)")
    let lines = LawTests.table(part).map {
      LineTable.Line(offset: $0.offset + UInt64(range.lowerBound), byteCount: $0.byteCount)
    }
    #expect(report[table] == lines, "\(range)")
    #expect(report[checked] == part.count, "\(range)")
  }

  static let shapes = [(7, 3), (16, 16), (1 << 20, 5), (1 << 20, 1 << 20)].flatMap { window, tile in
    [1, 3].map { LawTests.Shape(window: window, tile: tile, jobs: $0, lanes: .together) }
  }

  @Test(arguments: shapes) func everyPartOfASmallFileIsAFileOfItsOwn(
    _ shape: LawTests.Shape
  ) throws {
    let directory = try TemporaryDirectory()
    let input = LawTests.lines(41, longest: 9, seed: 3)
    let file = try directory.file(input)
    for start in 0..<input.count {
      for end in start + 1...input.count where (start + end) % 3 == 0 || end == input.count {
        for maps in [true, false] {
          try check(
            input, start..<end, Source(file, opening(start..<end, maps: maps)), shape)
        }
      }
    }
  }

  @Test(arguments: [(65536, 16384), (1 << 20, 1 << 20), (70_001, 70_001)])
  func aPartOfALargerFileShowsNothingAroundIt(_ window: Int, _ tile: Int) throws {
    let directory = try TemporaryDirectory()
    let input = LawTests.lines(400_000, longest: 5000, seed: 8)
    let file = try directory.file(input)
    for start in [1, 4095, 4097, 65535, 65536, 65537, 131_072, 199_999] {
      for end in [start + 1, 200_000, 262_143, 262_144, 399_999, 400_000] where end > start {
        for jobs in [1, 3] {
          let shape = LawTests.Shape(window: window, tile: tile, jobs: jobs, lanes: .together)
          let range = start..<end
          try check(input, range, Source(file, opening(range, maps: true)), shape)
          try check(input, range, Source(file, opening(range, maps: false)), shape)
        }
      }
    }
  }

  @Test func aPartOfAStreamIsReadBehindWhatLiesBefore() throws {
    let directory = try TemporaryDirectory()
    let input = LawTests.lines(3_000_000, longest: 5000, seed: 8)
    let shape = LawTests.Shape(window: 1 << 20, tile: 16384, jobs: 2, lanes: .together)
    for range in [1..<2_999_999, 1_048_577..<1_048_578, 2_000_000..<3_000_000] {
      try withPipe(input, in: directory) {
        try check(input, range, Source($0, opening(range, maps: true)), shape)
      }
    }
  }

  @Test func holesOfASparseFileArePartsToo() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.sparseFile(
      byteCount: 3 << 20, [(1 << 20, Array("a\nb".utf8)), ((2 << 20) - 1, Array("c\nd".utf8))])
    var input = [UInt8](repeating: 0, count: 3 << 20)
    input.replaceSubrange((1 << 20)..<(1 << 20) + 3, with: "a\nb".utf8)
    input.replaceSubrange((2 << 20) - 1..<(2 << 20) + 2, with: "c\nd".utf8)
    let shape = LawTests.Shape(window: 1 << 19, tile: 65536, jobs: 2, lanes: .together)
    for range in [
      1..<3 << 20, (1 << 20) + 1..<2 << 20, 700_000..<900_000, (2 << 20) + 5..<(3 << 20) - 1,
    ] {
      try check(input, range, Source(file, opening(range, maps: true)), shape)
      try check(input, range, Source(file, opening(range, maps: false)), shape)
    }
  }

  @Test func theLastBytesAreAsManyAsThereAre() throws {
    let directory = try TemporaryDirectory()
    let input = LawTests.lines(1000, longest: 90, seed: 2)
    let file = try directory.file(input)
    let shape = LawTests.Shape(window: 100, tile: 30, jobs: 2, lanes: .together)
    for count in [1, 999, 1000, 1001, Int.max] {
      var opening = Source.Opening()
      opening.beginning = .last(UInt64(count))
      let start = 1000 - min(1000, count)
      try check(input, start..<1000, Source(file, opening), shape)
    }
  }

  @Test func behindTheEndThereIsNothing() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file(Array("abc".utf8))
    for offset: UInt64 in [3, 4, 1 << 40] {
      var opening = Source.Opening()
      opening.beginning = .offset(offset)
      var scan = Scan()
      let found = scan.add(Transcript(), label: "bytes")
      let report = try scan.run(over: Source(file, opening))
      #expect(report.outcome == .complete && report[found] == [] && report.byteCount == 0)
    }
  }

  /// It would take hours to read up to there.
  @Test(.timeLimit(.minutes(1))) func behindTheEndOfALargeFileThereIsNothing() throws {
    let directory = try TemporaryDirectory()
    var opening = Source.Opening()
    opening.beginning = .offset(2 << 40)
    var scan = Scan()
    let found = scan.add(Transcript(), label: "bytes")
    let report = try scan.run(
      over: Source(directory.sparseFile(byteCount: 1 << 40), opening))
    #expect(report.outcome == .complete && report[found] == [])
  }

  @Test func theEndOfAStreamIsNotKnown() throws {
    let directory = try TemporaryDirectory()
    try withPipe(Array("abc".utf8), in: directory) { pipe in
      var opening = Source.Opening()
      opening.beginning = .last(2)
      let error = #expect(throws: MappingError.self) { _ = try Source(pipe, opening) }
      #expect(error?.reason == .sizeUnknown)
    }
  }
}

import FileMapping
import ScanEngine
import SystemPackage
import TestSupport
import Testing

/// The law, for the engine itself: whatever the windows, tiles, lanes and source, analyzers see the
/// same bytes.
@Suite struct LawTests {
  struct Shape: Sendable, CustomTestStringConvertible {
    var window: Int
    var tile: Int
    var jobs: Int
    var lanes: LanePlan.Mode
    var testDescription: String { "window \(window), tile \(tile), \(jobs) jobs, \(lanes)" }
    var options: Scan.Options {
      var options = Scan.Options()
      (options.windowByteCount, options.tileByteCount) = (window, tile)
      (options.jobs, options.lanes) = (jobs, lanes)
      options.measures = jobs == 2
      return options
    }
  }

  static let shapes = [7, 100, 4096, 65536, 70_001, 1 << 20].flatMap { window in
    [3, 4096, 262_144].flatMap { tile in
      [1, 2, 8].flatMap { jobs in
        LanePlan.Mode.allCases.map { Shape(window: window, tile: tile, jobs: jobs, lanes: $0) }
      }
    }
  }

  /// Lines of every length up to some that span many windows.
  static func lines(_ byteCount: Int, longest: Int, seed: UInt64) -> [UInt8] {
    var generator = SeededGenerator(seed: seed)
    var bytes: [UInt8] = []
    while bytes.count < byteCount {
      let length = Int.random(in: 0...longest, using: &generator)
      bytes += randomBytes(length, seed: generator.next(), alphabet: Array("abc".utf8)) + [10]
    }
    return Array(bytes.prefix(byteCount))
  }

  static func table(_ input: [UInt8]) -> [LineTable.Line] {
    var lines: [LineTable.Line] = []
    var offset: UInt64 = 0
    for line in input.split(separator: 10, omittingEmptySubsequences: false) {
      lines.append(.init(offset: offset, byteCount: line.count))
      offset += UInt64(line.count) + 1
    }
    if input.isEmpty || input.last == 10 { lines.removeLast() }
    return lines
  }

  func check(_ input: [UInt8], _ source: Source, _ shape: Shape) throws {
    var scan = Scan(options: shape.options)
    let merged = scan.add(Transcript(), label: "merged")
    let ordered = scan.add(OrderedTranscript(), label: "ordered")
    let slow = scan.add(OrderedTranscript(throughput: 0.5), label: "slow")
    let table = scan.add(LineTable(), label: "lines")
    let checked = scan.add(SurroundingsCheck(input), label: "surroundings")
    let report = try scan.run(over: source)
    #expect(report.outcome == .complete)
    #expect(report.byteCount == UInt64(input.count))
    #expect(report[merged] == input)
    #expect(report[ordered] == input)
    #expect(report[slow] == input)
    #expect(report[table] == LawTests.table(input))
    #expect(report[checked] == input.count)
  }

  @Test(arguments: shapes) func mappedReadAndStreamAgree(_ shape: Shape) throws {
    let directory = try TemporaryDirectory()
    // Few bytes for tiny pieces, so that the work stays small.
    let small = min(shape.window, shape.tile) < 4096
    let input = LawTests.lines(small ? 3000 : 200_003, longest: small ? 300 : 90_000, seed: 1)
    let file = try directory.file(input)
    try check(input, Source(file), shape)
    try check(input, Source(file, maps: false), shape)
    try withPipe(input, in: directory) { try check(input, Source($0), shape) }
  }

  @Test(arguments: [0, 1, 4095, 4096, 4097, 65535, 65536, 65537, 131_072, 2_097_151, 2_097_153])
  func everyBoundarySizeIsReadWhole(byteCount: Int) throws {
    let directory = try TemporaryDirectory()
    let input = LawTests.lines(byteCount, longest: 200, seed: 9)
    let file = try directory.file(input)
    for jobs in [1, 3] {
      let shape = Shape(window: 65536, tile: 16384, jobs: jobs, lanes: .together)
      try check(input, Source(file), shape)
      try check(input, Source(file, maps: false), shape)
    }
  }

  /// Windows that start right before a multiple of the granularity, with tiles as large as they.
  @Test(arguments: [65_535, 196_607, 131_073, 126_977])
  func windowsThatStartAnywhereShowWhatIsAroundThem(byteCount: Int) throws {
    let directory = try TemporaryDirectory()
    let input = LawTests.lines(1_500_000, longest: 5000, seed: 4)
    let file = try directory.file(input)
    for jobs in [1, 2] {
      let shape = Shape(window: byteCount, tile: byteCount, jobs: jobs, lanes: .together)
      try check(input, Source(file), shape)
      try check(input, Source(file, maps: false), shape)
    }
  }

  @Test func oneLineLongerThanEveryWindowIsReadByItsOwner() throws {
    let directory = try TemporaryDirectory()
    let input =
      Array("first\n".utf8) + [UInt8](repeating: 120, count: 900_000) + Array("\nlast".utf8)
    let file = try directory.file(input)
    try check(input, Source(file), Shape(window: 65536, tile: 8192, jobs: 4, lanes: .together))
    try withPipe(input, in: directory) {
      try check(input, Source($0), Shape(window: 65536, tile: 8192, jobs: 4, lanes: .together))
    }
  }

  @Test func theHighHalfOfAnOffsetIsNotLost() throws {
    /// Keeps the bytes around 4 GiB and touches no other, so that the holes cost nothing.
    struct Probe: MergeableAnalyzer {
      var seen: [UInt64: UInt8] = [:]
      mutating func update(_ tile: borrowing Tile) {
        for offset in (4 << 30) - 5..<(4 << 30) + 5 as Range<UInt64>
        where tile.offset <= offset && offset < tile.endOffset {
          seen[offset] = tile.bytes.byte(at: Int(offset - tile.offset))
        }
      }
      mutating func merge(_ next: consuming Probe) { seen.merge(next.seen) { $1 } }
      consuming func finalize() -> [UInt64: UInt8] { seen }
    }
    let directory = try TemporaryDirectory()
    let file = try directory.sparseFile(
      byteCount: (4 << 30) + 300_000, [((4 << 30) - 5, Array("0123456789".utf8))])
    var scan = Scan()
    scan.options.jobs = 2
    let probe = scan.add(Probe(), label: "probe")
    let found = try #require(try scan.run(over: Source(file))[probe])
    #expect(found.sorted { $0.key < $1.key }.map(\.value) == Array("0123456789".utf8))
    #expect(found.keys.min() == (4 << 30) - 5)
  }
}

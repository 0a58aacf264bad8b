import ScanEngine
import TestSupport
import Testing

/// What a decoder makes of an input is scanned as if it was the input.
@Suite struct ContentTests {
  /// Gives every byte `count` times, in pieces of random sizes, many of them tiny or empty.
  struct Repeater: ContentDecoder {
    var count: Int
    var largest: Int
    var seed: UInt64
    /// The offset of a byte that it cannot decode.
    var damage: UInt64?

    func begin(into sink: ContentSink) -> any ContentDecoding { Run(decoder: self, sink: sink) }

    final class Run: ContentDecoding, @unchecked Sendable {
      // SAFETY: its methods are called one after the other.
      private let decoder: Repeater
      private let sink: ContentSink
      private var generator: SeededGenerator
      private var content: [UInt8] = []

      init(decoder: Repeater, sink: ContentSink) {
        self.decoder = decoder
        self.sink = sink
        generator = SeededGenerator(seed: decoder.seed)
      }

      func take(_ tile: borrowing Tile) throws(AnalysisError) {
        for index in 0..<tile.byteCount {
          let offset = tile.offset + UInt64(index)
          if offset == decoder.damage {
            flush(upTo: content.count)
            throw AnalysisError(offset: offset, reason: "it is damaged")
          }
          content += Array(repeating: tile.bytes.byte(at: index), count: decoder.count)
        }
        while content.count > decoder.largest, !sink.isSettled {
          flush(upTo: Int.random(in: 0...decoder.largest, using: &generator))
        }
      }

      func finish(isWhole: Bool) throws(AnalysisError) {
        while isWhole, !content.isEmpty {
          flush(upTo: min(content.count, Int.random(in: 0...decoder.largest, using: &generator)))
        }
      }

      private func flush(upTo end: Int) {
        let piece = sink.piece()
        unsafe piece.append { room in
          unsafe room.copyBytes(from: content[..<end])
          return end
        }
        sink.append(piece)
        content.removeFirst(end)
      }
    }
  }

  static func repeated(_ input: [UInt8], _ count: Int) -> [UInt8] {
    input.flatMap { Array(repeating: $0, count: count) }
  }

  @Test(arguments: [1, 100, 5000, 300_000], [1, 3])
  func contentIsSeenWholeWithWhatSurroundsIt(largest: Int, jobs: Int) throws {
    let directory = try TemporaryDirectory()
    let size = largest == 1 ? 2000 : 300_000
    let input = LawTests.lines(size, longest: 9000, seed: UInt64(largest))
    let content = ContentTests.repeated(input, 3)
    let file = try directory.file(input)
    for window in [4096, 1 << 20] {
      var inner = Scan()
      inner.options.tileByteCount = 10_000
      let merged = inner.add(Transcript(), label: "merged")
      let table = inner.add(LineTable(), label: "lines")
      let checked = inner.add(SurroundingsCheck(content), label: "surroundings")
      var scan = Scan()
      (scan.options.windowByteCount, scan.options.jobs) = (window, jobs)
      let outer = scan.add(Transcript(), label: "file")
      let ticket = scan.add(
        Repeater(count: 3, largest: largest, seed: 5), content: inner, label: "content")
      func check(_ source: Source) throws {
        let report = try scan.run(over: source)
        #expect(report[outer] == input)
        let found = try #require(report[ticket])
        #expect(found.byteCount == UInt64(content.count))
        #expect(found[merged] == content)
        #expect(found[table] == LawTests.table(content))
        #expect(found[checked] == content.count)
      }
      try check(Source(file))
      try check(Source(file, maps: false))
      try withPipe(input, in: directory) { try check(Source($0)) }
    }
  }

  @Test(arguments: [0..<1, 0..<5, 1..<2, 4095..<4097, 100..<90_000, 50_000..<50_001])
  func aPartIsSeenByItself(range: Range<UInt64>) throws {
    let directory = try TemporaryDirectory()
    let input = randomBytes(30_000, seed: 2)
    let content = ContentTests.repeated(input, 3)
    let file = try directory.file(input)
    var inner = Scan()
    let part = inner.add(Transcript(), label: "part")
    var scan = Scan()
    let ticket = scan.add(
      Repeater(count: 3, largest: 7000, seed: 1), content: inner, range: range,
      label: "content")
    let found = try #require(try scan.run(over: Source(file))[ticket]?[part])
    #expect(
      found == Array(content[Int(range.lowerBound)..<min(content.count, Int(range.upperBound))]))
  }

  @Test func whatCannotBeDecodedIsAnErrorWithItsOffset() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file(randomBytes(100_000, seed: 2))
    var inner = Scan()
    _ = inner.add(Transcript(), label: "all")
    var scan = Scan()
    scan.options.windowByteCount = 4096
    _ = scan.add(
      Repeater(count: 2, largest: 700, seed: 1, damage: 77_777), content: inner, label: "content")
    #expect {
      try scan.run(over: Source(file))
    } throws: { error in
      guard case ScanError.analysis("content", let error)? = error as? ScanError else {
        return false
      }
      return error.offset == 77_777
    }
  }

  /// Wants only the first bytes.
  struct Head: Analyzer {
    var bytes: [UInt8] = []
    var isSettled: Bool { bytes.count >= 10 }
    mutating func update(_ tile: borrowing Tile) { bytes += copy(tile.bytes) }
    consuming func finalize() -> [UInt8] { Array(bytes.prefix(10)) }
  }

  @Test func nothingIsDecodedThatNobodyWants() throws {
    let directory = try TemporaryDirectory()
    let input = randomBytes(4_000_000, seed: 2)
    let file = try directory.file(input)
    var inner = Scan()
    let head = inner.add(Head(), label: "head")
    var scan = Scan()
    (scan.options.windowByteCount, scan.options.tileByteCount) = (65536, 4096)
    // The damage comes after what is wanted.
    let ticket = scan.add(
      Repeater(count: 2, largest: 7000, seed: 1, damage: 3_999_999), content: inner,
      label: "content")
    let report = try scan.run(over: Source(file))
    #expect(report[ticket]?[head] == ContentTests.repeated(Array(input.prefix(5)), 2))
    #expect(report[ticket]?.byteCount == nil)
  }

  /// What is left of the content is dropped then, though all bytes of the file were handed to its decoder.
  @Test(arguments: [1, 3], [1 << 10, 1 << 20])
  func contentThatSomebodyStoppedHasNoAnswers(jobs: Int, window: Int) throws {
    struct Stopper: Analyzer {
      let control: ScanControl
      var byteCount = 0
      mutating func update(_ tile: borrowing Tile) {
        byteCount += tile.byteCount
        if byteCount > 250_000 { control.stop() }
      }
      consuming func finalize() -> Int { byteCount }
    }
    let directory = try TemporaryDirectory()
    let file = try directory.file(randomBytes(100_000, seed: 2))
    func check(_ source: Source) throws {
      let control = ScanControl()
      var inner = Scan()
      inner.options.tileByteCount = 1000
      _ = inner.add(Stopper(control: control), label: "stopper")
      var scan = Scan()
      (scan.options.windowByteCount, scan.options.jobs) = (window, jobs)
      let ticket = scan.add(
        Repeater(count: 3, largest: 7000, seed: 1), content: inner, label: "content")
      let report = try scan.run(over: source, control: control)
      guard case .interrupted = report.outcome else {
        Issue.record("\(report.outcome)")
        return
      }
      #expect(report[ticket] == nil)
    }
    try check(Source(file))
    try check(Source(file, maps: false))
  }

  /// What was found in content lies in bytes that nobody can tell of.
  @Test(arguments: [1, 2]) func whatCannotBeToldOfContentIsAnError(analyzerCount: Int) throws {
    struct Offsets: ListingAnalyzer {
      var offsets: [UInt64] = []
      mutating func update(_ tile: borrowing Tile) { offsets.append(tile.offset) }
      mutating func takeListing() -> [UInt64] { offsets }
      consuming func finalize() -> Int { offsets.count }
    }
    var inner = Scan()
    for number in 0..<analyzerCount {
      _ = inner.add(Offsets(), label: "offsets \(number)") { offsets, _ in
        offsets.isEmpty ? .goOn : .unreadable(at: 77, nil)
      }
    }
    try checkFailure(of: inner, "offset 77", "it can be read only once")
  }

  private func checkFailure(of inner: Scan, _ words: String...) throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file(randomBytes(1000, seed: 2))
    var scan = Scan()
    _ = scan.add(Repeater(count: 1, largest: 700, seed: 1), content: inner, label: "content")
    #expect {
      try scan.run(over: Source(file))
    } throws: { error in
      words.allSatisfy("\(error)".contains)
    }
  }

  @Test func anAnalyzerOfContentThatFailsNamesItself() throws {
    struct Failing: Analyzer {
      mutating func update(_ tile: borrowing Tile) throws(AnalysisError) {
        throw AnalysisError(offset: 5, reason: "no more")
      }
      consuming func finalize() -> Int { 0 }
    }
    var inner = Scan()
    _ = inner.add(Failing(), label: "failing")
    try checkFailure(of: inner, "failing", "no more")
  }
}

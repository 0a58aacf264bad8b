import ScanEngine
import SystemPackage
import TestSupport
import Testing
import ZstdFrames

/// The content of a zstd file is scanned as if it was the file.
@Suite struct ContentTests {
  /// Keeps all bytes.
  struct Transcript: Analyzer {
    var bytes: [UInt8] = []
    mutating func update(_ tile: borrowing Tile) {
      unsafe tile.bytes.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    }
    consuming func finalize() -> [UInt8] { bytes }
  }

  struct Shape: Sendable, CustomTestStringConvertible {
    var window: Int
    var tile: Int
    var jobs: Int
    var testDescription: String { "window \(window), tile \(tile), \(jobs) jobs" }
  }

  static let shapes = [
    Shape(window: 4096, tile: 1, jobs: 1), Shape(window: 65536, tile: 4096, jobs: 1),
    Shape(window: 2 << 20, tile: 256 << 10, jobs: 2), Shape(window: 2 << 20, tile: 7, jobs: 8),
  ]

  /// The content that a scan sees.
  static func content(
    of source: Source, _ shape: Shape = shapes[2], _ decoder: ZstdContent = ZstdContent(),
    range: Range<UInt64> = 0..<UInt64.max
  ) throws -> [UInt8]? {
    var inner = Scan()
    let bytes = inner.add(Transcript(), label: "bytes")
    var scan = Scan()
    (scan.options.windowByteCount, scan.options.tileByteCount) = (shape.window, shape.tile)
    scan.options.jobs = shape.jobs
    let ticket = scan.add(decoder, content: inner, range: range, label: "content")
    return try scan.run(over: source)[ticket]?[bytes]
  }

  /// Frames of all sorts, and their contents.
  static func frames(_ count: Int, seed: UInt64, largest: Int) -> [(
    frame: [UInt8], content: [UInt8]
  )] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in
      if Int.random(in: 0..<5, using: &generator) == 0 {
        return (
          skippableFrame(randomBytes(Int.random(in: 0...900, using: &generator), seed: 1)), []
        )
      }
      let byteCount =
        Int.random(in: 0..<3, using: &generator) == 0
        ? Int.random(in: 0...largest, using: &generator)
        : Int.random(in: 0...200, using: &generator)
      let content =
        Bool.random(using: &generator)
        ? randomBytes(byteCount, seed: generator.next())
        : randomBytes(byteCount, seed: generator.next(), alphabet: Array("ab\n".utf8))
      let how = Compression(
        level: [1, 3, 9].randomElement(using: &generator)!,
        storesChecksum: Bool.random(using: &generator),
        declaresContent: Bool.random(using: &generator))
      return (compress(content, how), content)
    }
  }

  @Test(arguments: shapes) func isTheContentOfAllFramesInOrder(shape: Shape) throws {
    let directory = try TemporaryDirectory()
    for seed in 1...(shape.tile < 100 ? 2 : 6) as ClosedRange<UInt64> {
      let frames = ContentTests.frames(60, seed: seed, largest: shape.tile < 100 ? 9000 : 2_000_000)
      let archive = frames.flatMap(\.frame)
      let content = frames.flatMap(\.content)
      let file = try directory.file(archive)
      #expect(try ContentTests.content(of: Source(file), shape) == content)
      #expect(try ContentTests.content(of: Source(file, maps: false), shape) == content)
      try withPipe(archive, in: directory) {
        let found = try ContentTests.content(of: Source($0), shape)
        #expect(found == content)
      }
    }
  }

  @Test func aFrameThatIsTooLargeToBeHeldIsDecodedAsItsBytesCome() throws {
    let directory = try TemporaryDirectory()
    let small = randomBytes(5000, seed: 3)
    let large = randomBytes(40_000_000, seed: 4)
    let file = try directory.file(
      compress(small) + compress(large, Compression(storesChecksum: true)) + compress(small))
    for shape in ContentTests.shapes.dropFirst().prefix(2) {
      #expect(try ContentTests.content(of: Source(file), shape) == small + large + small)
    }
  }

  @Test func everyByteOfContentKnowsItsFrame() throws {
    let directory = try TemporaryDirectory()
    let frames = ContentTests.frames(300, seed: 9, largest: 3000)
    let decoder = ZstdContent()
    let file = try directory.file(frames.flatMap(\.frame))
    let content = try #require(
      try ContentTests.content(of: Source(file), ContentTests.shapes[2], decoder))
    let expected = frames.enumerated().flatMap { index, frame in
      Array(repeating: UInt64(index), count: frame.content.count)
    }
    #expect(content.indices.map { decoder.frames.frame(at: UInt64($0)) } == expected)
    #expect(Int(decoder.frames.frameCount) == frames.count { $0.frame[0] == 0x28 })
  }

  /// Where an error is, and what it says.
  static func failure(
    _ archive: [UInt8], _ decoder: ZstdContent = ZstdContent()
  ) throws -> (offset: UInt64, reason: String)? {
    let directory = try TemporaryDirectory()
    let file = try directory.file(archive)
    do {
      _ = try content(of: Source(file), ContentTests.shapes[2], decoder)
      return nil
    } catch let error as ScanError {
      guard case .analysis("content", let error) = error else { throw error }
      return (error.offset, error.reason)
    }
  }

  @Test func everyPrefixIsContentOrAnErrorWithAnOffset() throws {
    let parts = [
      compress(Array("first".utf8)), skippableFrame([1, 2, 3]),
      compress(randomBytes(300, seed: 1), Compression(storesChecksum: true)),
      compress([]),
    ]
    let archive = parts.flatMap { $0 }
    var ends: [Int] = [0]
    for part in parts { ends.append(ends.last! + part.count) }
    for count in 1...archive.count {
      let failure = try ContentTests.failure(Array(archive.prefix(count)))
      let start = UInt64(ends.last { $0 <= count }!)
      #expect(failure?.offset == (ends.contains(count) ? nil : start), "\(count) bytes")
    }
  }

  @Test func whatIsWrongWithAFrameIsSaid() throws {
    let good = compress(Array("good".utf8))
    var wrongSum = compress(randomBytes(300, seed: 1), Compression(storesChecksum: true))
    wrongSum[wrongSum.count - 1] ^= 1
    let cases: [([UInt8], String)] = [
      (wrongSum, "checksum"),
      (declaringFrame(9, rawBlock([1, 2, 3], isLast: true)), "cannot be decoded"),
      (declaringFrame(9, rawBlock([1, 2, 3]) + emptyLastBlock), "not the 9 bytes"),
      (plainFrame(blockHeader(.compressed, size: 5, isLast: true) + [1, 2, 3, 4, 5]), "corrupt"),
      (plainFrame(blockHeader(.reserved, size: 5)), "reserved"),
      (zstdMagic + [0x00, 20 << 3] + emptyLastBlock, "--long 30"),
      (zstdMagic + [0x01, 7 << 3, 77] + emptyLastBlock, "--dictionary"),
      (Array("no frame".utf8), "not a zstd frame"),
      ([0x27, 0xB5, 0x2F, 0xFD] + [0, 0, 0, 0], "legacy"),
    ]
    for (bad, words) in cases {
      let failure = try ContentTests.failure(good + bad + good)
      #expect(failure?.offset == UInt64(good.count), "\(words)")
      #expect(failure?.reason.contains(words) == true, "\(failure?.reason ?? "none"): \(words)")
    }
  }

  @Test func contentHasALimit() throws {
    var settings = DecodingSettings()
    settings.contentByteCountLimit = 10_000_000
    let bomb = (0..<100).flatMap { _ in runLengthBlock(7, count: 128 << 10) }
    let failure = try ContentTests.failure(
      plainFrame(bomb + emptyLastBlock), ZstdContent(settings))
    #expect(failure?.reason.contains("--max-content") == true)
  }

  @Test(arguments: ["", "(", "plain text\n", "\u{28}\u{B5}"])
  func whatIsNoZstdFileIsTakenAsItIs(text: String) throws {
    let directory = try TemporaryDirectory()
    let input = Array(text.utf8)
    let file = try directory.file(input)
    let decoder = ZstdContent(acceptsPlain: true)
    #expect(try ContentTests.content(of: Source(file), ContentTests.shapes[2], decoder) == input)
    #expect(decoder.frames.isPlain == !input.isEmpty)
    guard !input.isEmpty else { return }
    let failure = try ContentTests.failure(input)
    #expect(failure?.offset == 0)
  }

  @Test func aLongPlainFileIsTakenAsItIs() throws {
    let directory = try TemporaryDirectory()
    let input = randomBytes(5_000_000, seed: 5)
    let file = try directory.file(input)
    for shape in ContentTests.shapes.dropFirst().prefix(2) {
      #expect(
        try ContentTests.content(of: Source(file), shape, ZstdContent(acceptsPlain: true)) == input)
    }
  }
}

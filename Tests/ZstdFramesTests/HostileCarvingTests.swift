import ScanEngine
import TestSupport
import Testing
import ZstdFrames

/// Files that are made to cost more than they should.
@Suite struct HostileCarvingTests {
  private static let byteCount = 3 << 20

  private static func repeated(_ bytes: [UInt8], byteCount: Int = byteCount) -> [UInt8] {
    var file: [UInt8] = []
    file.reserveCapacity(byteCount + bytes.count)
    while file.count < byteCount { file += bytes }
    return file
  }

  private static func head(_ window: UInt8, _ block: [UInt8]) -> [UInt8] {
    zstdMagic + [0, window] + block
  }

  private static let longSkippable: [UInt8] =
    littleEndian(0x184D_2A57, byteCount: 4) + littleEndian(1 << 20, byteCount: 4)
  private static let undecodable: [UInt8] =
    blockHeader(.compressed, size: 131_000) + [0x41, 0x80, 0x12]
  private static let flowing: [UInt8] = blockHeader(.raw, size: 0) + blockHeader(.raw, size: 6)

  /// A compressed block: five bytes as they are, and no sequences.
  private static let good: [UInt8] = blockHeader(.compressed, size: 7) + [5 << 3, 1, 2, 3, 4, 5, 0]

  /// Bodies that are repeated to the end of a file.
  static let bodies: [(what: String, body: [UInt8])] = [
    ("magic numbers", zstdMagic),
    ("skippable magic numbers", [0x50, 0x2A, 0x4D, 0x18]),
    ("both", zstdMagic + [0x50, 0x2A, 0x4D, 0x18]),
    ("small skippable frames that lead nowhere", skippableFrame([])),
    ("skippable frames of a megabyte, each in the one before", longSkippable),
    ("headers whose first block does not decode", head(0x38, undecodable)),
    ("headers whose first block is raw and long", head(0x38, blockHeader(.raw, size: 120_000))),
    ("headers whose first block is one byte again", head(0x38, runLengthBlock(1, count: 131_072))),
    ("chains of raw blocks that flow together", head(0x38, flowing)),
    ("a good block and one that does not decode", head(0x38, good + undecodable)),
    ("a chain of raw blocks that hold headers", blockHeader(.raw, size: 6) + head(0x38, [])),
    (
      "a chain of long blocks that hold headers",
      Array(repeating: runLengthBlock(1, count: 4096), count: 30).flatMap { $0 }
        + blockHeader(.raw, size: 6) + head(0x38, [])
    ),
    ("headers that no decoder takes", head(0xF8, blockHeader(.raw, size: 6))),
  ]

  /// The time it takes: the best of three tries, unless the first is quick, since others have the processor, too.
  private static func best(_ body: () throws -> Void) rethrows -> Duration {
    var time = try ContinuousClock().measure(body)
    for _ in 0..<2 where time > .seconds(1) {
      time = min(time, try ContinuousClock().measure(body))
    }
    return time
  }

  @Test(.disabled(if: isSanitized, "bounds of time"), arguments: bodies.indices)
  func costsNoMoreThanAFewReads(number: Int) throws {
    let (what, body) = Self.bodies[number]
    let file = Self.repeated(body)
    var found = Carved()
    let time = try Self.best { found = try carve(file) }
    // The bar is a few microseconds for every magic number, beside other tests.
    #expect(time < .seconds(5), "\(what): \(time), \(found.frames.count) frames")
  }

  @Test(.disabled(if: isSanitized, "bounds of time"), arguments: bodies.indices)
  func areVerifiedInBoundedTime(number: Int) throws {
    let (what, body) = Self.bodies[number]
    // They begin as a frame does, and end as none does.
    let file = Self.head(0x38, []) + Self.repeated(body) + [0xFF, 0xFF, 0xFF]
    let directory = try TemporaryDirectory(inMemory: true)
    let source = try Source(directory.file(file))
    let time = try Self.best { _ = try VerifierTests.verify(source) }
    #expect(time < .seconds(15), "\(what): \(time)")
  }

  /// Frames that lie in one another are told again and again, but not without a limit.
  @Test func whatIsToldAgainDoesNotAddUp() throws {
    let file = Self.repeated(
      littleEndian(0x184D_2A53, byteCount: 4) + littleEndian(32_992, byteCount: 4),
      byteCount: 6 << 20)
    let found = try carve(file)
    let told = found.frames.reduce(0) { $0 + $1.byteCount }
    #expect(told <= (64 << 20) + 8 * UInt64(file.count))
    #expect(found.unexaminedCount > 0)
  }

  @Test func whatLiesTooDeepIsCounted() throws {
    let heads = (0..<5).flatMap { depth in
      littleEndian(0x184D_2A53, byteCount: 4)
        + littleEndian(60_000 - 8 * UInt64(depth), byteCount: 4)
    }
    let file =
      heads + CarvingTests.noise + CarvingTests.checked
      + Array(repeating: 0, count: 70_000)
    let found = try carve(file)
    #expect(!found.frames.contains { $0.confidence == .certain })
    #expect(found.unexaminedCount == 2)
  }

  @Test func aRealFrameBehindHostileBytesIsFound() throws {
    let frame = CarvingTests.checked
    for body in [zstdMagic, [0x50, 0x2A, 0x4D, 0x18]] as [[UInt8]] {
      let file = Array(repeating: body, count: 1 << 18).flatMap { $0 }
      let found = try carve(file + frame)
      #expect(found.frames.last.map(words) == "\(file.count)+\(frame.count) certain")
    }
  }
}

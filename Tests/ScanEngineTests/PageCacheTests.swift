import FileMapping
import ScanEngine
import SystemPackage
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// What a scan leaves of a file in memory.
@Suite(
  .enabled(
    if: TemporaryDirectory.canBeOnDevice,
    "every file system here keeps files in memory, or fincore is missing"))
struct PageCacheTests {
  private static let byteCount = 96 << 20

  private struct Total: Analyzer {
    var byteCount: UInt64 = 0
    var sum: UInt64 = 0
    mutating func update(_ tile: borrowing Tile) {
      byteCount += UInt64(tile.byteCount)
      // Pages come when they are touched.
      for place in stride(from: 0, to: tile.byteCount, by: 4096) {
        sum &+= UInt64(tile.bytes.byte(at: place))
      }
    }
    consuming func finalize() -> Total { self }
  }

  private func cachedByteCount(_ file: FilePath) throws -> Int {
    let program = try Program.shell("fincore --bytes --noheadings --output RES '\(file.string)'")
    return try #require(Int(program.text.filter(\.isNumber)))
  }

  /// A file of which nothing is in memory.
  private func coldFile(in directory: borrowing TemporaryDirectory) throws -> FilePath {
    let file = try directory.file(randomBytes(Self.byteCount, seed: 3))
    let dropped = try Program.shell(
      "sync '\(file.string)'; dd if='\(file.string)' iflag=nocache count=0 status=none")
    #expect(dropped.status == 0)
    try #require(try cachedByteCount(file) < Self.byteCount / 8)
    return file
  }

  @Test func aWindowThatWasMostlyInMemoryIsNotDropped() throws {
    let directory = try TemporaryDirectory(onDevice: true)
    let file = try coldFile(in: directory)
    let descriptor = try FileDescriptor.open(file, .readOnly)
    try descriptor.closeAfter {
      // So that the system brings in nothing else.
      #expect(posix_fadvise(descriptor.rawValue, 0, 0, POSIX_FADV_RANDOM) == 0)
      var bytes = [UInt8](repeating: 0, count: 14 << 20)
      _ = try unsafe bytes.withUnsafeMutableBytes { unsafe try descriptor.read(into: $0) }
    }
    var scan = Scan()
    scan.options.dropsCache = true
    _ = scan.add(Total(), label: "total")
    _ = try scan.run(over: Source(file))
    let cached = try cachedByteCount(file)
    #expect(cached >= 14 << 20 && cached < Self.byteCount / 2)
  }

  @Test(arguments: [true, false], [1, 2])
  func whatWasNotInMemoryIsDroppedIfThatIsAskedFor(maps: Bool, jobs: Int) throws {
    let directory = try TemporaryDirectory(onDevice: true)
    let file = try coldFile(in: directory)
    for drops in [true, false] {
      var scan = Scan()
      (scan.options.dropsCache, scan.options.jobs) = (drops, jobs)
      let ticket = scan.add(Total(), label: "total")
      let report = try scan.run(over: Source(file, maps: maps))
      #expect(report[ticket]?.byteCount == UInt64(Self.byteCount))
      #expect(report[ticket]?.sum ?? 0 > 0)
      let cached = try cachedByteCount(file)
      if drops { #expect(cached < Self.byteCount / 4) } else { #expect(cached == Self.byteCount) }
    }
    // It is in memory now for somebody else.
    var scan = Scan()
    scan.options.dropsCache = true
    _ = scan.add(Total(), label: "total")
    _ = try scan.run(over: Source(file, maps: maps))
    #expect(try cachedByteCount(file) == Self.byteCount)
  }
}

import ScanEngine
import TestSupport
import Testing
import ZstdFrames

/// Files that are made to cost more than they should.
@Suite struct HostileCarvingTests {
  /// Frames that lie in one another are told again and again, but not without a limit.
  @Test func whatIsToldAgainDoesNotAddUp() throws {
    let header = littleEndian(0x184D_2A53, byteCount: 4) + littleEndian(32_992, byteCount: 4)
    let file = Array(repeatElement(header, count: (6 << 20) / header.count).joined())
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

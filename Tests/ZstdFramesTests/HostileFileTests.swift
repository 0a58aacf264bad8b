import ScanEngine
import TestSupport
import Testing
import ZstdFrames

/// Files that are made to cost more than they should.
@Suite struct HostileFileTests {
  @Test func aHeaderOfNineteenBytesThatClaimsFourExbibytesAllocatesNothingForIt() throws {
    let list = try whole(FrameWalk(), declaringFrame(1 << 62, rawBlock([1, 2, 3], isLast: true)))
    #expect(list.frames.count == 1)
    #expect(list.contentByteCount == 1 << 62)
    #expect(list.largestWindowByteCount == 1 << 62)
  }

  @Test func runLengthBlocksThatSwellToAGibibyteAreFourBytesEach() throws {
    let block = runLengthBlock(0, count: 128 << 10)
    let blocks = (0..<8192).flatMap { _ in block } + emptyLastBlock
    let list = try whole(FrameWalk(), plainFrame(blocks))
    #expect(list.frames.first?.blocks == BlockCounts(raw: 1, runLength: 8192))
    #expect(list.byteCount == 6 + 4 * 8192 + 3)
  }

  @Test func emptySkippableFramesAreCountedAndNotKept() throws {
    let count = 200_000
    let frame = skippableFrame([])
    let file = (0..<count).flatMap { _ in frame }
    let list = try whole(FrameWalk(listLimit: 1000), file)
    #expect(list.skippableFrameCount == UInt64(count))
    #expect(list.frames.count == 1000)
    #expect(list.byteCount == UInt64(file.count))
  }

  @Test func theListIsBoundedUnlessAskedOtherwise() throws {
    let frame = skippableFrame([])
    let file = (0..<100_001).flatMap { _ in frame }
    let list = try whole(FrameWalk(), file)
    #expect(list.frames.count == 100_000)
    #expect(list.frameCount == 100_001)
  }

  /// Feeds `walk` a file of zeros except for `pieces`, without having the file.
  func feedSparse(_ walk: inout FrameWalk, byteCount: UInt64, pieces: [(UInt64, [UInt8])]) {
    let zeros = [UInt8](repeating: 0, count: 16 << 20)
    var position: UInt64 = 0
    while position < byteCount {
      let next = pieces.first { $0.0 + UInt64($0.1.count) > position }
      var bytes = zeros
      var end = min(byteCount, position + UInt64(zeros.count))
      if let (offset, piece) = next, offset < end {
        if offset == position {
          bytes = piece
          end = position + UInt64(piece.count)
        } else {
          end = offset
        }
      }
      // SAFETY: every byte of an array of UInt8 is initialised.
      let tile = unsafe Tile(
        surroundings: bytes.span.bytes, start: 0, end: Int(end - position), offset: position)
      walk.update(tile)
      position = end
    }
  }

  @Test func offsetsGoBeyondFourGibibytes() throws {
    let size = UInt64(UInt32.max)
    let large = [0x50, 0x2A, 0x4D, 0x18] + littleEndian(size, byteCount: 4)
    let second = declaringFrame(2, rawBlock([1, 2], isLast: true))
    let secondOffset = 8 + size
    var walk = FrameWalk()
    feedSparse(
      &walk, byteCount: secondOffset + UInt64(second.count) + 8 + 100,
      pieces: [
        (0, large), (secondOffset, second), (secondOffset + UInt64(second.count), large),
      ])
    let list = walk.finalize()
    #expect(list.frames.map(\.offset) == [0, secondOffset])
    #expect(list.frames.map(\.byteCount) == [secondOffset, UInt64(second.count)])
    #expect(
      list.trailing
        == Trailing(
          offset: secondOffset + UInt64(second.count),
          reason: .truncated(.skippableContent, missingByteCount: size - 100)))
  }
}

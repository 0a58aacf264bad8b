import TestSupport
import Testing
import ZstdFrames

@Suite struct FrameWalkTests {
  /// A frame of every kind of block and one skippable frame between others.
  static let mixed: [UInt8] =
    skippableFrame([1, 2, 3], variant: 14)
    + plainFrame(
      rawBlock([9, 9, 9, 9]) + runLengthBlock(5, count: 1000)
        + blockHeader(.compressed, size: 3) + [1, 2, 3] + emptyLastBlock)
    + declaringFrame(2, rawBlock([7, 8], isLast: true))
    + skippableFrame([])

  @Test func anEmptyInputHasNoFramesAndNothingTrailing() throws {
    #expect(try whole(FrameWalk(), []) == FrameList())
  }

  @Test func listsEachFrameWithItsPlaceAndSize() throws {
    let list = try whole(FrameWalk(), Self.mixed)
    #expect(list.frames.map(\.index) == [0, 1, 2, 3])
    #expect(list.frames.map(\.offset) == [0, 11, 37, 55])
    #expect(list.frames.map(\.byteCount) == [11, 26, 18, 8])
    #expect(list.frames.map(\.isSkippable) == [true, false, false, true])
    #expect(list.frames[0].kind == .skippable(magicNumber: 0x184D_2A5E, contentByteCount: 3))
    #expect(list.frames[1].blocks == BlockCounts(raw: 2, runLength: 1, compressed: 1))
    #expect(list.frames[1].blocks?.total == 4)
    #expect(list.frames[3].kind == .skippable(magicNumber: 0x184D_2A50, contentByteCount: 0))
  }

  @Test func addsUpWhatItSaw() throws {
    let list = try whole(FrameWalk(), Self.mixed)
    #expect(list.frameCount == 4)
    #expect(list.zstdFrameCount == 2)
    #expect(list.skippableFrameCount == 2)
    #expect(list.byteCount == UInt64(Self.mixed.count))
    #expect(list.contentByteCount == nil)
    #expect(list.checksummedFrameCount == 0)
    #expect(list.largestWindowByteCount == 128 << 10)
    #expect(list.lastZstdFrame == list.frames[2])
    #expect(list.trailing == nil)
  }

  @Test func declaredContentAddsUpOverFramesThatDeclareIt() throws {
    let file =
      declaringFrame(300, emptyLastBlock) + skippableFrame([1]) + declaringFrame(7, emptyLastBlock)
    #expect(try whole(FrameWalk(), file).contentByteCount == 307)
  }

  @Test func claimsThatAddUpToMoreThan64BitsHaveNoTotal() throws {
    let half = declaringFrame(1 << 63, emptyLastBlock)
    #expect(try whole(FrameWalk(), half).contentByteCount == 1 << 63)
    #expect(try whole(FrameWalk(), half + half).contentByteCount == nil)
    #expect(try whole(FrameWalk(), half + half + half).contentByteCount == nil)
  }

  @Test func listsNoMoreThanItsLimitButCountsAll() throws {
    let file = Self.mixed + Self.mixed
    let all = try whole(FrameWalk(), file)
    for limit in 0...9 {
      var expected = all
      expected.frames = Array(all.frames.prefix(limit))
      #expect(try whole(FrameWalk(listLimit: limit), file) == expected)
    }
  }

  @Test func everySkippableMagicNumberIsAFrame() throws {
    for variant in 0..<16 as Range<UInt32> {
      let list = try whole(FrameWalk(), skippableFrame([0], variant: variant))
      #expect(
        list.frames.first?.kind
          == .skippable(magicNumber: 0x184D_2A50 + variant, contentByteCount: 1))
    }
    for neighbour in [0x184D_2A4F, 0x184D_2A60] as [UInt64] {
      let file = littleEndian(neighbour, byteCount: 4) + littleEndian(0, byteCount: 4)
      #expect(
        try whole(FrameWalk(), file).trailing
          == Trailing(offset: 0, reason: .notZstd(firstBytes: Array(file.prefix(4)))))
    }
  }

  @Test func obeysTheLaw() throws {
    try checkEveryCut(FrameWalk(), Self.mixed)
    try checkEveryCut(FrameWalk(listLimit: 1), Self.mixed)
    try checkEveryCut(FrameWalk(), Self.mixed + [0x28])
    try checkEveryCut(FrameWalk(), Self.mixed + Array("junk".utf8))
    try checkEveryCut(FrameWalk(), skippableFrame([1, 2]) + [0x41])
    try checkEveryCut(
      FrameWalk(), plainFrame(rawBlock([1, 2, 3]) + blockHeader(.reserved, size: 2)))
  }

  @Test(arguments: [
    ([] as [UInt8], false),
    ([0x28, 0xB5, 0x2F], false),
    ([0x28, 0xB5, 0x2F, 0xFD], true),
    ([0x28, 0xB5, 0x2F, 0xFD, 0xFF], true),
    ([0x27, 0xB5, 0x2F, 0xFD], false),
    ([0x50, 0x2A, 0x4D, 0x18], true),
    ([0x5F, 0x2A, 0x4D, 0x18], true),
    ([0x60, 0x2A, 0x4D, 0x18], false),
    ([0x18, 0x4D, 0x2A, 0x50], false),
  ])
  func tellsAZstdFileByItsMagicNumber(bytes: [UInt8], expected: Bool) {
    // SAFETY: every byte of an array of UInt8 is initialised.
    let starts = unsafe FrameWalk.startsWithMagic(bytes.span.bytes)
    #expect(starts == expected)
  }

  @Test func namesTheLibraryThatIsLinked() {
    let parts = ZstdLibrary.version.split(separator: ".").compactMap { Int($0) }
    #expect(parts.count == 3)
    #expect(parts.lexicographicallyPrecedes([1, 4, 0]) == false)
  }
}

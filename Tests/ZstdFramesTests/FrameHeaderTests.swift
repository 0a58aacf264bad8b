import TestSupport
import Testing
import ZstdFrames

@Suite struct FrameHeaderTests {
  /// A frame whose header has `descriptor` and, in every other field, the bytes of `filling`.
  func frame(descriptor: UInt8, filling: [UInt8]) -> [UInt8] {
    let isSingleSegment = descriptor & 0x20 != 0
    let fieldByteCount =
      (isSingleSegment ? 0 : 1) + [0, 1, 2, 4][Int(descriptor & 3)]
      + [isSingleSegment ? 1 : 0, 2, 4, 8][Int(descriptor >> 6)]
    return zstdMagic + [descriptor] + filling.prefix(fieldByteCount) + emptyLastBlock
      + (descriptor & 4 != 0 ? [0xEF, 0xBE, 0xAD, 0xDE] : [])
  }

  func expectAgreement(_ file: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) throws {
    let list = try whole(FrameWalk(), file)
    let header = try #require(list.frames.first?.header, sourceLocation: sourceLocation)
    let real = try #require(LibzstdHeader(file), sourceLocation: sourceLocation)
    #expect(header.byteCount == real.byteCount, sourceLocation: sourceLocation)
    #expect(
      header.contentByteCount ?? LibzstdHeader.unknownByteCount == real.contentByteCount,
      sourceLocation: sourceLocation)
    #expect(header.windowByteCount == real.windowByteCount, sourceLocation: sourceLocation)
    #expect(header.blockByteCountLimit == real.blockByteCountLimit, sourceLocation: sourceLocation)
    #expect(header.dictionaryID ?? 0 == real.dictionaryID, sourceLocation: sourceLocation)
    #expect(header.hasChecksum == real.hasChecksum, sourceLocation: sourceLocation)
    #expect(list.byteCount == UInt64(file.count), sourceLocation: sourceLocation)
  }

  @Test(arguments: UInt8.min...UInt8.max)
  func everyDescriptorReadsAsLibzstdReadsIt(descriptor: UInt8) throws {
    for seed in 0..<20 {
      var filling = randomBytes(13, seed: UInt64(seed) << 8 | UInt64(descriptor))
      // The window comes first if there is one; libzstd refuses 4 GiB and more.
      if descriptor & 0x20 == 0 { filling[0] %= 22 << 3 }
      let file = frame(descriptor: descriptor, filling: filling)
      if descriptor & 0x08 != 0 {
        #expect(LibzstdHeader(file) == nil)
        let list = try whole(FrameWalk(), file)
        #expect(list.trailing == Trailing(offset: 0, reason: .corrupt(.reservedBit(offset: 4))))
      } else {
        try expectAgreement(file)
      }
    }
  }

  @Test(arguments: UInt8.min...UInt8.max)
  func everyWindowDescriptorGivesTheFormatsSize(window: UInt8) throws {
    let file = zstdMagic + [0, window] + emptyLastBlock
    let header = try #require(try whole(FrameWalk(), file).frames.first?.header)
    #expect(header.windowByteCount == UInt64(8 + window & 7) << (7 + UInt64(window >> 3)))
    if window >> 3 <= 21 { try expectAgreement(file) }
  }

  @Test func theLargestWindowIsListed() throws {
    let file = zstdMagic + [0, 0xFF] + emptyLastBlock
    let list = try whole(FrameWalk(), file)
    #expect(list.largestWindowByteCount == 15 << 38)
    #expect(list.frames.count == 1)
  }

  static let contentSizes: [(descriptor: UInt8, fields: [UInt8], content: UInt64?)] = [
    (0x20, [0x00], 0),
    (0x20, [0xFF], 255),
    (0x60, [0x00, 0x00], 256),
    (0x60, [0xFF, 0xFF], 65791),
    (0xA0, [0x00, 0x00, 0x00, 0x80], 1 << 31),
    (0xE0, [0, 0, 0, 0, 0, 0, 0, 0x40], 1 << 62),
    (0xE0, [0xFE, 255, 255, 255, 255, 255, 255, 255], .max - 1),
    (0xE0, [0xFF, 255, 255, 255, 255, 255, 255, 255], .max),
    (0xC0, [0x38, 0xFF, 255, 255, 255, 255, 255, 255, 255], .max),
    (0x00, [0x38], nil),
  ]

  @Test(arguments: contentSizes)
  func contentSizesOfEveryWidth(descriptor: UInt8, fields: [UInt8], content: UInt64?) throws {
    let list = try whole(FrameWalk(), zstdMagic + [descriptor] + fields + emptyLastBlock)
    #expect(list.frames.first?.header?.contentByteCount == content)
    #expect(list.contentByteCount == content)
  }

  static let dictionaryIDs: [(descriptor: UInt8, stored: [UInt8], id: UInt32?)] = [
    (0x20, [], nil),
    (0x21, [0], nil),
    (0x21, [9], 9),
    (0x22, [0x34, 0x12], 0x1234),
    (0x23, [0xFF, 0xFF, 0xFF, 0xFF], .max),
    (0x23, [0, 0, 0, 0], nil),
  ]

  @Test(arguments: dictionaryIDs)
  func dictionaryIDsOfEveryWidth(descriptor: UInt8, stored: [UInt8], id: UInt32?) throws {
    let file = zstdMagic + [descriptor] + stored + [0] + emptyLastBlock
    #expect(try whole(FrameWalk(), file).frames.first?.header?.dictionaryID == id)
  }

  @Test func theLongestHeaderIsEighteenBytes() throws {
    let fields: [UInt8] = [0x38, 1, 2, 3, 4, 1, 0, 0, 0, 0, 0, 0, 0]
    let file = zstdMagic + [0xC3] + fields + emptyLastBlock
    #expect(try whole(FrameWalk(), file).frames.first?.header?.byteCount == 18)
    try expectAgreement(file)
    try checkEveryCut(FrameWalk(), file)
  }

  @Test func theChecksumIsReadLeastSignificantByteFirst() throws {
    let file = zstdMagic + [0x24, 0] + emptyLastBlock + [0x78, 0x56, 0x34, 0x12]
    let list = try whole(FrameWalk(), file)
    #expect(list.frames.first?.checksum == 0x1234_5678)
    #expect(list.checksummedFrameCount == 1)
  }
}

import ScanEngine
import TestSupport
import Testing
import ZstdFrames

/// What ends the row of frames, at an input's end and before it.
@Suite struct TrailingTests {
  func trailing(_ file: [UInt8]) throws -> Trailing? { try whole(FrameWalk(), file).trailing }

  @Test func everyTruncationIsReportedWithItsPartAndWhatIsMissing() throws {
    let checked =
      zstdMagic + [0x67, 1, 0, 0, 0, 0, 0] + rawBlock([1, 2, 3], isLast: true) + [4, 3, 2, 1]
    let part: [(Range<Int>, Trailing.Part)] = [
      (1..<4, .magicNumber), (4..<11, .frameHeader), (11..<14, .blockHeader),
      (14..<17, .blockContent), (17..<21, .checksum),
    ]
    #expect(checked.count == 21)
    for (range, part) in part {
      for count in range {
        let missing = count == 4 ? nil : UInt64(range.upperBound - count)
        #expect(
          try trailing(Array(checked.prefix(count)))
            == Trailing(offset: 0, reason: .truncated(part, missingByteCount: missing)))
      }
    }
    #expect(try trailing(checked) == nil)
  }

  @Test func everyTruncationOfASkippableFrameIsReported() throws {
    let frame = skippableFrame([1, 2, 3, 4, 5])
    for count in 1..<frame.count {
      let (part, end): (Trailing.Part, Int) =
        count < 4 ? (.magicNumber, 4) : count < 8 ? (.skippableSize, 8) : (.skippableContent, 13)
      #expect(
        try trailing(frame + frame.prefix(count))
          == Trailing(
            offset: 13, reason: .truncated(part, missingByteCount: UInt64(end - count))))
    }
  }

  @Test func aSkippableFrameThatClaims4GiBInASmallFileIsTruncated() throws {
    let file = [0x50, 0x2A, 0x4D, 0x18, 0xFF, 0xFF, 0xFF, 0xFF] + [UInt8](repeating: 0, count: 12)
    #expect(
      try trailing(file)
        == Trailing(
          offset: 0,
          reason: .truncated(.skippableContent, missingByteCount: UInt64(UInt32.max) - 12)))
  }

  static let noFrames: [[UInt8]] = [
    Array("plain text".utf8), Array("a".utf8), [0x28, 0xB5, 0x2E], [0, 0, 0, 0, 0], [0x50, 0x2B],
    [0x60], [0x50, 0x2A, 0x4D, 0x19],
  ]

  @Test(arguments: noFrames)
  func bytesThatAreNoFrameAreShown(bytes: [UInt8]) throws {
    let reason = Trailing.Reason.notZstd(firstBytes: Array(bytes.prefix(4)))
    #expect(try trailing(bytes) == Trailing(offset: 0, reason: reason))
    let file = skippableFrame([1]) + bytes
    #expect(try trailing(file) == Trailing(offset: 9, reason: reason))
    #expect(try whole(FrameWalk(), file).frameCount == 1)
  }

  @Test(arguments: [
    (0x1EB5_2FFD as UInt64, 1), (0xFD2F_B522, 2), (0xFD2F_B523, 3), (0xFD2F_B524, 4),
    (0xFD2F_B525, 5), (0xFD2F_B526, 6), (0xFD2F_B527, 7),
  ])
  func legacyFormatsAreNamed(magicNumber: UInt64, minorVersion: Int) throws {
    let file = skippableFrame([]) + littleEndian(magicNumber, byteCount: 4) + [1, 2, 3]
    #expect(
      try trailing(file)
        == Trailing(offset: 8, reason: .legacyFormat(minorVersion: minorVersion)))
  }

  @Test func aReservedBlockTypeIsCorrupt() throws {
    let file = plainFrame(rawBlock([1, 2]) + blockHeader(.reserved, size: 1, isLast: true) + [1])
    #expect(
      try trailing(skippableFrame([]) + file)
        == Trailing(offset: 8, reason: .corrupt(.reservedBlockType(offset: 8 + 11))))
  }

  static let blockLimits: [(header: [UInt8], limit: UInt32)] = [
    ([0x00, 0x00], 1024),
    ([0x00, 0x01], 1152),
    ([0x00, 0x38], 128 << 10),
    ([0x00, 0x50], 128 << 10),
    ([0x20, 0x05], 5),
    ([0x20, 0x00], 0),
  ]

  /// The limit is the window's size, at the most 128 KiB, for every type of block.
  @Test(arguments: blockLimits)
  func aBlockLargerThanItsFrameAllowsIsCorrupt(header: [UInt8], limit: UInt32) throws {
    for type in [BlockType.raw, .runLength, .compressed] {
      func file(_ size: UInt32) -> [UInt8] {
        zstdMagic + header + blockHeader(type, size: size, isLast: true)
          + [UInt8](repeating: 0, count: type == .runLength ? 1 : Int(size))
      }
      #expect(try trailing(file(limit)) == nil)
      let defect = Trailing.Defect.blockTooLarge(
        byteCount: limit + 1, limit: UInt64(limit), offset: 6)
      #expect(try trailing(file(limit + 1)) == Trailing(offset: 0, reason: .corrupt(defect)))
    }
  }

  @Test func isSettledOnceAndOnlyOnceBytesThatAreNoFrameAreFound() throws {
    let good = FrameWalkTests.mixed
    for count in 1...good.count {
      #expect(try feed(FrameWalk(), good, window: 0..<count).isSettled == false)
    }
    for bad in [
      Array("junk".utf8), zstdMagic + [0x08], plainFrame(blockHeader(.reserved, size: 0)),
      plainFrame(blockHeader(.raw, size: 1 << 20)), [0x25, 0xB5, 0x2F, 0xFD],
    ] {
      let file = good + bad
      #expect(try feed(FrameWalk(), file, window: 0..<file.count - 1).isSettled == false)
      let walk = try feed(FrameWalk(), file, window: 0..<file.count)
      #expect(walk.isSettled)
      // What follows, even whole frames, changes nothing.
      #expect(try whole(FrameWalk(), file + good) == walk.finalize())
    }
  }

  static let messages: [(Trailing.Reason, String)] = [
    (
      .notZstd(firstBytes: [0, 0x1F]),
      "what begins at offset 7 is not a zstd frame: 00 1f"
    ),
    (
      .legacyFormat(minorVersion: 5),
      "the frame at offset 7 has the legacy format 0.5, which is not supported"
    ),
    (
      .truncated(.checksum, missingByteCount: 1),
      "the frame at offset 7 is truncated in its checksum: at least 1 byte is missing"
    ),
    (
      .truncated(.blockContent, missingByteCount: 2),
      "the frame at offset 7 is truncated in its block content: at least 2 bytes are missing"
    ),
    (
      .truncated(.frameHeader, missingByteCount: nil),
      "the frame at offset 7 is truncated in its header"
    ),
    (
      .corrupt(.reservedBit(offset: 11)),
      "the frame at offset 7 is corrupt: the reserved bit of its header, at offset 11, is set"
    ),
    (
      .corrupt(.reservedBlockType(offset: 13)),
      "the frame at offset 7 is corrupt: the block at offset 13 has the reserved type"
    ),
    (
      .corrupt(.blockTooLarge(byteCount: 9, limit: 8, offset: 13)),
      "the frame at offset 7 is corrupt: the block at offset 13 claims 9 bytes, but the frame allows 8"
    ),
  ]

  @Test(arguments: messages)
  func saysWhatIsWrongAndWhere(reason: Trailing.Reason, expected: String) {
    #expect(Trailing(offset: 7, reason: reason).description == expected)
  }
}

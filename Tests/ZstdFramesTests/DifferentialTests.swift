import ScanEngine
import TestSupport
import Testing
import ZstdFrames

/// The walk against its naive twin and against libzstd.
@Suite struct DifferentialTests {
  /// Checks that libzstd sees the frames of `list` in `file`, and none after them.
  func expectLibzstdAgrees(
    _ list: FrameList, _ file: [UInt8], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for frame in list.frames {
      let real = libzstdFrameByteCount(file, at: Int(frame.offset))
      // libzstd refuses windows of 4 GiB and more.
      if let header = frame.header, !header.isSingleSegment, header.windowByteCount >= 1 << 32 {
        #expect(real == nil, sourceLocation: sourceLocation)
      } else {
        #expect(real == frame.byteCount, sourceLocation: sourceLocation)
      }
    }
    switch list.trailing?.reason {
    case nil:
      #expect(list.byteCount == UInt64(file.count), sourceLocation: sourceLocation)
    case .corrupt(.blockTooLarge), .legacyFormat:
      // Here libzstd's walk goes on: it leaves the block to its decoder, and may read old formats.
      break
    case .notZstd, .truncated, .corrupt:
      let offset = Int(list.trailing!.offset)
      #expect(libzstdFrameByteCount(file, at: offset) == nil, sourceLocation: sourceLocation)
    }
  }

  func cuts(of count: Int, using generator: inout SeededGenerator) -> [Int] {
    guard count > 1 else { return [] }
    let cuts = (0..<6).map { _ in Int.random(in: 1..<count, using: &generator) }
    return Set(cuts).sorted()
  }

  @Test(arguments: 0..<60 as Range<UInt64>)
  func filesOfRandomFrames(seed: UInt64) throws {
    let sizes = [0, 1, 255, 256, 1024, 65_791, 65_792, 131_072, 131_073, 400_000]
    let (file, contentByteCount) = randomFile(seed: seed, contentByteCounts: sizes)
    let list = try whole(FrameWalk(), file)
    #expect(list == referenceWalk(file))
    #expect(list.trailing == nil)
    expectLibzstdAgrees(list, file)
    if let declared = list.contentByteCount { #expect(declared == contentByteCount) }

    var generator = SeededGenerator(seed: ~seed)
    guard !file.isEmpty else { return }
    for _ in 0..<20 {
      let cuts = cuts(of: file.count, using: &generator)
      let cut = try feed(FrameWalk(), file, window: 0..<file.count, cuts: cuts)
      #expect(cut.finalize() == list, "cut at \(cuts)")
    }
  }

  /// Small files with a bit of everything, for exhaustive damage.
  static let small: [[UInt8]] = [
    FrameWalkTests.mixed,
    compress(Array("hello, hello, hello, hello".utf8), Compression(storesChecksum: true))
      + skippableFrame([1, 2, 3, 4], variant: 3)
      + compress(randomBytes(40, seed: 9), Compression(declaresContent: false, windowLog: 10)),
    zstdMagic + [0xC7, 0x38] + littleEndian(7, byteCount: 4) + littleEndian(6, byteCount: 8)
      + rawBlock([1, 2, 3]) + runLengthBlock(1, count: 3, isLast: true) + [1, 2, 3, 4],
  ]

  @Test(arguments: 0..<3)
  func everyTruncationIsReportedAndLeavesWholeFramesAsTheyWere(example: Int) throws {
    let file = Self.small[example]
    let all = try whole(FrameWalk(), file)
    let ends = Set(all.frames.map { Int($0.offset + $0.byteCount) } + [0])
    for count in 0..<file.count {
      let cut = Array(file.prefix(count))
      let list = try whole(FrameWalk(), cut)
      #expect(list == referenceWalk(cut))
      #expect(list.frames == all.frames.filter { Int($0.offset + $0.byteCount) <= count })
      if ends.contains(count) {
        #expect(list.trailing == nil)
      } else {
        guard case .truncated = list.trailing?.reason else {
          Issue.record("cut to \(count) bytes: \(list)")
          continue
        }
      }
      expectLibzstdAgrees(list, cut)
    }
  }

  @Test(arguments: 0..<3)
  func everyFlippedBitGivesTheTwinsAnswer(example: Int) throws {
    let file = Self.small[example]
    var generator = SeededGenerator(seed: UInt64(example))
    for bit in 0..<file.count * 8 {
      var flipped = file
      flipped[bit / 8] ^= 1 << UInt8(bit % 8)
      let list = try whole(FrameWalk(), flipped)
      #expect(list == referenceWalk(flipped), "bit \(bit)")
      expectLibzstdAgrees(list, flipped)
      let cuts = cuts(of: flipped.count, using: &generator)
      let cut = try feed(FrameWalk(), flipped, window: 0..<flipped.count, cuts: cuts)
      #expect(cut.finalize() == list, "bit \(bit) cut at \(cuts)")
    }
  }

  /// Several bytes changed, removed or repeated at once, and bytes that only begin like a frame.
  @Test(arguments: 0..<40 as Range<UInt64>)
  func randomDamageGivesTheTwinsAnswer(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let interesting: [UInt8] = [
      0x00, 0x01, 0x20, 0x28, 0xB5, 0x2F, 0xFD, 0x50, 0x2A, 0x4D, 0x18, 0xFF,
    ]
    for round in 0..<100 {
      var file = Self.small[round % 3] + Self.small[(round + 1) % 3]
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        let index = Int.random(in: 0..<file.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: file[index] = interesting.randomElement(using: &generator)!
        case 1: file[index] = UInt8.random(in: 0...255, using: &generator)
        case 2: file.remove(at: index)
        default: file.insert(contentsOf: file[index...].prefix(5), at: index)
        }
      }
      if round % 5 == 0 {
        file = zstdMagic + randomBytes(60, seed: generator.next(), alphabet: interesting)
      }
      let list = try whole(FrameWalk(), file)
      #expect(list == referenceWalk(file), "round \(round)")
      expectLibzstdAgrees(list, file)
      let cuts = cuts(of: file.count, using: &generator)
      let cut = try feed(FrameWalk(), file, window: 0..<file.count, cuts: cuts)
      #expect(cut.finalize() == list, "round \(round) cut at \(cuts)")
    }
  }
}

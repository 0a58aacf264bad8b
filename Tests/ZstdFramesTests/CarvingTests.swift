import ScanEngine
import TestSupport
import Testing
import ZstdFrames

@Suite struct CarvingTests {
  /// Noise without a magic number in it.
  static let noise = randomBytes(1000, seed: 5)
  static let text = Array(repeating: Array("what is said is said again; ".utf8), count: 300).flatMap
  { $0 }
  static let checked = compress(text, Compression(storesChecksum: true))
  static let sized = compress(text, Compression(declaresContent: true))
  static let bare = compress(text, Compression(declaresContent: false))
  /// Content that takes two blocks, the second of which begins 131,084 bytes from the start.
  static let twoBlocks = compress(
    randomBytes(150_000, seed: 9), Compression(storesChecksum: true))

  /// What was asked about a place from inside a frame says nothing about it from the outside.
  @Test(arguments: [true, false])
  func damageBehindASkippableFrameIsTold(hasFrameInside: Bool) throws {
    let content = (0..<40_000).flatMap { Array("line \($0 &* 2_654_435_761) of many\n".utf8) }
    var damaged = compress(content, Compression(declaresContent: false))
    for place in [8, 12] { damaged[damaged.count - place] ^= 0x5A }
    let inside = hasFrameInside ? Self.bare : Array(repeating: 0x7A, count: Self.bare.count)
    let file = Self.checked + skippableFrame(inside, variant: 3) + damaged
    let found = try carve(file)
    #expect(found.frames.last?.confidence == .damaged)
    #expect(found.frames.last?.offset == UInt64(file.count - damaged.count))
  }

  @Test func anEmptyFileAndOneOfNoiseHaveNoFrames() throws {
    #expect(try carve(Self.noise) == Carved())
    #expect(try carve([0]) == Carved())
  }

  private static let raw = plainFrame(rawBlock([1, 2, 3], isLast: true))
  private static let sure: [(what: String, frame: [UInt8], confidence: String)] = [
    ("checksum", checked, "certain"),
    ("declared size", sized, "high"),
    ("neither", bare, "low"),
    ("raw block alone", raw, "low"),
    ("one byte repeated", plainFrame(runLengthBlock(7, count: 9, isLast: true)), "low"),
    ("empty, nothing declared", plainFrame(emptyLastBlock), "low"),
    ("empty, declared", declaringFrame(0, emptyLastBlock), "high"),
    ("raw block, declared", declaringFrame(3, rawBlock([1, 2, 3], isLast: true)), "high"),
    ("two blocks", twoBlocks, "certain"),
  ]

  @Test(arguments: sure.indices)
  func confidenceSaysWhatChecksAFrame(number: Int) throws {
    let (_, frame, confidence) = Self.sure[number]
    let noise = Self.noise
    let surroundings: [(before: [UInt8], after: [UInt8])] = [
      ([], []), (noise, noise), ([0], []), ([], [0]),
    ]
    for (before, after) in surroundings {
      let found = try carve(before + frame + after).frames
      #expect(found.map(words) == ["\(before.count)+\(frame.count) \(confidence)"])
    }
  }

  @Test func aFrameIsToldWithAllThatIsKnown() throws {
    let frame = try #require(try carve(Self.noise + Self.checked).frames.first)
    let list = try whole(FrameWalk(), Self.checked)
    #expect(frame.kind == list.frames[0].kind)
    #expect(frame.contentByteCount == UInt64(Self.text.count))
    #expect(frame.damage == nil)
  }

  @Test func neighboursVouchForEachOther() throws {
    let raw = plainFrame(rawBlock([1, 2, 3], isLast: true))
    let found = try carve(Self.noise + raw + Self.bare + [0] + raw).frames
    #expect(
      found.map(words) == [
        "1000+12 high", "1012+\(Self.bare.count) high", "\(1013 + Self.bare.count)+12 low",
      ])
  }

  @Test func aSkippableFrameNeedsANeighbourOrMustBeSmall() throws {
    let small = skippableFrame([1, 2, 3])
    let large = skippableFrame(randomBytes(70_000, seed: 3), variant: 5)
    let frame = Self.checked
    func found(_ file: [UInt8]) throws -> [String] { try carve(file).frames.map(words) }
    #expect(try found(Self.noise + small + [0]) == ["1000+11 low skippable"])
    #expect(try found(Self.noise + large + [0]) == [])
    let (a, b) = (frame.count, large.count)
    #expect(try found(frame + large + [0]) == ["0+\(a) certain", "\(a)+\(b) high skippable"])
    #expect(try found(large + frame) == ["0+\(b) high skippable", "\(b)+\(a) certain"])
    #expect(
      try found(small + large + small + frame) == [
        "0+11 high skippable", "11+\(b) high skippable", "\(11 + b)+11 high skippable",
        "\(22 + b)+\(a) certain",
      ])
    // Longer than the file.
    #expect(
      try found(Self.noise + littleEndian(0x184D_2A50, byteCount: 4) + [9, 0, 0, 0, 1]) == [])
  }

  @Test func aLongChainOfSkippableFramesLeadsToItsFrame() throws {
    let small = skippableFrame([])
    let chain = (0..<10_000).flatMap { _ in small }
    let found = try carve([0] + chain + Self.checked)
    #expect(found.frames.count == 10_001)
    #expect(found.frames.prefix(5904).allSatisfy { $0.confidence == .low })
    #expect(found.frames.dropFirst(5904).dropLast().allSatisfy { $0.confidence == .high })
    #expect(
      try carve(Self.checked + chain).frames.dropFirst().allSatisfy { $0.confidence == .high })
  }

  @Test func knownSkippableFramesAreNamed() throws {
    let size = littleEndian(UInt64(Self.checked.count), byteCount: 4)
    let pzstd = skippableFrame(size) + Self.checked
    #expect(
      try carve(pzstd).frames.map(words) == [
        "0+12 high skippable frame_size", "12+\(Self.checked.count) certain",
      ])
    for (flags, entryByteCount) in [(0x00 as UInt8, 8), (0x80, 12)] {
      let entries = [UInt8](repeating: 1, count: 6000 * entryByteCount)
      let footer =
        littleEndian(6000, byteCount: 4) + [flags] + littleEndian(0x8F92_EAB1, byteCount: 4)
      let table = skippableFrame(entries + footer, variant: 14)
      #expect(
        try carve([0] + table + [0]).frames.map(words)
          == ["1+\(table.count) high skippable seek_table"])
      // The number of entries does not agree with the size.
      let other = skippableFrame(entries + [0] + footer, variant: 14)
      #expect(
        try carve([0] + other + [0]).frames.map(words)
          == (other.count > 65_544 ? [] : ["1+\(other.count) low skippable"]))
    }
  }

  // MARK: Nested, overlapping, damaged

  @Test func aFrameInARawBlockIsNested() throws {
    let inner = Self.checked
    let middle = plainFrame(rawBlock([0] + inner + [0], isLast: true))
    let outer = plainFrame(rawBlock([0, 0] + middle, isLast: true))
    #expect(
      try carve([0] + outer + [0]).frames.map(words) == [
        "1+\(outer.count) low", "12+\(middle.count) low in 1", "22+\(inner.count) certain in 12",
      ])
    let holder = skippableFrame(inner)
    #expect(
      try carve(holder).frames.map(words) == [
        "0+\(holder.count) low skippable", "8+\(inner.count) certain in 0",
      ])
  }

  @Test func framesNestNoDeeperThanTheLimit() throws {
    var frame = plainFrame(rawBlock([1], isLast: true))
    for _ in 0..<20 { frame = plainFrame(rawBlock(frame, isLast: true)) }
    #expect(try carve(frame).frames.count == FrameCarver.depthLimit)
  }

  @Test func whatOverlapsAnUnsureFrameIsToldAndWhatOverlapsASureOneIsNot() throws {
    // The raw block of the first ends amid the second.
    let inner = Self.checked
    let stored = [0, 0] + inner.prefix(inner.count - 10)
    let unsure = plainFrame(rawBlock(stored, isLast: true))
    #expect(
      try carve(unsure + inner.suffix(10)).frames.map(words) == [
        "0+\(unsure.count) low", "11+\(inner.count) certain over 0",
      ])
    let sure = declaringFrame(UInt64(stored.count), rawBlock(stored, isLast: true))
    #expect(try carve(sure + inner.suffix(10)).frames.map(words) == ["0+\(sure.count) high"])
  }

  @Test func afterDamageTheNextFrameIsFound() throws {
    let next = Self.checked
    var corrupt = Self.twoBlocks
    corrupt[131_084] |= 6
    // A frame may lie right where the bad block should.
    for gap in [0, 1, 500] {
      var file = corrupt
      file.replaceSubrange(131_084 + 3 + gap..<131_084 + 3 + gap + next.count, with: next)
      #expect(
        try carve(Self.noise + file).frames.map(words) == [
          "1000+131084 damaged", "\(1000 + 131_087 + gap)+\(next.count) certain",
        ])
    }
    let found = try carve(corrupt + next).frames
    #expect(
      found[0].damage == .defect(.reservedBlockType(offset: 131_084)), "\(found)")
    #expect(found[0].contentByteCount == 131_072)
    #expect(words(found[1]) == "\(corrupt.count)+\(next.count) certain")
  }

  @Test func aWrongChecksumIsDamageAndTheNextFrameIsFound() throws {
    var wrong = Self.checked
    wrong[wrong.count - 1] ^= 1
    let found = try carve(wrong + Self.bare + [0]).frames
    #expect(
      found.map(words) == ["0+\(wrong.count) damaged", "\(wrong.count)+\(Self.bare.count) low"])
    let stored = wrong.suffix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    #expect(found[0].damage == .decoding(.checksumMismatch(stored: stored)))
  }

  @Test(arguments: [-1, 1]) func contentThatIsNotAsLongAsDeclaredIsDamage(difference: Int) throws {
    var wrong = compress(randomBytes(150_000, seed: 9))
    // Behind the magic number and the descriptor, as the frame is a single segment.
    let declared = UInt64(150_000 + difference)
    wrong.replaceSubrange(5..<9, with: littleEndian(declared, byteCount: 4))
    let found = try carve(Self.noise + wrong).frames
    #expect(found.map(words) == ["1000+\(wrong.count) damaged"])
    #expect(found.map(\.damage) == [.decoding(.contentSizeMismatch(declared: declared))])
  }

  @Test func aFrameThatTheFileCutsIsDamaged() throws {
    let cut = Array(Self.twoBlocks.dropLast(10))
    let found = try carve(Self.noise + cut).frames
    #expect(found.map(words) == ["1000+\(cut.count) damaged"])
    #expect(found[0].damage == .decoding(.truncated))
    // Nothing of it decodes.
    #expect(try carve(Self.noise + cut.prefix(50_000)).frames == [])
  }

  private static let none: [(what: String, bytes: [UInt8])] = [
    ("reserved bit", zstdMagic + [0x08, 0x38, 1, 0, 0]),
    ("reserved block type", zstdMagic + [0x00, 0x38, 7, 0, 0]),
    ("block too large", zstdMagic + [0, 0] + blockHeader(.raw, size: 1025, isLast: true)),
    (
      "block that does not decode",
      plainFrame(blockHeader(.compressed, size: 9) + [UInt8](repeating: 0xFF, count: 9))
    ),
    ("zeros", zstdMagic + [UInt8](repeating: 0, count: 50_000)),
    ("zeros and a one", zstdMagic + [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]),
    ("only the magic number", zstdMagic),
    ("magic numbers", Array(repeating: zstdMagic, count: 100).flatMap { $0 }),
    ("wrong declared size", declaringFrame(4, rawBlock([1, 2, 3]) + [7, 7, 7])),
  ]

  @Test(arguments: none.indices)
  func whatOnlyBeginsAsFramesDoIsNone(number: Int) throws {
    let bytes = Self.none[number].bytes
    #expect(try carve(bytes).frames == [])
    #expect(try carve(Self.noise + bytes + Self.noise).frames == [])
    #expect(
      try carve(bytes + Self.checked).frames.map(words)
        == ["\(bytes.count)+\(Self.checked.count) certain"])
  }

  // MARK: Settings and ways

  @Test func whatCannotBeDecodedHereIsToldAsUnsure() throws {
    let large = compress(Self.text, Compression(storesChecksum: true, windowLog: 22))
    var settings = DecodingSettings()
    settings.windowByteCountLimit = 1 << 12
    let frame = try #require(try carve(large, CarvingWay(), settings).frames.first)
    #expect(words(frame) == "0+\(large.count) low")
    #expect(frame.contentByteCount == nil)
    #expect(
      frame.damage
        == .decoding(.windowTooLarge(byteCount: UInt64(Self.text.count), limit: 1 << 12)))

    settings = DecodingSettings()
    settings.contentByteCountLimit = 100
    #expect(
      try carve(large, CarvingWay(), settings).frames.map(\.damage)
        == [.decoding(.contentTooLarge(limit: 100))])
    // A dictionary's number of one byte.
    let named = zstdMagic + [0x21, 9, 3] + rawBlock([1, 2, 3], isLast: true)
    #expect(
      try carve(named).frames.map(\.damage) == [.decoding(.dictionaryRequired(id: 9))])
  }

  @Test(.disabled(if: isSanitized, "bounds of address space"))
  func aWindowForWhichThereIsNoMemoryIsToldAsUnsure() async {
    await #expect(processExitsWith: .success) {
      // Its window is a gibibyte, and its content is not declared.
      let frame = zstdMagic + [0x00, 20 << 3] + rawBlock([1, 2, 3]) + emptyLastBlock
      var settings = DecodingSettings()
      settings.windowByteCountLimit = 1 << 31
      let found = try withAddressSpace(of: 600 << 20) {
        try carve(frame, CarvingWay(), settings).frames
      }
      #expect(found.map(\.damage) == [.decoding(.outOfMemory)])
      #expect(found.map(\.confidence) == [.low])
    }
  }

  /// Everything at once, at places around the boundaries of windows and tiles.
  @Test func theAnswerDoesNotDependOnTheWay() throws {
    var file = randomBytes(3 << 20, seed: 77)
    func put(_ bytes: [UInt8], _ offset: Int) {
      file.replaceSubrange(offset..<offset + bytes.count, with: bytes)
    }
    let pieces = [
      Self.checked, Self.bare, skippableFrame([1]) + Self.sized,
      Self.twoBlocks.dropLast(4) + [0, 0, 0, 0],
    ]
    for (index, boundary) in [65536, 131_072 * 2, 1 << 20, (1 << 20) + 300_000, 2 << 20]
      .enumerated()
    {
      put(pieces[index % 4], boundary - index % 4)
    }
    put(Self.checked, file.count - Self.checked.count)
    let directory = try TemporaryDirectory(inMemory: true)
    let path = try directory.file(file)
    let expected = try carve(file: path)
    #expect(expected.frames.count == 7)
    for way in [
      CarvingWay(windowByteCount: 65536, tileByteCount: 4096, jobs: 1),
      CarvingWay(windowByteCount: 65536, tileByteCount: 65536, jobs: 5),
      CarvingWay(windowByteCount: 4096, tileByteCount: 1024, jobs: 3, maps: false),
      CarvingWay(windowByteCount: 1 << 20, tileByteCount: 100_003, jobs: 2),
    ] {
      #expect(try carve(file: path, way) == expected, "\(way)")
    }
  }

  @Test func framesLieAnywhereInASparseFile() throws {
    let directory = try TemporaryDirectory()
    let far: UInt64 = (6 << 30) + 12_345
    let file = try directory.sparseFile(
      byteCount: 7 << 30, [(far, Self.checked), ((7 << 30) - UInt64(Self.bare.count), Self.bare)])
    #expect(
      try carve(file: file).frames.map(words) == [
        "\(far)+\(Self.checked.count) certain",
        "\((7 << 30) - Self.bare.count)+\(Self.bare.count) low",
      ])
  }

  @Test func stopsWhenAsked() throws {
    let error = #expect(throws: CarvingStop.self) {
      try carve(Self.checked, isStopped: { true })
    }
    guard case .stopped = error else { throw try #require(error) }
  }

  @Test(arguments: [true, false]) func whatIsCutMeanwhileCannotBeRead(maps: Bool) throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file(compress(randomBytes(9_000_000, seed: 4)))
    let error = #expect(throws: CarvingStop.self) {
      try carve(file: file, CarvingWay(maps: maps)) {
        // Asked before each read.
        try? resize(file, to: 1_000_000)
        return false
      }
    }
    guard case .unreadable(let offset, _) = error else { throw try #require(error) }
    #expect(offset <= 9_000_000)
  }
}

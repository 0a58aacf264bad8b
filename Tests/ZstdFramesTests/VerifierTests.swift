import ScanEngine
import SystemPackage
import TestSupport
import Testing
import ZstdFrames

/// Which frames are sound does not depend on the others, nor on how they are read.
@Suite struct VerifierTests {
  /// What was found, in order.
  struct Found: Equatable, CustomStringConvertible {
    var good: [Verification.GoodRange] = []
    var damage: [Verification.Damage] = []
    var disagreements: [UInt64] = []
    var totals: [UInt64] = []
    var outcome = Outcome.complete

    /// The frames that are sound, by their index.
    var goodFrames: [UInt64] { good.flatMap { Array($0.frames) } }
    var description: String {
      "good \(good.map { "\($0.frames) at \($0.range) content \($0.contentByteCount)" }), "
        + "bad \(damage.map { "\($0.index) at \($0.range): \($0.reason)" }), \(disagreements)"
    }
  }

  /// Collects on whatever thread.
  final class Log: @unchecked Sendable { var found = Found() }

  static func verify(
    _ source: Source, jobs: Int = 2, _ settings: DecodingSettings = DecodingSettings()
  ) throws -> Found {
    let log = Log()
    let result = try FrameVerifier(settings, jobs: jobs).run(over: source) { finding in
      switch finding {
      case .frame: break
      case .good(let good): log.found.good.append(good)
      case .damage(let damage): log.found.damage.append(damage)
      case .disagreement(let index, _, _): log.found.disagreements.append(index)
      }
    }
    log.found.outcome = result.outcome
    log.found.totals = [
      result.zstdFrameCount, result.skippableFrameCount, result.goodByteCount,
      result.contentByteCount, result.byteCount,
    ]
    #expect(result.goodByteCount == log.found.good.reduce(0) { $0 + UInt64($1.range.count) })
    #expect(result.contentByteCount == log.found.good.reduce(0) { $0 + $1.contentByteCount })
    return log.found
  }

  /// The same from a file, read and mapped and by any number of jobs, and from a stream.
  static func verifyEveryWay(
    _ archive: [UInt8], _ settings: DecodingSettings = DecodingSettings()
  ) throws -> Found {
    let directory = try TemporaryDirectory()
    let file = try directory.file(archive)
    let found = try verify(Source(file), jobs: 1, settings)
    for (jobs, maps) in [(2, true), (5, false)] {
      let other = try verify(Source(file, maps: maps), jobs: jobs, settings)
      #expect(other == found)
    }
    try withPipe(archive, in: directory) {
      let streamed = try verify(Source($0), settings)
      #expect(streamed == found)
    }
    return found
  }

  /// 200 small frames with checksums, of all kinds of blocks.
  static func frames(_ count: Int, seed: UInt64) -> [(frame: [UInt8], content: [UInt8])] {
    (0..<count).map { index in
      let byteCount = [0, 1, 30, 77][index % 4]
      let content =
        switch index % 3 {
        case 0: randomBytes(byteCount, seed: seed + UInt64(index))
        case 1: [UInt8](repeating: UInt8(index % 256), count: byteCount)
        default: Array(String(repeating: "frame \(index), ", count: 12).utf8)
        }
      return (
        compress(
          content, Compression(storesChecksum: true, declaresContent: index % 5 > 0)), content
      )
    }
  }

  @Test func soundFramesAreGood() throws {
    for seed in 1...4 as ClosedRange<UInt64> {
      let frames = ContentTests.frames(80, seed: seed, largest: 400_000)
      let found = try VerifierTests.verifyEveryWay(frames.flatMap(\.frame))
      #expect(found.damage.isEmpty && found.disagreements.isEmpty && found.outcome == .complete)
      #expect(found.good.count == 1)
      #expect(found.good.first?.frames == 0..<80)
      #expect(found.good.first?.contentByteCount == UInt64(frames.flatMap(\.content).count))
    }
  }

  /// Whatever byte is wrong: the frame it lies in is named, unless its content is right all the same, and
  /// all others verify.
  @Test(arguments: [UInt8(0xFF), 1])
  func everySingleWrongByteIsFoundAndCostsOneFrame(mask: UInt8) throws {
    let frames = VerifierTests.frames(100, seed: 3)
    let archive = frames.flatMap(\.frame)
    let contentByteCount = UInt64(frames.flatMap(\.content).count)
    let directory = try TemporaryDirectory()
    var start = 0
    for (index, frame) in frames.enumerated() {
      for place in start..<start + frame.frame.count {
        var broken = archive
        broken[place] ^= mask
        // The file alone; other ways are compared below.
        let file = try directory.file(broken)
        let found = try VerifierTests.verify(Source(file), jobs: 1)
        let note = Comment(rawValue: "byte \(place) of frame \(index): \(found)")
        if found.damage.isEmpty {
          #expect(found.totals[3] == contentByteCount, note)
          #expect(found.totals[0] == 100, note)
          continue
        }
        #expect(found.damage.map(\.index) == [UInt64(index)], note)
        #expect(found.damage[0].range == UInt64(start)..<UInt64(start + frame.frame.count), note)
        #expect(
          found.goodFrames == (0..<100).map { UInt64($0) }.filter { $0 != UInt64(index) }, note)
        #expect(found.totals[3] == contentByteCount - UInt64(frame.content.count), note)
      }
      start += frame.frame.count
    }
  }

  @Test func damageIsTheSameHoweverItIsRead() throws {
    let frames = VerifierTests.frames(12, seed: 8)
    let archive = frames.flatMap(\.frame) + skippableFrame([1, 2, 3]) + compress([7, 7, 7])
    for place in archive.indices {
      var broken = archive
      broken[place] ^= 0x41
      _ = try VerifierTests.verifyEveryWay(broken)
    }
  }

  @Test func everyPrefixHasTheRightVerdict() throws {
    let frames = VerifierTests.frames(7, seed: 5).map(\.frame) + [skippableFrame([9, 9])]
    let archive = frames.flatMap { $0 }
    var ends = [0]
    for frame in frames { ends.append(ends.last! + frame.count) }
    for count in 1...archive.count {
      let found = try VerifierTests.verifyEveryWay(Array(archive.prefix(count)))
      let whole = ends.lastIndex { $0 <= count }!
      #expect(found.goodFrames == (0..<whole).map { UInt64($0) }, "\(count): \(found)")
      #expect(found.damage.isEmpty == ends.contains(count), "\(count): \(found)")
    }
  }

  @Test func whatIsWrongIsSaid() throws {
    let good = compress(Array("good".utf8), Compression(storesChecksum: true))
    let cases: [([UInt8], String, isUnverified: Bool)] = [
      (declaringFrame(9, rawBlock([1, 2, 3], isLast: true)), "declares", false),
      (
        plainFrame(blockHeader(.compressed, size: 5, isLast: true) + [1, 2, 3, 4, 5]), "corrupt",
        false
      ),
      (plainFrame(blockHeader(.reserved, size: 5)), "reserved type", false),
      (zstdMagic + [0x08, 7 << 3] + emptyLastBlock, "reserved bit", false),
      (zstdMagic + [0x00, 20 << 3] + emptyLastBlock, "--long 30", true),
      (zstdMagic + [0x01, 7 << 3, 77] + emptyLastBlock, "--dictionary", true),
      (Array("no frame at all".utf8), "no frame begins here", false),
      ([0x27, 0xB5, 0x2F, 0xFD] + [0, 0, 0, 0], "legacy", false),
      (plainFrame(rawBlock([1, 2], isLast: false)), "", false),
      // It begins as a frame does, but its checksum is not announced.
      (
        zstdMagic + [0x20, 3] + rawBlock([1, 2, 3], isLast: true) + xxhash([1, 2, 3]),
        "its checksum", false
      ),
    ]
    for (bad, words, isUnverified) in cases {
      let found = try VerifierTests.verifyEveryWay(good + bad + good)
      #expect(found.goodFrames == [0, 2], "\(words): \(found)")
      #expect(found.damage.count == 1, "\(words): \(found)")
      #expect(found.damage.first?.isUnverified == isUnverified)
      #expect(found.damage.first?.reason.contains(words) == true, "\(words): \(found)")
      #expect(
        found.damage.first?.range
          == UInt64(good.count)..<UInt64(good.count + bad.count), "\(words): \(found)")
    }
  }

  /// The low half of the XXH64, as a frame would store it.
  func xxhash(_ content: [UInt8]) -> [UInt8] {
    compress(content, Compression(storesChecksum: true)).suffix(4)
  }

  @Test func contentHasALimit() throws {
    var settings = DecodingSettings()
    settings.contentByteCountLimit = 1_000_000
    let bomb = plainFrame(
      (0..<100).flatMap { _ in runLengthBlock(7, count: 128 << 10) } + emptyLastBlock)
    let found = try VerifierTests.verifyEveryWay(bomb + compress([1]), settings)
    #expect(found.damage.first?.isUnverified == true)
    #expect(found.damage.first?.reason.contains("--max-content") == true)
    #expect(found.goodFrames == [1])
  }

  @Test func seekTablesAndSizeHeadersAreChecked() throws {
    let frames = VerifierTests.frames(5, seed: 1)
    func table(_ entries: [(Int, Int)]) -> [UInt8] {
      let listed = entries.flatMap {
        littleEndian(UInt64($0.0), byteCount: 4) + littleEndian(UInt64($0.1), byteCount: 4)
      }
      return skippableFrame(
        listed + littleEndian(UInt64(entries.count), byteCount: 4) + [0]
          + littleEndian(0x8F92_EAB1, byteCount: 4), variant: 0xE)
    }
    var entries = frames.map { ($0.frame.count, $0.content.count) }
    let archive = frames.flatMap(\.frame)
    #expect(try VerifierTests.verifyEveryWay(archive + table(entries)).disagreements.isEmpty)
    entries[3].0 += 1
    #expect(try VerifierTests.verifyEveryWay(archive + table(entries)).disagreements == [5])

    func headed(_ wrong: Int?) -> [UInt8] {
      frames.enumerated().flatMap { index, frame in
        skippableFrame(
          littleEndian(UInt64(frame.frame.count + (index == wrong ? 1 : 0)), byteCount: 4))
          + frame.frame
      }
    }
    #expect(try VerifierTests.verifyEveryWay(headed(nil)).disagreements.isEmpty)
    #expect(try VerifierTests.verifyEveryWay(headed(3)).disagreements == [6])
  }

  @Test func aLargeFrameIsDecodedInLittleMemoryHoweverItIsRead() throws {
    let content = randomBytes(20_000_000, seed: 1)
    var archive = compress(content, Compression(storesChecksum: true)) + compress([1, 2, 3])
    #expect(try VerifierTests.verifyEveryWay(archive).goodFrames == [0, 1])
    archive[archive.count / 2] ^= 1
    let found = try VerifierTests.verifyEveryWay(archive)
    #expect(found.goodFrames == [1])
    #expect(found.damage.first?.reason.contains("checksum") == true)
  }
}

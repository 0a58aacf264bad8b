import FileMapping
import ScanEngine
import SystemPackage
import TestSupport
import Testing

/// Keeps every byte, also zeros in the place of others.
private struct Tolerant: MergeableAnalyzer {
  var bytes: [UInt8] = []
  var toleratesGaps: Bool { true }

  mutating func update(_ tile: borrowing Tile) {
    for index in 0..<tile.byteCount { bytes.append(tile.bytes.byte(at: index)) }
  }
  mutating func merge(_ next: consuming Tolerant) { bytes += next.bytes }
  consuming func finalize() -> [UInt8] { bytes }
}

/// Files of which some bytes cannot be read.
@Suite struct SkippedErrorsTests {
  /// Where the device fails, in bytes, and what is then taken for unreadable.
  struct Damage: Sendable {
    var failing: [Range<UInt64>]
    var skipped: [Range<UInt64>]
  }

  static let byteCount: UInt64 = 300_003
  static let damages = [
    Damage(failing: [0..<1], skipped: [0..<4096]),
    Damage(failing: [5000..<5001], skipped: [4096..<8192]),
    Damage(failing: [65_000..<66_000], skipped: [61_440..<69_632]),
    Damage(failing: [4096..<4097, 20_000..<20_001], skipped: [4096..<8192, 16_384..<20_480]),
    Damage(failing: [300_002..<300_003], skipped: [299_008..<300_003]),
    Damage(failing: [0..<300_003], skipped: [0..<300_003]),
  ]

  private static let text = Array(
    (0..<60_000).map { "\($0)\n" }.joined().utf8.prefix(Int(byteCount)))

  private func answers(
    _ source: Source, jobs: Int, window: Int, skips: Bool
  ) throws -> (report: ScanReport, bytes: [UInt8]?, digest: [UInt8]?) {
    var scan = Scan()
    (scan.options.jobs, scan.options.windowByteCount) = (jobs, window)
    scan.options.tileByteCount = min(window, 32_768)
    scan.options.skipsErrors = skips
    let tolerant = scan.add(Tolerant(), label: "tolerant")
    let strict = scan.add(Transcript(), label: "strict")
    let report = try scan.run(over: source)
    return (report, report[tolerant], report[strict])
  }

  @Test(arguments: damages, [1, 3])
  func whatCannotBeReadCountsAsZeros(damage: Damage, jobs: Int) throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file(Self.text)
    var blanked = Self.text
    for range in damage.skipped {
      for index in range { blanked[Int(index)] = 0 }
    }
    for window in [65_536, 100_000, 1 << 20] {
      let system = SystemCalls(failures: FailurePlan(unreadable: damage.failing))
      let source = try Source(OpenedFile(file, system: system), Source.Opening())
      let found = try answers(source, jobs: jobs, window: window, skips: true)
      guard case .incomplete(let bytes) = found.report.outcome else {
        Issue.record("\(found.report.outcome)")
        return
      }
      #expect(bytes.ranges == damage.skipped)
      #expect(bytes.byteCount == damage.skipped.reduce(0) { $0 + UInt64($1.count) })
      #expect(bytes.reason == "pread failed: Input/output error")
      #expect(found.bytes == blanked && found.digest == nil)
    }
  }

  @Test(arguments: damages, [1, 3])
  func withoutThatTheFirstByteThatCannotBeReadIsNamed(damage: Damage, jobs: Int) throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file(Self.text)
    for window in [65_536, 1 << 20] {
      let system = SystemCalls(failures: FailurePlan(unreadable: damage.failing))
      let source = try Source(
        OpenedFile(file, system: system), Source.Opening(maps: false))
      let found = try answers(source, jobs: jobs, window: window, skips: false)
      #expect(
        found.report.outcome
          == .faulted(
            at: damage.failing[0].lowerBound, reason: "pread failed: Input/output error"))
      #expect(found.bytes == nil && found.digest == nil)
    }
  }

  /// A device that is gone fails at every byte, which no skipping mends.
  @Test func aDeviceThatIsGoneIsNotSkipped() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file(Self.text)
    let plan = FailurePlan(unreadable: [70_000..<Self.byteCount], with: .noSuchAddressOrDevice)
    let source = try Source(
      OpenedFile(file, system: SystemCalls(failures: plan)), Source.Opening())
    let found = try answers(source, jobs: 2, window: 65_536, skips: true)
    #expect(
      found.report.outcome
        == .faulted(at: 70_000, reason: "pread failed: No such device or address"))
    #expect(found.bytes == nil)
  }

  /// Where mappings run out, files are read: the answer is the same.
  @Test(arguments: 1..<12) func aViewThatCannotMoveIsReplacedByReading(occurrence: Int) throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file(Self.text)
    let plan = FailurePlan(failing: .mmap, occurrence: occurrence, with: .noMemory)
    let source = try Source(
      OpenedFile(file, system: SystemCalls(failures: plan)), Source.Opening())
    let found = try answers(source, jobs: 2, window: 65_536, skips: false)
    #expect(found.report.outcome == .complete)
    #expect(found.bytes == Self.text && found.digest == Self.text)
  }
}

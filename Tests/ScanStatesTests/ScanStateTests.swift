import ScanStates
import TestSupport
import Testing

@Suite struct ScanStateTests {
  typealias Limits = ScanState.Limits

  static let running = ScanState(
    pid: 4711, start: 1_790_000_000_123_456_789, command: .scan,
    file: ClippedText(endOf: Array("/logs/\u{FF}é\n.log".utf8) + [0xFF, 0]), fileNumber: 2,
    fileCount: 3, bytesDone: .max - 1, byteCount: .max, bytesPerSecond: 1_234_567_890,
    analyzers: ["lines", "sha256", ""],
    findings: [
      Finding("lines", words: "7 lines", counts: [.init("newlines", 7)]),
      Finding("find", subject: [0xC3, 10, 0], words: "", counts: []),
      Finding("find", subject: [], words: "1 line", counts: [.init("a", 0), .init("b", .max)]),
    ], findingsOmitted: 12)

  static let states =
    [running, ScanState(pid: 1, start: 0, command: .copy, file: ClippedText(endOf: []))]
    + ScanState.Ending.allCases.map { ending in
      var state = running
      state.ending = ending
      state.byteCount = nil
      return state
    }

  /// Everything as long and as many as it may be.
  static let largest = ScanState(
    pid: .max, start: .max, command: .copy,
    file: ClippedText(endOf: [UInt8](repeating: 65, count: 5000)), byteCount: .max,
    analyzers: Array(repeating: String(repeating: "a", count: Limits.label), count: 100),
    findings: Array(
      repeating: Finding(
        String(repeating: "b", count: Limits.label), subject: [UInt8](repeating: 66, count: 1000),
        words: String(repeating: "w", count: Limits.words),
        counts: Array(
          repeating: .init(String(repeating: "k", count: Limits.label), .max), count: 9)),
      count: 100),
    findingsOmitted: 7, ending: .interrupted)

  @Test(arguments: states) func aRecordHoldsAState(_ state: ScanState) {
    #expect(ScanState(record: state.record) == state)
  }

  @Test func whatIsTooMuchIsLeftOffAndCounted() throws {
    let record = ScanStateTests.largest.record
    #expect(record.count <= Limits.byteCount)
    let state = try #require(ScanState(record: record))
    #expect(state.file.bytes.count == ClippedText.limit && state.file.isClipped)
    #expect(state.analyzers.count == Limits.analyzers)
    #expect(state.findings.count == Limits.findings)
    #expect(state.findingsOmitted == 7 + 100 - UInt64(Limits.findings))
    #expect(state.findings[0].subject?.isClipped == true)
    #expect(state.findings[0].counts.count == Limits.counts)
    // What was cut once fits.
    #expect(state.record == record)
  }

  @Test(arguments: [(3, "abc"), (4, "abc"), (5, "abcé"), (8, "abcé")])
  func textIsCutBetweenCharacters(limit: Int, kept: String) {
    let text = ClippedText(startOf: Array("abcéd".utf8), limit: limit)
    #expect(text.bytes == Array(kept.utf8) + (limit >= 6 ? [100] : []))
    #expect(text.isClipped == (limit < 6))
  }

  @Test(arguments: [(1, "d"), (2, "d"), (3, "éd"), (9, "abcéd")])
  func pathsAreCutInFront(limit: Int, kept: String) {
    let text = ClippedText(endOf: Array("abcéd".utf8), limit: limit)
    #expect(text.bytes == Array(kept.utf8) && text.isClipped == (limit < 6))
  }

  @Test func aPartOfARecordIsNone() {
    let record = ScanStateTests.running.record
    for count in record.indices {
      #expect(ScanState(record: Array(record[..<count])) == nil, "\(count) bytes")
    }
    #expect(ScanState(record: record + [0]) == nil)
  }

  @Test func aDamagedRecordIsNoneOrAStateWithinBounds() {
    var generator = SeededGenerator(seed: 3)
    var (accepted, refused) = (0, 0)
    for _ in 0..<20_000 {
      var record = ScanStateTests.running.record
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        record[Int.random(in: record.indices, using: &generator)] =
          UInt8.random(in: 0...255, using: &generator)
      }
      guard let state = ScanState(record: record) else {
        refused += 1
        continue
      }
      accepted += 1
      #expect(state.record.count <= Limits.byteCount)
      #expect(ScanState(record: state.record) == state)
    }
    // Numbers can be anything, lengths cannot.
    #expect(accepted > 1000 && refused > 1000)
  }

  @Test func randomBytesAreNoRecord() {
    var generator = SeededGenerator(seed: 4)
    for seed in 0..<5000 {
      let count = Int.random(in: 0...300, using: &generator)
      #expect(ScanState(record: randomBytes(count, seed: UInt64(seed))) == nil)
      // Behind a right beginning, too.
      let begun = Array(
        ScanStateTests.running.record.prefix(Int.random(in: 2...60, using: &generator)))
      #expect(ScanState(record: begun + randomBytes(count, seed: UInt64(seed))) == nil)
    }
  }
}

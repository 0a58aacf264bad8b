import Foundation
import ScanStates
import Synchronization
import Testing

@Suite struct SharedRecordTests {
  /// A page of words, as a view lends them.
  @safe final class Memory: @unchecked Sendable {
    // SAFETY: the words live as long as the object; the test is about several threads using them.
    let words: UnsafeMutableRawBufferPointer

    init(_ words: [UInt64] = Array(repeating: 0, count: 512)) {
      unsafe self.words = .allocate(byteCount: words.count * 8, alignment: 4096)
      unsafe words.withUnsafeBytes { unsafe self.words.copyMemory(from: $0) }
    }
    deinit { unsafe words.deallocate() }

    func write(_ record: [UInt8]) {
      var span = unsafe MutableRawSpan(_unsafeBytes: words)
      SharedRecord.write(record, to: &span)
    }
    var record: [UInt8]? { SharedRecord.read(from: unsafe RawSpan(_unsafeBytes: words)) }
  }

  static let mark: UInt64 = 0x0001_6E61_6373_6D6D

  @Test(arguments: [0, 1, 7, 8, 9, 4000]) func whatIsWrittenIsRead(byteCount: Int) {
    let memory = Memory()
    for round in 0..<3 {
      let record = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 + round) }
      memory.write(record)
      #expect(memory.record == record)
    }
  }

  @Test func aRecordThatDoesNotFitIsCut() {
    let memory = Memory()
    memory.write([UInt8](repeating: 1, count: 5000))
    #expect(memory.record == [UInt8](repeating: 1, count: 4096 - SharedRecord.headByteCount))
  }

  @Test func afterAWriterThatWasKilledAmidWritingTheNextOneIsRead() {
    let memory = Memory([SharedRecordTests.mark, 7, 3] + Array(repeating: 0, count: 5))
    #expect(memory.record == nil)
    memory.write([1, 2])
    #expect(memory.record == [1, 2])
  }

  @Test(
    arguments: [
      [], [0], [0, 0], [0, 0, 0], [mark, 0], [0, 2, 0, 0], [mark + 1, 2, 0, 0], [mark, 3, 0, 0],
      [mark, 2, 9, 0], [mark, 2, .max, 0], [mark, 2, 1 << 63, 0], [mark, 2, 65536, 0],
    ] as [[UInt64]])
  func memoryThatHoldsNoneHasNoRecord(words: [UInt64]) {
    #expect(Memory(words).record == nil)
  }

  @Test func aReaderNeverSeesHalfOfARecord() {
    @Sendable func record(_ round: UInt8) -> [UInt8] {
      [UInt8](repeating: round, count: 1 + Int(round) * 7)
    }
    let memory = Memory()
    memory.write(record(0))
    final class End: Sendable { let isReached = Atomic<Bool>(false) }
    let end = End()
    let writer = Thread {
      var round = 0
      while !end.isReached.load(ordering: .relaxed) {
        round += 1
        memory.write(record(UInt8(truncatingIfNeeded: round)))
        if round % 7 == 0 { usleep(30) }
      }
    }
    writer.start()
    var seen: Set<[UInt8]> = []
    let deadline = ContinuousClock.now + .seconds(60)
    while seen.count < 100, ContinuousClock.now < deadline {
      if let record = memory.record { seen.insert(record) }
    }
    end.isReached.store(true, ordering: .relaxed)
    #expect(seen.count == 100)
    #expect(seen.allSatisfy { $0 == record($0[0]) })
    while !writer.isFinished { usleep(100) }
  }
}

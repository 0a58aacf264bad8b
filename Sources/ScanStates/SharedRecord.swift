import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A record in memory that one process writes and others read at the same time: a sequence lock.
///
/// The writer makes the sequence number odd, writes, and makes it even again. A reader that saw the same
/// even number before and after has copied what belongs together. Everybody reads and writes whole words
/// with atomic operations, so that nobody has to wait for anybody, and a writer that is killed amid
/// writing only leaves a record that nobody reads. (Boehm, Can seqlocks get along with programming
/// language memory models?, 2012.)
///
/// Memory: the words `mark`, sequence number, byte count; then the bytes, eight in a word.
package enum SharedRecord {
  package static let headByteCount = 24

  /// What such memory begins with: `mmscan`, and the layout's number.
  private static let mark: UInt64 = 0x0001_6E61_6373_6D6D
  /// How often a reader tries. A writer is done within microseconds.
  private static let tryCount = 200

  /// The words of `memory`.
  // SAFETY: a view begins at the start of a page, and `Atomic<UInt64>` is a word of memory.
  private static func words(
    _ memory: UnsafeRawBufferPointer
  ) -> UnsafePointer<Atomic<UInt64>> {
    unsafe memory.baseAddress!.assumingMemoryBound(to: Atomic<UInt64>.self)
  }

  /// Writes a record. Only one thread of one process may.
  ///
  /// - Parameters:
  ///   - record: Cut to what the memory holds.
  ///   - memory: At least ``headByteCount`` bytes, from the start of a page.
  package static func write(_ record: [UInt8], to memory: inout MutableRawSpan) {
    unsafe memory.withUnsafeMutableBytes { buffer in
      let words = unsafe words(UnsafeRawBufferPointer(buffer))
      let byteCount = min(record.count, (buffer.count - headByteCount) / 8 * 8)
      // Odd, also if somebody was killed here and left it odd.
      let sequence = unsafe words[1].load(ordering: .relaxed) | 1
      unsafe words[1].store(sequence &+ 2, ordering: .relaxed)
      atomicMemoryFence(ordering: .releasing)
      unsafe words[0].store(mark, ordering: .relaxed)
      unsafe words[2].store(UInt64(byteCount), ordering: .relaxed)
      for start in stride(from: 0, to: byteCount, by: 8) {
        var word: UInt64 = 0
        for index in start..<min(start + 8, byteCount) {
          word |= UInt64(record[index]) << (8 * (index - start))
        }
        unsafe words[3 + start / 8].store(word, ordering: .relaxed)
      }
      unsafe words[1].store(sequence &+ 3, ordering: .releasing)
    }
  }

  /// Copies the record out, once.
  ///
  /// - Returns: nil if there is none yet, if it is none, or if it changes all the time.
  package static func read(from memory: RawSpan) -> [UInt8]? {
    guard memory.byteCount >= headByteCount else { return nil }
    return unsafe memory.withUnsafeBytes { buffer in
      let words = unsafe words(buffer)
      for attempt in 0..<tryCount {
        if attempt > 0 { usleep(50) }
        let sequence = unsafe words[1].load(ordering: .acquiring)
        guard sequence % 2 == 0 else { continue }
        guard unsafe words[0].load(ordering: .relaxed) == mark else { return nil }
        let byteCount = unsafe words[2].load(ordering: .relaxed)
        var record: [UInt8] = []
        // A length that is not so is either another process's bad joke or half written.
        let isPossible = byteCount <= UInt64(buffer.count - headByteCount) / 8 * 8
        if isPossible {
          for start in stride(from: 0, to: Int(byteCount), by: 8) {
            let word = unsafe words[3 + start / 8].load(ordering: .relaxed)
            for index in start..<min(start + 8, Int(byteCount)) {
              record.append(UInt8(truncatingIfNeeded: word >> (8 * (index - start))))
            }
          }
        }
        atomicMemoryFence(ordering: .acquiring)
        if unsafe words[1].load(ordering: .relaxed) == sequence { return isPossible ? record : nil }
      }
      return nil
    }
  }
}

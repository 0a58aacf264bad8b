import ScanEngine
import TestSupport
import Testing

@Suite struct BucketCountsTests {
  @Test(
    arguments: [
      (0, 1), (1, 1), (4, 1), (5, 2), (8, 2), (9, 4), (16, 4), (17, 8), (1 << 40, 1 << 38),
      (UInt64.max, 1 << 62),
    ] as [(UInt64, UInt64)])
  func bucketsAreAsSmallAsTheLimitAllows(byteCount: UInt64, size: UInt64) {
    #expect(BucketScale(limit: 4, smallestByteCount: 1).bucketByteCount(for: byteCount) == size)
  }

  /// Whatever was counted first, and in whichever part, the counts are the same.
  @Test(arguments: 0..<60)
  func partsInAnyOrderGiveTheSameCounts(seed: Int) {
    let scale = BucketScale(limit: 1 + seed % 7, smallestByteCount: 1 << UInt64(seed % 3))
    let offsets = randomBytes(40, seed: UInt64(seed)).map { UInt64($0) * (seed % 2 == 0 ? 1 : 97) }
    var straight = BucketCounts(scale)
    for offset in offsets { straight.add(at: offset) }
    var sorted = BucketCounts(scale)
    for offset in offsets.sorted() { sorted.add(at: offset) }
    var merged = BucketCounts(scale)
    for start in stride(from: 0, to: offsets.count, by: 7) {
      var part = BucketCounts(scale)
      for offset in offsets[start..<min(offsets.count, start + 7)] { part.add(at: offset) }
      part.merge(merged)
      merged = part
    }
    #expect(sorted == straight)
    #expect(merged == straight)
    let size = scale.bucketByteCount(for: offsets.max()! + 1)
    #expect(straight.bucketByteCount == size)
    for bucket in 0..<scale.limit {
      let count = offsets.count { $0 / size == UInt64(bucket) }
      #expect(straight[bucket] == UInt64(count))
    }
  }

  @Test func aRangeIsCountedInEveryBucketItReaches() {
    var counts = BucketCounts(BucketScale(limit: 4, smallestByteCount: 2))
    counts.add(3..<8) { counts, place, range in counts[place] += UInt64(range.count) }
    #expect((0..<4).map { counts[$0] } == [0, 1, 2, 2])
    counts.reach(9)
    #expect(counts.bucketByteCount == 4)
    #expect((0..<4).map { counts[$0] } == [1, 4, 0, 0])
  }
}

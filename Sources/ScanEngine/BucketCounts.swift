/// Counts over the offsets of an input: a row of them for each bucket of it.
///
/// Offsets are those of the file, also where the input is a part of it; the first bucket begins where the part does.
///
/// Only buckets between the first and the last that something was counted in take memory, so that the part of a
/// window is small. Two values with the same counts are equal, whatever they were put together from.
public struct BucketCounts: Hashable, Sendable {
  /// What says how large buckets are.
  public let scale: BucketScale
  /// How many counts a bucket has.
  public let width: Int
  private var shift: Int
  /// The index of the first bucket that there are counts of; 0 if there are none.
  private var first = 0
  private var counts: [UInt64] = []

  /// - Parameter width: How many counts a bucket has; at least 1.
  public init(_ scale: BucketScale, width: Int = 1) {
    precondition(width > 0)
    (self.scale, self.width, shift) = (scale, width, scale.smallestShift)
  }

  /// How many bytes of the input a bucket stands for.
  public var bucketByteCount: UInt64 { 1 << UInt64(shift) }

  /// How many buckets there are from the start of the input to the last one with counts.
  public var bucketCount: Int { first + counts.count / width }

  /// A count of a bucket; 0 where nothing was counted.
  public subscript(bucket: Int, column: Int = 0) -> UInt64 {
    let index = (bucket - first) * width + column
    return counts.indices.contains(index) ? counts[index] : 0
  }

  /// Counts something that is at an offset.
  @inline(__always)
  public mutating func add(_ count: UInt64 = 1, at offset: UInt64, column: Int = 0) {
    let offset = offset - scale.start
    let index = (Int(truncatingIfNeeded: offset >> UInt64(shift)) &- first) &* width &+ column
    if index >= 0, index < counts.count {
      counts[index] += count
    } else {
      makeRoom(for: offset..<offset + 1)
      counts[(Int(offset >> UInt64(shift)) - first) * width + column] += count
    }
  }

  /// Counts what lies in a range that may go over several buckets.
  ///
  /// - Parameters:
  ///   - range: The range; not empty.
  ///   - body: Gets all counts, the index of the first one of a bucket, and the part of the range that is in it.
  public mutating func add(
    _ range: Range<UInt64>, _ body: (inout [UInt64], Int, Range<UInt64>) -> Void
  ) {
    let origin = scale.start
    let (lower, upper) = (range.lowerBound - origin, range.upperBound - origin)
    makeRoom(for: lower..<upper)
    var start = lower
    while start < upper {
      let bucket = Int(start >> UInt64(shift))
      let end = min(upper, UInt64(bucket + 1) << UInt64(shift))
      body(&counts, (bucket - first) * width, origin + start..<origin + end)
      start = end
    }
  }

  /// Adds the counts of other bytes of the same input.
  public mutating func merge(_ next: consuming BucketCounts) {
    precondition(scale == next.scale && width == next.width)
    guard !next.counts.isEmpty else { return }
    next.coarsen(to: shift)
    coarsen(to: next.shift)
    makeRoom(forBuckets: next.first..<next.bucketCount)
    let place = (next.first - first) * width
    for index in next.counts.indices { counts[place + index] += next.counts[index] }
  }

  /// Makes buckets at least as large as those of an input of so many bytes.
  public mutating func reach(_ byteCount: UInt64) {
    coarsen(to: scale.shift(for: byteCount, atLeast: shift))
  }

  /// - Parameter range: Bytes, from the start of the input.
  private mutating func makeRoom(for range: Range<UInt64>) {
    reach(range.upperBound)
    makeRoom(
      forBuckets: Int(range.lowerBound >> UInt64(shift))..<Int(
        (range.upperBound - 1) >> UInt64(shift)) + 1)
  }

  private mutating func makeRoom(forBuckets range: Range<Int>) {
    if counts.isEmpty { first = range.lowerBound }
    if range.lowerBound < first {
      counts.insert(
        contentsOf: repeatElement(0, count: (first - range.lowerBound) * width), at: 0)
      first = range.lowerBound
    }
    let missing = (range.upperBound - first) * width - counts.count
    if missing > 0 { counts.append(contentsOf: repeatElement(0, count: missing)) }
  }

  /// Joins pairs of neighbours until buckets have the size.
  private mutating func coarsen(to shift: Int) {
    while self.shift < shift {
      self.shift += 1
      guard !counts.isEmpty else { continue }
      let buckets = counts.count / width
      let coarseFirst = first / 2
      for bucket in 0..<buckets {
        let target = (first + bucket) / 2 - coarseFirst
        if target == bucket { continue }
        // A target that is reached for the first time holds what was joined already.
        let isNew = bucket == 0 || (first + bucket) % 2 == 0
        for column in 0..<width {
          let count = counts[bucket * width + column]
          counts[target * width + column] =
            isNew ? count : counts[target * width + column] + count
        }
      }
      counts.removeSubrange(((first + buckets - 1) / 2 - coarseFirst + 1) * width..<counts.count)
      first = coarseFirst
    }
  }
}

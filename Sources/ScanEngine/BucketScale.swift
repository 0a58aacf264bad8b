/// How an input is cut into buckets of equal size, of which there are never more than a limit.
///
/// The size follows from the length of the input alone: it is the smallest power of two, times the smallest size,
/// with which the limit is kept. So a pipe, whose length shows only at its end, has the buckets of a file, and
/// parts that were counted in small buckets are brought to larger ones by joining pairs.
public struct BucketScale: Hashable, Sendable {
  /// How many buckets there are at the most.
  public let limit: Int
  /// Where the input begins: buckets are counted from there.
  public let start: UInt64
  /// The size below which buckets are not made smaller, in bytes, as a power of two.
  let smallestShift: Int

  /// - Parameters:
  ///   - limit: How many buckets there may be; at least 1.
  ///   - smallestByteCount: The size that a bucket has at least; a power of two.
  ///   - start: Where the input begins: greater than zero if only a part of a file is looked at.
  public init(limit: Int = 1024, smallestByteCount: UInt64 = 1024, from start: UInt64 = 0) {
    precondition(limit > 0 && smallestByteCount.nonzeroBitCount == 1)
    (self.limit, self.start) = (limit, start)
    smallestShift = smallestByteCount.trailingZeroBitCount
  }

  /// How many bytes a bucket has when the input has so many.
  public func bucketByteCount(for byteCount: UInt64) -> UInt64 {
    1 << UInt64(shift(for: byteCount))
  }

  /// The same as a power of two, but not below one that is known.
  func shift(for byteCount: UInt64, atLeast known: Int = 0) -> Int {
    var shift = max(smallestShift, known)
    while byteCount > 0, (byteCount - 1) >> UInt64(shift) >= UInt64(limit) { shift += 1 }
    return shift
  }
}

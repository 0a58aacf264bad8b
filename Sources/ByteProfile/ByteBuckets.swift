import ScanEngine

/// The buckets of an input, and what its bytes are in each.
public struct ByteBuckets: Equatable, Sendable {
  /// Where the input begins; offsets are those of the file that it is a part of.
  public let start: UInt64
  /// Size of the input, in bytes.
  public let byteCount: UInt64
  /// Size of a bucket, in bytes. The last one may be smaller.
  public let bucketByteCount: UInt64
  /// The buckets, from the start of the input.
  public let buckets: [ByteBucket]

  /// - Parameter counts: How often each value occurs in each bucket.
  init(_ counts: BucketCounts, byteCount: UInt64) {
    start = counts.scale.start
    self.byteCount = byteCount
    bucketByteCount = counts.bucketByteCount
    buckets = (0..<counts.bucketCount).map { bucket in
      ByteBucket((0..<256).map { counts[bucket, $0] })
    }
  }

  /// Where a bucket lies in the file.
  public func range(of bucket: Int) -> Range<UInt64> {
    let first = UInt64(bucket) * bucketByteCount
    return start + first..<start + first + min(bucketByteCount, byteCount - first)
  }

  /// All buckets as one.
  public var total: ByteBucket { buckets.reduce(into: ByteBucket()) { $0.add($1) } }
}

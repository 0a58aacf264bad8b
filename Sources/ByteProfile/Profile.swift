import CByteCounts
public import ScanEngine

/// Counts the values of bytes over the offsets of an input: what kind of bytes lie where, how many lines begin, and
/// how random it looks.
public struct Profile: MergeableAnalyzer {
  private var counts: BucketCounts
  /// Offset behind the last byte.
  private var end: UInt64

  /// - Parameter scale: Into which buckets the input is cut.
  public init(_ scale: BucketScale = BucketScale()) {
    counts = BucketCounts(scale, width: 256)
    end = scale.start
  }

  public var throughput: Double { 3 }

  public var toleratesGaps: Bool { true }

  public mutating func update(_ tile: borrowing Tile) {
    let bytes = tile.bytes
    let start = tile.offset
    counts.add(start..<tile.endOffset) { counts, place, range in
      let piece = bytes.extracting(Int(range.lowerBound - start)..<Int(range.upperBound - start))
      var row = counts.mutableSpan
      unsafe piece.withUnsafeBytes { bytes in
        // SAFETY: 256 counts, one for each value, begin at the place; a piece is never empty.
        unsafe row.withUnsafeMutableBufferPointer { row in
          unsafe byte_counts_add(
            bytes.baseAddress!.assumingMemoryBound(to: UInt8.self), bytes.count,
            row.baseAddress! + place)
        }
      }
    }
    end = tile.endOffset
  }

  public var foldsZeros: Bool { true }

  public mutating func update(zeros range: Range<UInt64>) {
    counts.add(range) { counts, place, range in counts[place] += UInt64(range.count) }
    end = range.upperBound
  }

  public mutating func merge(_ next: consuming Profile) {
    end = max(end, next.end)
    counts.merge(next.counts)
  }

  public consuming func finalize() -> ByteBuckets {
    ByteBuckets(counts, byteCount: end - counts.scale.start)
  }
}

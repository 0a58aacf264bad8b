public import ScanEngine

/// Writes every tile to the copy, at the place that it has in the source.
///
/// What it does stays the same when it is done twice or in another order, so it can ride in any lane.
public struct CopyWriter: MergeableAnalyzer {
  private let destination: Destination
  /// Nil where everything is written, as from a stream.
  private let extents: SourceExtents?
  private var byteCount: UInt64 = 0

  init(to destination: Destination, extents: SourceExtents?) {
    self.destination = destination
    self.extents = extents
  }

  public var skipsHoles: Bool { true }
  public var throughput: Double { 3 }

  public mutating func update(_ tile: borrowing Tile) throws(AnalysisError) {
    var offset = tile.offset
    do throws(CopyError) {
      while offset < tile.endOffset {
        let extent: Range<UInt64>
        if let extents {
          guard let next = try extents.first(from: offset) else { return }
          extent = next.clamped(to: offset..<tile.endOffset)
        } else {
          extent = offset..<tile.endOffset
        }
        guard !extent.isEmpty else { return }
        let start = Int(extent.lowerBound - tile.offset)
        try write(tile.bytes.extracting(start..<start + extent.count), at: extent.lowerBound)
        byteCount += UInt64(extent.count)
        offset = extent.upperBound
      }
    } catch {
      throw AnalysisError(offset: offset, reason: "\(error)")
    }
  }

  private func write(_ bytes: RawSpan, at offset: UInt64) throws(CopyError) {
    try unsafe bytes.withUnsafeBytes { buffer throws(CopyError) in
      try unsafe destination.write(buffer, at: offset)
    }
  }

  public mutating func merge(_ next: consuming CopyWriter) { byteCount += next.byteCount }

  /// How many bytes were written; the others were holes.
  public consuming func finalize() -> UInt64 { byteCount }
}

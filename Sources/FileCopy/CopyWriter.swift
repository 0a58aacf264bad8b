import FileMapping
public import ScanEngine
import SystemPackage

/// Writes every tile to the copy, at the place that it has in what is copied.
///
/// What it does stays the same when it is done twice or in another order, so it can ride in any lane.
public struct CopyWriter: MergeableAnalyzer {
  private let destination: Destination
  /// Where in the source the copy begins.
  private let start: UInt64
  /// Nil where everything is written, as from a stream.
  private let extents: SourceExtents?
  /// What to store into; nil where bytes are written.
  private let object: MappingObject?
  /// Who writes rather than stores; nil if everybody stores.
  private let token: WritingTurn.Token?
  private var turn: WritingTurn?
  private var slice: CopySlice?
  /// The part of the copy for which it is decided whether to write or to store.
  private var decided: Range<UInt64> = 0..<0
  private var byteCount: UInt64 = 0

  init(
    to destination: Destination, from start: UInt64, extents: SourceExtents?,
    through object: MappingObject?, token: WritingTurn.Token?
  ) {
    self.destination = destination
    self.start = start
    self.extents = extents
    self.object = object
    self.token = token
  }

  public var skipsHoles: Bool { true }
  public var throughput: Double { 3 }

  public mutating func update(_ tile: borrowing Tile) throws(AnalysisError) {
    let place = tile.offset - start
    let end = tile.endOffset - start
    var offset = place
    do throws(CopyError) {
      while offset < end {
        let extent: Range<UInt64>
        if let extents {
          guard let next = try extents.first(from: offset) else { break }
          extent = next.clamped(to: offset..<end)
        } else {
          extent = offset..<end
        }
        guard !extent.isEmpty else { break }
        let first = Int(extent.lowerBound - place)
        try write(tile.bytes.extracting(first..<first + extent.count), at: extent.lowerBound)
        byteCount += UInt64(extent.count)
        offset = extent.upperBound
      }
      if end >= decided.upperBound || tile.isLast { (turn, slice) = (nil, nil) }
    } catch {
      throw AnalysisError(offset: start + offset, error, copyingTo: destination)
    }
  }

  private mutating func write(_ bytes: RawSpan, at offset: UInt64) throws(CopyError) {
    var start = 0
    while start < bytes.byteCount {
      let place = offset + UInt64(start)
      if !decided.contains(place) {
        decided = CopySlice.range(around: place)
        turn = nil
        turn = token?.take()
      }
      let end = min(bytes.byteCount, start + Int(decided.upperBound - place))
      var slice: CopySlice?
      if let object, turn == nil {
        do throws(CopyError) { slice = try self.slice(of: object, at: place) } catch {
          // Where there is no room for a view, bytes are written.
          guard error.reason == .system(.noMemory) else { throw error }
        }
      }
      try unsafe bytes.extracting(start..<end).withUnsafeBytes { buffer throws(CopyError) in
        if let slice {
          try unsafe slice.store(buffer, at: place)
        } else {
          try unsafe destination.write(buffer, at: place)
        }
      }
      start = end
    }
  }

  private mutating func slice(of object: MappingObject, at offset: UInt64) throws(CopyError)
    -> CopySlice
  {
    if let slice, slice.range.contains(offset) { return slice }
    let made = try CopySlice(of: object, around: offset)
    if let extent = try extents?.first(from: offset), extent.overlaps(made.range) {
      destination.populate(made, extent.clamped(to: made.range))
    }
    slice = made
    return made
  }

  public mutating func merge(_ next: consuming CopyWriter) {
    byteCount += next.byteCount
    (slice, turn, decided) = (nil, nil, 0..<0)
  }

  /// How many bytes were written; the others were holes.
  public consuming func finalize() -> UInt64 { byteCount }
}

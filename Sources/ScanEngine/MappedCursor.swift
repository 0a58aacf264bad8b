import FileMapping

/// Slides a view over a mapped file.
final class MappedCursor: TileCursor {
  private var view: SlidingView
  private let object: MappingObject
  private let start: UInt64
  private let byteCount: UInt64
  private var faultBeforeMove: UInt64?
  /// Reads what cannot be mapped any more, since this process has no more addresses or mappings to spare.
  private var reader: ReadCursor?

  /// - Parameters:
  ///   - start: The first byte that is shown.
  ///   - capacity: The largest window or tile, in bytes.
  init(over object: MappingObject, from start: UInt64, capacity: Int) throws(MappingError) {
    self.start = start
    // A view starts at a multiple of the granularity, up to one unit before what is asked for.
    view = try SlidingView(
      over: object, capacity: capacity + Int(MappingObject.allocationGranularity))
    self.object = object
    byteCount = object.size.rawValue
  }

  func longestTile(at offset: UInt64) -> Int {
    if let reader { return reader.longestTile(at: offset) }
    let end = view.mapped.upperBound
    // What follows a tile must be mapped too, unless the file ends there.
    let last = end == byteCount ? end : end - min(end, UInt64(Tile.reach))
    return view.mapped.contains(offset) && offset < last
      ? Int(min(last - offset, UInt64(view.capacity))) : view.capacity
  }

  private func shows(_ range: Range<UInt64>) -> Bool {
    let reach = UInt64(Tile.reach)
    let start = range.lowerBound - min(range.lowerBound - start, reach)
    let end = range.upperBound + min(byteCount - range.upperBound, reach)
    return view.mapped.lowerBound <= start && end <= view.mapped.upperBound
  }

  func withTile(
    at offset: UInt64, byteCount: Int, _ body: (borrowing Tile) -> Void
  ) throws(TileFailure) {
    if let reader { return try reader.withTile(at: offset, byteCount: byteCount, body) }
    let end = offset + UInt64(byteCount)
    if !shows(offset..<end) {
      faultBeforeMove = fault
      let start = offset - offset % MappingObject.allocationGranularity
      do throws(MappingError) { try view.move(to: FileOffset(start)) } catch {
        guard error.isShortageOfAddresses else { throw TileFailure(error, at: offset) }
        let reader = ReadCursor(over: object, from: self.start, capacity: byteCount)
        self.reader = reader
        return try reader.withTile(at: offset, byteCount: byteCount, body)
      }
    }
    MappedCursor.lend(view, offset..<end, from: start, body)
  }

  // A span of a class's property ends with the access to it; that of a parameter lasts the call.
  private static func lend(
    _ view: borrowing SlidingView, _ range: Range<UInt64>, from first: UInt64,
    _ body: (borrowing Tile) -> Void
  ) {
    let hidden = Int(first - min(first, view.mapped.lowerBound))
    let start = Int(range.lowerBound - view.mapped.lowerBound) - hidden
    let bytes = view.bytesWithMargins
    body(
      Tile(
        surroundings: bytes.extracting(hidden..<bytes.byteCount), start: start,
        end: start + range.count, offset: range.lowerBound, inputStart: first))
  }

  var fault: UInt64? {
    guard let found = view.fault?.rawValue else { return faultBeforeMove }
    return min(found, faultBeforeMove ?? found)
  }
}

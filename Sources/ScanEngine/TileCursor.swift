import FileMapping

/// Why no tile could be had.
enum TileFailure: Error {
  /// The system refused.
  case mapping(MappingError)
  /// The file has no byte at this offset any more.
  case ended(at: UInt64)
}

/// One lane's way of reading any part of a file, tile by tile.
protocol TileCursor: AnyObject {
  /// Lends the tile that starts at `offset`, with the bytes around it.
  ///
  /// The closure must not keep anything of the tile. It reports its own failures by itself.
  ///
  /// - Parameter byteCount: At most what ``longestTile`` says and the file has.
  func withTile(
    at offset: UInt64, byteCount: Int, _ body: (borrowing Tile) -> Void
  ) throws(TileFailure)

  /// The lowest offset that turned out later not to have been readable; nil if all were.
  var fault: UInt64? { get }

  /// The largest tile, in bytes, that starts at `offset` and needs no move of the cursor; any size
  /// if it has to move anyway.
  func longestTile(at offset: UInt64) -> Int
}

/// Slides a view over a mapped file.
final class MappedCursor: TileCursor {
  private var view: SlidingView
  private let byteCount: UInt64
  private var faultBeforeMove: UInt64?

  /// - Parameter capacity: The largest window or tile, in bytes.
  init(over object: MappingObject, capacity: Int) throws(MappingError) {
    // A view starts at a multiple of the granularity, up to one unit before what is asked for.
    view = try SlidingView(
      over: object, capacity: capacity + Int(MappingObject.allocationGranularity))
    byteCount = object.size.rawValue
  }

  func longestTile(at offset: UInt64) -> Int {
    let end = view.mapped.upperBound
    // What follows a tile must be mapped too, unless the file ends there.
    let last = end == byteCount ? end : end - min(end, UInt64(Tile.reach))
    return view.mapped.contains(offset) && offset < last
      ? Int(min(last - offset, UInt64(view.capacity))) : view.capacity
  }

  private func shows(_ range: Range<UInt64>) -> Bool {
    let reach = UInt64(Tile.reach)
    let start = range.lowerBound - min(range.lowerBound, reach)
    let end = range.upperBound + min(byteCount - range.upperBound, reach)
    return view.mapped.lowerBound <= start && end <= view.mapped.upperBound
  }

  func withTile(
    at offset: UInt64, byteCount: Int, _ body: (borrowing Tile) -> Void
  ) throws(TileFailure) {
    let end = offset + UInt64(byteCount)
    if !shows(offset..<end) {
      faultBeforeMove = fault
      let start = offset - offset % MappingObject.allocationGranularity
      do throws(MappingError) { try view.move(to: FileOffset(start)) } catch {
        throw .mapping(error)
      }
    }
    MappedCursor.lend(view, offset..<end, body)
  }

  // A span of a class's property ends with the access to it; that of a parameter lasts the call.
  private static func lend(
    _ view: borrowing SlidingView, _ range: Range<UInt64>, _ body: (borrowing Tile) -> Void
  ) {
    let start = Int(range.lowerBound - view.mapped.lowerBound)
    body(
      Tile(
        surroundings: view.bytesWithMargins, start: start, end: start + range.count,
        offset: range.lowerBound))
  }

  var fault: UInt64? {
    guard let found = view.fault?.rawValue else { return faultBeforeMove }
    return min(found, faultBeforeMove ?? found)
  }
}

/// Reads a file into a buffer, for where mapping is unwise or unwanted.
final class ReadCursor: TileCursor {
  private let object: MappingObject
  private let byteCount: UInt64
  private let capacity: Int
  private var buffer: [UInt8]

  /// - Parameter capacity: The largest tile, in bytes. A buffer that fits the L2 cache is fastest.
  init(over object: MappingObject, capacity: Int) {
    self.object = object
    self.capacity = capacity
    byteCount = object.size.rawValue
    buffer = [UInt8](repeating: 0, count: capacity + 2 * Tile.reach)
  }

  func longestTile(at offset: UInt64) -> Int { capacity }

  var fault: UInt64? { nil }

  func withTile(
    at offset: UInt64, byteCount: Int, _ body: (borrowing Tile) -> Void
  ) throws(TileFailure) {
    let before = Int(min(offset, UInt64(Tile.reach)))
    let start = offset - UInt64(before)
    let wanted = Int(
      min(UInt64(before + byteCount + Tile.reach), self.byteCount - start))
    let object = self.object
    var came = 0
    var failure: MappingError?
    unsafe buffer.withUnsafeMutableBytes { bytes in
      do throws(MappingError) {
        came = try unsafe object.read(
          into: UnsafeMutableRawBufferPointer(rebasing: bytes[..<wanted]), at: FileOffset(start))
      } catch { failure = error }
    }
    if let failure { throw .mapping(failure) }
    guard came == wanted else { throw .ended(at: start + UInt64(came)) }
    ReadCursor.lend(buffer, wanted, before..<before + byteCount, offset, body)
  }

  private static func lend(
    _ buffer: borrowing [UInt8], _ filled: Int, _ range: Range<Int>, _ offset: UInt64,
    _ body: (borrowing Tile) -> Void
  ) {
    // SAFETY: every byte of an array of UInt8 is initialised.
    let surroundings = unsafe buffer.span.bytes.extracting(..<filled)
    body(
      Tile(
        surroundings: surroundings, start: range.lowerBound, end: range.upperBound, offset: offset))
  }
}

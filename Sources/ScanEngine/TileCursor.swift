import FileMapping
import SystemPackage

/// Why no tile could be had.
enum TileFailure: Error {
  /// The system could not read the byte at this offset.
  case unreadable(at: UInt64, MappingError)
  /// The system refused something else.
  case mapping(MappingError)
  /// The file has no byte at this offset any more.
  case ended(at: UInt64)

  /// What the system said when the bytes at an offset were asked for.
  init(_ error: MappingError, at offset: UInt64) {
    switch error.reason {
    case .system(.ioError), .system(.staleNFSFileHandle): self = .unreadable(at: offset, error)
    default: self = .mapping(error)
    }
  }
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

/// What is left of a cursor when nobody needs tiles any more.
final class NoCursor: TileCursor {
  var fault: UInt64? { nil }
  func longestTile(at offset: UInt64) -> Int { 1 }
  func withTile(
    at offset: UInt64, byteCount: Int, _ body: (borrowing Tile) -> Void
  ) throws(TileFailure) {
    throw .ended(at: offset)
  }
}

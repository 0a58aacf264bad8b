public import ScanEngine

/// Lists where the magic numbers of zstd frames and of skippable frames stand, at any offset.
///
/// A magic number belongs to the tile that holds its first byte. Its answer is how many there are; where they
/// are is listed while the scan goes on. What they begin, if anything, ``FrameCarver`` finds out.
public struct MagicScan: MergeableAnalyzer, ListingAnalyzer {
  private var places = MagicPlaces()
  private var count: UInt64 = 0

  public init() {}

  public var throughput: Double { 12 }

  /// No magic number has a zero in it.
  public var skipsHoles: Bool { true }

  public mutating func update(_ tile: borrowing Tile) {
    let before = places.count
    let offset = tile.offset
    MagicSearch.forEach(in: tile.bytes) { places.append(offset + UInt64($0)) }
    // Those that begin in the last three bytes of the tile end in what follows it.
    let (bytes, after) = (tile.bytes, tile.after)
    let ownCount = min(tile.byteCount, MagicNumber.byteCount - 1)
    let afterCount = min(after.byteCount, MagicNumber.byteCount - 1)
    var seam: UInt64 = 0
    for index in (0..<afterCount).reversed() { seam = seam << 8 | UInt64(after.byte(at: index)) }
    for index in (tile.byteCount - ownCount..<tile.byteCount).reversed() {
      seam = seam << 8 | UInt64(bytes.byte(at: index))
    }
    for index in 0..<ownCount where index + MagicNumber.byteCount <= ownCount + afterCount {
      let word = UInt32(truncatingIfNeeded: seam >> UInt64(8 * index))
      if MagicSearch.isMagic(word) { places.append(tile.endOffset - UInt64(ownCount - index)) }
    }
    count += UInt64(places.count - before)
  }

  public mutating func merge(_ next: consuming MagicScan) {
    places.append(next.places)
    count += next.count
  }

  public mutating func takeListing() -> MagicPlaces {
    defer { places = MagicPlaces() }
    return places
  }

  /// How many there are.
  public consuming func finalize() -> UInt64 { count }
}

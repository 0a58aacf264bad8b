public import ScanEngine

/// Computes XXH32 with seed 0: what `xxhsum -H0` prints.
///
/// Digests are in the canonical form, most significant byte first. The corresponding C functions are
/// `XXH32_update` and `XXH32_digest`. Source: xxHash algorithm description, section "XXH32".
public struct XXH32: Analyzer {
  private var state = XXHState(.xxh32)

  /// Makes the hash of an empty input.
  public init() {}

  public var throughput: Double { 4 }
  public var takesLinesEarly: Bool { true }

  public mutating func update(_ tile: borrowing Tile) { state.update(tile.bytes) }

  public consuming func finalize() -> Digest { state.digest }
}

/// Computes XXH64 with seed 0: what `xxhsum -H1` prints.
///
/// Digests are in the canonical form, most significant byte first. The corresponding C functions are
/// `XXH64_update` and `XXH64_digest`. Source: xxHash algorithm description, section "XXH64".
public struct XXH64: Analyzer {
  private var state = XXHState(.xxh64)

  /// Makes the hash of an empty input.
  public init() {}

  public var throughput: Double { 6 }
  public var takesLinesEarly: Bool { true }

  public mutating func update(_ tile: borrowing Tile) { state.update(tile.bytes) }

  public consuming func finalize() -> Digest { state.digest }
}

/// Computes XXH3 with 64 bits and seed 0: what `xxhsum -H3` prints.
///
/// Digests are in the canonical form, most significant byte first. The corresponding C functions are
/// `XXH3_64bits_update` and `XXH3_64bits_digest`. Source: xxHash algorithm description, section
/// "XXH3".
public struct XXH3: Analyzer {
  private var state = XXHState(.xxh3)

  /// Makes the hash of an empty input.
  public init() {}

  public var throughput: Double { 14 }
  public var takesLinesEarly: Bool { true }

  public mutating func update(_ tile: borrowing Tile) { state.update(tile.bytes) }

  public consuming func finalize() -> Digest { state.digest }
}

/// Computes XXH3 with 128 bits and seed 0: what `xxhsum -H2` prints.
///
/// Digests are in the canonical form, most significant byte first. The corresponding C functions are
/// `XXH3_128bits_update` and `XXH3_128bits_digest`. Source: xxHash algorithm description, section
/// "XXH3".
public struct XXH128: Analyzer {
  private var state = XXHState(.xxh128)

  /// Makes the hash of an empty input.
  public init() {}

  public var throughput: Double { 14 }
  public var takesLinesEarly: Bool { true }

  public mutating func update(_ tile: borrowing Tile) { state.update(tile.bytes) }

  public consuming func finalize() -> Digest { state.digest }
}

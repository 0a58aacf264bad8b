import CBlake2b
public import ScanEngine

/// Computes BLAKE2b without a key: what `b2sum` prints.
///
/// A shorter digest is another one, not the beginning of a longer one. The corresponding C functions are `blake2b_init`,
/// `blake2b_update` and `blake2b_final`. Source: RFC 7693, section 3.
public struct BLAKE2b: Analyzer {
  private let digestByteCount: Int
  private var state: [UInt64]
  /// How many bytes have been compressed, in whole blocks.
  private var compressedByteCount: UInt64 = 0
  /// The bytes behind those, up to a whole block: the last one is compressed in another way, and whether it is the last
  /// shows only when more come.
  private var tail: [UInt8] = []

  private static let blockByteCount = 128
  private static let wordCount = 8

  /// Makes the hash of an empty input.
  ///
  /// - Precondition: A digest has from 1 to 64 bytes.
  public init(digestByteCount: Int = 64) {
    precondition((1...64).contains(digestByteCount))
    self.digestByteCount = digestByteCount
    state = Array(repeating: 0, count: Self.wordCount)
    // SAFETY: the function writes eight words.
    unsafe blake2b_start(&state, digestByteCount)
  }

  public var throughput: Double { 1.4 }
  public var takesLinesEarly: Bool { true }

  public mutating func update(_ tile: borrowing Tile) {
    unsafe tile.bytes.withUnsafeBytes { unsafe append($0) }
  }

  private mutating func append(_ bytes: UnsafeRawBufferPointer) {
    var rest = unsafe bytes[...]
    if !tail.isEmpty {
      let count = unsafe min(Self.blockByteCount - tail.count, rest.count)
      unsafe tail += rest.prefix(count)
      unsafe rest = rest.dropFirst(count)
      guard unsafe !rest.isEmpty else { return }
      unsafe tail.withUnsafeBytes { unsafe compress($0) }
      tail.removeAll(keepingCapacity: true)
    }
    let byteCount = unsafe max(0, rest.count - 1) / Self.blockByteCount * Self.blockByteCount
    unsafe compress(UnsafeRawBufferPointer(rebasing: rest.prefix(byteCount)))
    unsafe tail += rest.dropFirst(byteCount)
  }

  /// Takes whole blocks, behind which more bytes come.
  private mutating func compress(_ blocks: UnsafeRawBufferPointer) {
    // SAFETY: the function reads whole blocks from `base`, all of which lie in `blocks`, and changes eight words.
    guard let base = unsafe blocks.assumingMemoryBound(to: UInt8.self).baseAddress else { return }
    unsafe blake2b_compress(
      &state, base, blocks.count / Self.blockByteCount, compressedByteCount)
    compressedByteCount += UInt64(blocks.count)
  }

  public consuming func finalize() -> Digest {
    let byteCount = compressedByteCount + UInt64(tail.count)
    tail += Array(repeating: 0, count: Self.blockByteCount - tail.count)
    // SAFETY: the function reads one block and changes eight words.
    unsafe blake2b_compress_last(&state, tail, byteCount)
    let bytes = state.flatMap { word in
      stride(from: 0, to: UInt64.bitWidth, by: 8).map { UInt8(truncatingIfNeeded: word >> $0) }
    }
    return Digest(
      algorithm: .blake2b(byteCount: digestByteCount), bytes: Array(bytes.prefix(digestByteCount)))
  }
}

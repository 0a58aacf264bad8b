/// What a seek table says of the frames before it, in few bytes: how many there are, and a number that depends
/// on the sizes of each.
///
/// Source: zstd, contrib/seekable_format, version 0.1.0.
struct SeekTableDigest: Equatable, Sendable {
  private(set) var count: UInt64 = 0
  private var digest: UInt64 = 0
  private(set) var compressedByteCount: UInt64 = 0

  init() {}

  mutating func append(byteCount: UInt64, contentByteCount: UInt64) {
    count += 1
    compressedByteCount &+= byteCount
    // FNV-1a, a number at a time.
    for number in [byteCount, contentByteCount] {
      digest = (digest ^ number) &* 0x0000_0100_0000_01B3 &+ 0x9E37_79B9_7F4A_7C15
    }
  }

  /// Reads the entries of a seek table.
  ///
  /// - Parameter range: The content of a frame that has the form of one (``Frame/Purpose``).
  init(of range: Range<UInt64>, _ input: CarvingInput) throws(CarvingStop) {
    let end = range.upperBound - Frame.Purpose.byteCount
    guard let footer = try input.field(at: end, byteCount: 9, isFar: true) else { return }
    let width = footer[4] & 0x80 == 0 ? 8 : 12
    var entry = FieldBytes()
    var digest = self
    try input.withPieces(of: range.lowerBound..<end) { piece in
      var index = 0
      while index < piece.byteCount {
        index += entry.gather(piece, from: index, needed: width)
        guard entry.count == width else { break }
        digest.append(
          byteCount: UInt64(entry.word(at: 0)), contentByteCount: UInt64(entry.word(at: 4)))
        entry.removeAll()
      }
      return true
    }
    self = digest
  }
}

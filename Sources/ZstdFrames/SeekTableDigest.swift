/// What a seek table says of the frames before it, in few bytes: how many there are, and a number that depends
/// on the sizes of each.
///
/// Source: zstd, contrib/seekable_format, version 0.1.0.
struct SeekTableDigest: Equatable, Sendable {
  static let magic: UInt32 = 0x184D_2A5E
  private static let footerMagic: UInt32 = 0x8F92_EAB1

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

  /// - Returns: nil if the bytes have not the form of a seek table.
  init?(of range: Range<UInt64>, _ input: CarvingInput) throws(CarvingStop) {
    let size = range.upperBound - range.lowerBound
    guard size >= 9,
      let footer = try input.field(at: range.upperBound - 9, byteCount: 9, isFar: true),
      footer.word(at: 5) == Self.footerMagic, footer[4] & 0x7C == 0
    else { return nil }
    let width: UInt64 = footer[4] & 0x80 == 0 ? 8 : 12
    guard UInt64(footer.word(at: 0)) * width + 9 == size else { return nil }
    var entry = FieldBytes()
    try input.withPieces(of: range.lowerBound..<range.upperBound - 9) { piece in
      var index = 0
      while index < piece.byteCount {
        index += entry.gather(piece, from: index, needed: Int(width))
        guard entry.count == Int(width) else { break }
        append(
          byteCount: UInt64(entry.word(at: 0)), contentByteCount: UInt64(entry.word(at: 4)))
        entry.removeAll()
      }
      return true
    }
  }
}

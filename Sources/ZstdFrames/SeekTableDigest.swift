/// What a seek table says of the frames before it, in few bytes: how many there are, and a number that depends
/// on the sizes of each.
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
  /// - Parameter content: The content of a frame that has the form of one (``Frame/Purpose``).
  init(of content: Range<UInt64>, _ input: CarvingInput) throws(CarvingStop) {
    guard let table = try SeekTable(inFrameWith: content, input) else { return }
    try table.forEach(input) { entry throws(CarvingStop) in
      append(byteCount: entry.byteCount, contentByteCount: entry.contentByteCount)
      return true
    }
  }
}

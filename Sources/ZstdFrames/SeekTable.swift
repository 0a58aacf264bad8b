/// The table at the end of a file in the seekable format: the size of each frame, compressed and not.
///
/// Nothing in it is believed before it was compared with the frames.
///
/// Source: zstd, contrib/seekable_format, version 0.1.0.
struct SeekTable {
  /// What it says of one frame. Skippable frames are listed with no content.
  struct Entry: Equatable {
    var byteCount: UInt64
    var contentByteCount: UInt64
  }

  /// Where the frame starts that holds it, and where its entries lie.
  let frameOffset: UInt64
  private let entries: Range<UInt64>
  private let entryByteCount: Int

  /// - Parameter content: The content of a frame that has the form of a table (``Frame/Purpose``).
  /// - Returns: nil if it cannot be read any more.
  init?(inFrameWith content: Range<UInt64>, _ input: CarvingInput) throws(CarvingStop) {
    let end = content.upperBound - Frame.Purpose.byteCount
    guard let footer = try input.field(at: end, byteCount: 9, isFar: true) else { return nil }
    frameOffset = content.lowerBound - 8
    entries = content.lowerBound..<end
    entryByteCount = footer[4] & 0x80 == 0 ? 8 : 12
  }

  /// The table that a file ends with.
  ///
  /// - Returns: nil if it ends with none.
  init?(atEndOf input: CarvingInput) throws(CarvingStop) {
    let end = input.byteCount
    guard end != .max, end >= input.start + 17,
      let footer = try input.field(at: end - 9, byteCount: 9)
    else {
      return nil
    }
    let content = UInt64(footer.word(at: 0)) * (footer[4] & 0x80 == 0 ? 8 : 12) + 9
    guard content <= min(end - 8 - input.start, UInt64(UInt32.max)),
      let head = try input.field(at: end - 8 - content, byteCount: 8),
      UInt64(head.word(at: 4)) == content,
      case .seekTable? = Frame.Purpose(head.word(at: 0), UInt32(content), lastBytes: footer)
    else { return nil }
    try self.init(inFrameWith: end - content..<end, input)
  }

  /// Calls a closure with each entry, as long as it wants more. It may read the input itself.
  ///
  /// - Parameter prefetchesHeaders: Whether it will read the header of each frame, if the entries begin with
  ///   the first.
  func forEach(
    _ input: CarvingInput, prefetchesHeaders: Bool = false,
    _ body: (Entry) throws(CarvingStop) -> Bool
  ) throws(CarvingStop) {
    var start = entries.lowerBound
    var offset = input.start
    while start < entries.upperBound {
      let end = min(entries.upperBound, start + UInt64(Self.batchCount * entryByteCount))
      let batch = try batch(start..<end, input)
      for (index, entry) in batch.enumerated() {
        if prefetchesHeaders, index % Self.prefetchCount == 0 {
          for entry in batch[index...].prefix(Self.prefetchCount) {
            input.prefetch(headerAt: offset)
            offset += entry.byteCount
          }
        }
        guard try body(entry) else { return }
      }
      start = end
    }
  }

  private static let batchCount = 4096
  /// How many headers a device is asked for at a time.
  private static let prefetchCount = 128

  private func batch(
    _ range: Range<UInt64>, _ input: CarvingInput
  ) throws(CarvingStop) -> [Entry] {
    var batch: [Entry] = []
    var entry = FieldBytes()
    try input.withPieces(of: range) { piece in
      var index = 0
      while index < piece.byteCount {
        index += entry.gather(piece, from: index, needed: entryByteCount)
        guard entry.count == entryByteCount else { break }
        batch.append(
          Entry(
            byteCount: UInt64(entry.word(at: 0)), contentByteCount: UInt64(entry.word(at: 4))))
        entry.removeAll()
      }
      return true
    }
    return batch
  }
}

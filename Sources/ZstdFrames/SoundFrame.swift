/// A frame that is what it claims to be.
struct SoundFrame: Sendable {
  var offset: UInt64
  var byteCount: UInt64
  var contentByteCount: UInt64 = 0
  var checksum: UInt32?
  /// Nil for a zstd frame.
  var skippableMagic: UInt32?
  /// Of a skippable frame: its content, if it has four bytes, and the last nine.
  var number: UInt32?
  var footer: FieldBytes?
  /// A digest of the entries of a seek table.
  var tableDigest: SeekTableDigest?
  /// Whether it was found to be sound.
  var isSound = true

  var endOffset: UInt64 { offset + byteCount }
  var isSkippable: Bool { skippableMagic != nil }

  init(offset: UInt64, byteCount: UInt64) { (self.offset, self.byteCount) = (offset, byteCount) }

  /// A zstd frame that was decoded.
  init(_ frame: ExaminedFrame, at offset: UInt64) {
    self.init(offset: offset, byteCount: frame.endOffset - offset)
    contentByteCount = frame.contentByteCount
    if case .zstd(_, _, let checksum) = frame.kind { self.checksum = checksum }
  }

  /// A skippable frame that lies in the input as a whole.
  init(
    skippableAt offset: UInt64, _ head: FieldBytes, _ input: CarvingInput
  ) throws(CarvingStop) {
    let size = UInt64(head.word(at: 4))
    self.init(offset: offset, byteCount: 8 + size)
    skippableMagic = head.word(at: 0)
    if size == 4 { number = try input.field(at: offset + 8, byteCount: 4)?.word(at: 0) }
    if head.word(at: 0) == SeekTableDigest.magic {
      tableDigest = try SeekTableDigest(of: offset + 8..<endOffset, input)
    }
  }
}

/// A frame that is what it claims to be.
struct SoundFrame: Sendable {
  var offset: UInt64
  var byteCount: UInt64
  var contentByteCount: UInt64 = 0
  var kind = Frame.Kind.skippable(magicNumber: 0, contentByteCount: 0)
  /// What a skippable frame is for.
  var purpose: Frame.Purpose?
  /// What a seek table says of the frames before it.
  var tableDigest: SeekTableDigest?
  /// Whether it was found to be sound.
  var isSound = true

  var endOffset: UInt64 { offset + byteCount }
  var isSkippable: Bool { if case .skippable = kind { true } else { false } }
  var checksum: UInt32? { if case .zstd(_, _, let checksum) = kind { checksum } else { nil } }

  /// A zstd frame that still has to be decoded.
  init(undecodedAt offset: UInt64, byteCount: UInt64, _ header: FrameHeader) {
    (self.offset, self.byteCount) = (offset, byteCount)
    kind = .zstd(header, blocks: BlockCounts(), checksum: nil)
    isSound = false
  }

  /// A zstd frame that was decoded.
  init(_ frame: ExaminedFrame, at offset: UInt64) {
    (self.offset, byteCount) = (offset, frame.endOffset - offset)
    contentByteCount = frame.contentByteCount
    kind = frame.kind
  }

  /// A skippable frame that lies in the input as a whole.
  init(
    skippableAt offset: UInt64, _ head: FieldBytes, _ input: CarvingInput
  ) throws(CarvingStop) {
    let size = head.word(at: MagicNumber.byteCount)
    (self.offset, byteCount) = (offset, 8 + UInt64(size))
    kind = .skippable(magicNumber: head.word(at: 0), contentByteCount: size)
    let count = min(Frame.Purpose.byteCount, UInt64(size))
    let last = try input.field(at: endOffset - count, byteCount: Int(count), isFar: true)
    purpose = last.flatMap { Frame.Purpose(head.word(at: 0), size, lastBytes: $0) }
    if case .seekTable? = purpose {
      tableDigest = try SeekTableDigest(of: offset + 8..<endOffset, input)
    }
  }
}

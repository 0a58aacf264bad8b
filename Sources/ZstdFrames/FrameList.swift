/// The frames of an input, and what ends the row of them.
public struct FrameList: Equatable, Sendable {
  /// The first frames, as many as the walk was asked to list. The counts below are of all frames.
  public var frames: [Frame] = []
  public var zstdFrameCount: UInt64 = 0
  public var skippableFrameCount: UInt64 = 0
  /// Size of all whole frames, skippable ones too.
  public var byteCount: UInt64 = 0
  /// Size of the content by the frames' headers; nil if a zstd frame does not declare one, or if
  /// the claims add up to more than 64 bits hold. Zero if there is no zstd frame.
  public var contentByteCount: UInt64? = 0
  /// How many zstd frames store a checksum.
  public var checksummedFrameCount: UInt64 = 0
  /// The largest window that a frame asks a decoder for; nil if there is no zstd frame.
  public var largestWindowByteCount: UInt64?
  /// The last zstd frame, listed or not: the one whose window `zstd -lv` shows.
  public var lastZstdFrame: Frame?
  /// What comes after the last whole frame; nil if the input ends there.
  public var trailing: Trailing?

  public init() {}

  /// How many frames there are, skippable ones counted.
  public var frameCount: UInt64 { zstdFrameCount + skippableFrameCount }

  /// Counts a frame, and lists it if fewer than `limit` are listed.
  mutating func append(_ frame: Frame, limit: Int) {
    if frames.count < limit { frames.append(frame) }
    byteCount += frame.byteCount

    guard let header = frame.header else {
      skippableFrameCount += 1
      return
    }
    zstdFrameCount += 1
    if header.hasChecksum { checksummedFrameCount += 1 }
    largestWindowByteCount = max(largestWindowByteCount ?? 0, header.windowByteCount)
    lastZstdFrame = frame
    if let sum = contentByteCount, let content = header.contentByteCount {
      let (total, overflow) = sum.addingReportingOverflow(content)
      contentByteCount = overflow ? nil : total
    } else {
      contentByteCount = nil
    }
  }
}

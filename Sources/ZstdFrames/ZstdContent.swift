import FileMapping
public import ScanEngine

/// The content of all frames of a zstd file, one after the other.
///
/// Frames are decoded side by side, as many as the scan has jobs and memory has room for; one that is larger than
/// ``gatheredByteCount(jobs:)`` is decoded as its bytes come, and others wait meanwhile.
public struct ZstdContent: ContentDecoder {
  /// What decoding may use.
  public var settings: DecodingSettings
  /// Whether an input that does not begin as zstd files do is taken as it is.
  public var acceptsPlain: Bool
  /// The frame to begin with.
  public var position: FramePosition
  /// Where the input begins.
  public let inputStart: UInt64
  /// The frames that are decoded; others are passed over. All by default.
  public var wantedFrames: Range<UInt64> = 0..<UInt64.max
  /// Learns which frame holds which content.
  public let frames = ContentFrames()

  /// - Parameter inputStart: Where the input begins.
  public init(
    _ settings: DecodingSettings = DecodingSettings(), acceptsPlain: Bool = false,
    from inputStart: UInt64 = 0
  ) {
    self.settings = settings
    self.acceptsPlain = acceptsPlain
    self.inputStart = inputStart
    position = FramePosition(offset: inputStart)
  }

  public var start: (inputOffset: UInt64, contentOffset: UInt64) {
    (position.offset, position.contentOffset)
  }

  public func begin(into sink: ContentSink) -> any ContentDecoding {
    frames.begin(of: sink.range)
    return FrameSplitter(
      DecodingSequence(settings, frames, into: sink, from: position.contentOffset), self, sink)
  }

  /// How many compressed bytes of a frame are held before it is decoded; fewer where a control group has little memory.
  static func gatheredByteCount(jobs: Int) -> Int {
    min(16 << 20, max(2 << 20, ProcessLimits.memoryShare(16, upTo: 48 << 20) / jobs))
  }
}

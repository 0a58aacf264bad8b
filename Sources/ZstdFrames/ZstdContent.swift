public import ScanEngine

/// The content of all frames of a zstd file, one after the other.
///
/// Frames are decoded side by side, as many as the scan has jobs; one that is larger than
/// ``gatheredByteCount(jobs:)`` is decoded as its bytes come, and others wait meanwhile.
public struct ZstdContent: ContentDecoder {
  /// What decoding may use.
  public var settings: DecodingSettings
  /// Whether an input that does not begin as zstd files do is taken as it is.
  public var acceptsPlain: Bool
  /// Learns which frame holds which content.
  public let frames = ContentFrames()

  public init(_ settings: DecodingSettings = DecodingSettings(), acceptsPlain: Bool = false) {
    self.settings = settings
    self.acceptsPlain = acceptsPlain
  }

  public func begin(into sink: ContentSink) -> any ContentDecoding {
    FrameSplitter(
      DecodingSequence(settings, frames, into: sink), frames, sink, acceptsPlain: acceptsPlain)
  }

  /// How many compressed bytes of a frame are held before it is decoded.
  static func gatheredByteCount(jobs: Int) -> Int { min(16 << 20, max(2 << 20, (48 << 20) / jobs)) }
}

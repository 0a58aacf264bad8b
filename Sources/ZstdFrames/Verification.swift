public import ScanEngine

/// What came of verifying an input.
public struct Verification: Sendable {
  /// Frames that are not sound, or bytes that are no frame.
  public struct Damage: Equatable, Sendable {
    /// The how manyth it is among frames: what is in the place of a frame counts as one.
    public var index: UInt64
    /// The bytes of the input that are lost with it.
    public var range: Range<UInt64>
    /// What is wrong. One clause without a full stop.
    public var reason: String
    /// How many bytes of its content came out before that, unchecked.
    public var soundContentByteCount: UInt64
    /// Whether nothing is known to be wrong, but it could not be decoded for want of a dictionary or by a
    /// limit.
    public var isUnverified = false
  }

  /// Neighbouring frames that are all sound.
  public struct GoodRange: Equatable, Sendable {
    /// Their indexes, skippable ones counted.
    public var frames: Range<UInt64>
    /// Their bytes in the input.
    public var range: Range<UInt64>
    /// How much content they have.
    public var contentByteCount: UInt64
    /// Where their content begins in that of the whole, undamaged input; nil if a frame before them is lost
    /// that did not declare how much it had.
    public var contentOffset: UInt64?
  }

  /// Something that was found, in the order of the input.
  public enum Finding: Sendable {
    /// A sound frame, and how much content it has.
    case frame(Frame, contentByteCount: UInt64)
    case good(GoodRange)
    case damage(Damage)
    /// A table or header beside the frames does not agree with them.
    case disagreement(index: UInt64, offset: UInt64, reason: String)
  }

  /// How it ended. Anything but complete means that not everything was verified.
  public var outcome = Outcome.complete
  /// Bytes of the input.
  public var byteCount: UInt64 = 0
  public var zstdFrameCount: UInt64 = 0
  public var skippableFrameCount: UInt64 = 0
  /// How many of the sound frames have no checksum: that they decode is all that speaks for them.
  public var uncheckedFrameCount: UInt64 = 0
  public var damageCount: UInt64 = 0
  public var unverifiedCount: UInt64 = 0
  public var disagreementCount: UInt64 = 0
  /// Bytes of sound frames, and of their content.
  public var goodByteCount: UInt64 = 0
  public var contentByteCount: UInt64 = 0
  /// How many seek tables and headers of pzstd agree with the frames.
  public var seekTableCount: UInt64 = 0
  public var sizeHeaderCount: UInt64 = 0

  public var frameCount: UInt64 { zstdFrameCount + skippableFrameCount }
  /// Whether all is well.
  public var isSound: Bool {
    outcome == .complete && damageCount == 0 && unverifiedCount == 0 && disagreementCount == 0
      && frameCount > 0
  }
}

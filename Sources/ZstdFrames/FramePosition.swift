/// Where a frame starts: the how manyth it is, and its offset in the input and in the content.
public struct FramePosition: Equatable, Sendable {
  /// How many frames come before it, skippable ones counted.
  public var index: UInt64
  /// In bytes from the start of the input.
  public var offset: UInt64
  /// In bytes from the start of the content of all frames.
  public var contentOffset: UInt64

  public init(index: UInt64 = 0, offset: UInt64 = 0, contentOffset: UInt64 = 0) {
    self.index = index
    self.offset = offset
    self.contentOffset = contentOffset
  }
}

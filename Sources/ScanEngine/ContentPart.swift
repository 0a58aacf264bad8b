/// Which part of an input's content is scanned.
public struct ContentPart: Equatable, Sendable {
  /// The wanted bytes of content.
  public var range: Range<UInt64>
  /// Where decoding begins, at or before the range: an offset of the content, and the one of the input where
  /// that is stored.
  public var decodedFrom: UInt64 = 0
  public var inputOffset: UInt64 = 0

  /// Makes the part that is everything.
  public init() { range = 0..<UInt64.max }

  /// Makes a part that has to be decoded from the beginning.
  public init(of range: Range<UInt64>) { self.range = range }
}

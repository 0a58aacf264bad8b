/// Ascending offsets, packed: mostly one byte each where they lie close together.
public struct MagicPlaces: Sendable, Sequence {
  /// How many there are.
  public private(set) var count = 0
  private var first: UInt64 = 0
  private var last: UInt64 = 0
  /// How far each one lies behind the one before: seven bits a byte, the lowest first; the eighth bit says
  /// that more follow.
  private var gaps: [UInt8] = []

  public init() {}

  public var isEmpty: Bool { count == 0 }

  /// - Precondition: `offset` lies behind all that are there.
  mutating func append(_ offset: UInt64) {
    if count == 0 { first = offset } else { appendGap(to: offset) }
    last = offset
    count += 1
  }

  /// - Precondition: The others lie behind all that are there.
  mutating func append(_ others: MagicPlaces) {
    guard !others.isEmpty else { return }
    guard !isEmpty else {
      self = others
      return
    }
    appendGap(to: others.first)
    gaps += others.gaps
    last = others.last
    count += others.count
  }

  private mutating func appendGap(to offset: UInt64) {
    precondition(offset > last)
    var rest = offset - last
    while rest >= 0x80 {
      gaps.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    gaps.append(UInt8(rest))
  }

  public func makeIterator() -> Iterator { Iterator(self) }

  /// Goes over the offsets from low to high.
  public struct Iterator: IteratorProtocol, Sendable {
    private let places: MagicPlaces
    private var offset: UInt64 = 0
    private var index = -1

    fileprivate init(_ places: MagicPlaces) { self.places = places }

    public mutating func next() -> UInt64? {
      guard index >= 0 else {
        index = 0
        offset = places.first
        return places.isEmpty ? nil : offset
      }
      guard index < places.gaps.count else { return nil }
      var gap: UInt64 = 0
      var shift: UInt64 = 0
      while true {
        let byte = places.gaps[index]
        index += 1
        gap |= UInt64(byte & 0x7F) << shift
        guard byte & 0x80 != 0 else { break }
        shift += 7
      }
      offset += gap
      return offset
    }
  }
}

/// An expression that is one byte after another, each of a range of values, such as `[0-9]{4}-[0-9]{2}`.
///
/// Whether it matches at a place is decided without PCRE2, in a few instructions.
struct ByteRangeSequence: Sendable {
  /// Number of bytes that a match has; 1 to 16.
  let width: Int
  private var least = SIMD16<UInt8>(repeating: 0)
  private var spread = SIMD16<UInt8>(repeating: 255)

  /// - Returns: nil if the expression is something else, or longer.
  init?(_ syntax: RegexSyntax, ignoresCase: Bool) {
    var ranges: [ClosedRange<UInt8>] = []
    guard ByteRangeSequence.append(syntax.root, ignoresCase, to: &ranges), !ranges.isEmpty else {
      return nil
    }
    width = ranges.count
    for (index, range) in ranges.enumerated() {
      least[index] = range.lowerBound
      spread[index] = range.upperBound - range.lowerBound
    }
  }

  private static func append(
    _ node: RegexNode, _ ignoresCase: Bool, to ranges: inout [ClosedRange<UInt8>]
  ) -> Bool {
    switch node {
    case .byte(let byte):
      if ignoresCase && isLetter(byte) { return false }
      ranges.append(byte...byte)
    case .set(let set):
      // A newline was taken out of it, so that no match holds one.
      guard let range = set.range, !range.contains(newline) else { return false }
      ranges.append(range)
    case .sequence(let nodes):
      return nodes.allSatisfy { append($0, ignoresCase, to: &ranges) }
    case .repeat(let node, let atLeast, let atMost):
      guard atLeast == atMost, atLeast <= 16 else { return false }
      for _ in 0..<atLeast where !append(node, ignoresCase, to: &ranges) { return false }
    case .character, .assertion, .choice: return false
    }
    return ranges.count <= 16
  }

  /// Whether it matches the bytes at `start`.
  ///
  /// - Precondition: Sixteen bytes are readable there.
  @inline(__always)
  func matches(_ start: UnsafeRawPointer) -> Bool {
    let bytes = unsafe start.loadUnaligned(as: SIMD16<UInt8>.self)
    let isOutside = (bytes &- least) .> spread
    // SAFETY: a mask of 16 lanes and two words have the same size and no invalid patterns.
    let lanes = unsafe unsafeBitCast(isOutside, to: SIMD2<UInt64>.self)
    return lanes[0] | lanes[1] == 0
  }
}

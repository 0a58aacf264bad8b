/// What the matches of an expression have before a string that all of them hold.
///
/// It tells where a match that holds the string at one place starts, or does not start later: to look
/// there first is cheaper than to try every byte of the line.
struct LiteralLead: Sendable {
  private enum Part {
    /// At most so many bytes.
    case bytes(Int)
    /// Any number of bytes of a set.
    case run(ByteSet)
  }

  /// From the string to the left.
  private var parts: [Part] = []

  /// - Parameter nodes: A sequence that has the string among its nodes.
  /// - Returns: nil if it has not, or if too much may stand before it.
  init?(before literal: [UInt8], in nodes: [RegexNode]) {
    guard
      let place = nodes.indices.first(where: { start in
        start + literal.count <= nodes.count
          && zip(nodes[start...], literal).allSatisfy { node, byte in
            if case .byte(byte) = node { true } else { false }
          }
      })
    else { return nil }
    for node in nodes[..<place].reversed() {
      if case .repeat(.set(let set), _, nil) = node {
        parts.append(.run(set))
      } else if case .repeat(.byte(let byte), _, nil) = node {
        parts.append(.run(ByteSet(byte...byte)))
      } else if let width = RegexSyntax.greatestWidth(of: node), width <= 256 {
        parts.append(.bytes(width))
      } else {
        return nil
      }
    }
  }

  /// Where to look for a match first that holds the string at `hit`.
  func start(_ line: LineText, _ hit: Int) -> Int {
    var start = hit
    for part in parts {
      switch part {
      case .bytes(let count): start = max(line.start, start - count)
      case .run(let set):
        while start > line.start, set.contains(line.byte(at: start - 1)) { start -= 1 }
      }
    }
    return start
  }
}

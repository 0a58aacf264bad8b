/// How long one attempt to match at one place may take.
///
/// PCRE2's machine code counts how often it goes through a group, but not how often it shortens a repeat of
/// single bytes, so that its limits do not hold for `.*a.*b.*c`: with n bytes and k such repeats, up to n to
/// the power of k steps go by.
package struct Backtracking: Sendable {
  /// How many repeats in a row may each be tried with any length.
  package let degree: Int

  /// How many bytes an attempt may go over without anybody who looks at the clock.
  ///
  /// The clock makes it several times slower. Without it the last repeat of a row costs next to nothing most
  /// of the time, since machine code looks for the byte after it.
  var freeByteCount: Int {
    switch degree {
    case ...1: Int.max
    case 2: 64 << 10
    case 3: 8 << 10
    case 4: 1 << 10
    default: 512
    }
  }

  /// - Parameters:
  ///   - syntax: What was read of the expression; nil if that is nothing.
  ///   - isLast: Whether nothing more is asked of a match that has come to its end.
  init(_ source: [UInt8], _ syntax: RegexSyntax?, isLast: Bool) {
    degree =
      if let syntax {
        // What is followed by nothing never has to give anything back.
        Backtracking.degree(of: syntax.root, before: isLast ? ByteSet() : nil)
      } else {
        source.indices.count { index in
          Array("*+{".utf8).contains(source[index])
            && index > 0 && source[index - 1] != UInt8(ascii: ")")
        }
      }
  }

  package init(_ source: [UInt8], isLast: Bool = true) {
    self.init(source, RegexSyntax(source, ignoresCase: false), isLast: isLast)
  }

  /// Repeats with fewer lengths than this are no matter.
  private static var fewLengths: Int { 16 }

  /// - Parameter next: The bytes of which one follows; nil if that is not known.
  private static func degree(of node: RegexNode, before next: ByteSet?) -> Int {
    switch node {
    case .byte, .set, .character, .assertion: return 0
    case .choice(let nodes): return nodes.reduce(0) { max($0, degree(of: $1, before: next)) }
    case .sequence(let nodes):
      var (sum, next) = (0, next)
      for node in nodes.reversed() {
        sum += degree(of: node, before: next)
        next = first(of: node)
      }
      return sum
    case .repeat(let inner, let atLeast, let atMost):
      if let atMost, atMost - atLeast < fewLengths { return degree(of: inner, before: nil) }
      switch inner {
      case .sequence, .choice, .repeat, .assertion: return degree(of: inner, before: nil)
      case .byte, .set, .character: break
      }
      // What follows may say at once where the repeat ends.
      if let own = set(of: inner), let next, own.isDisjoint(with: next) { return 0 }
      return 1
    }
  }

  /// The bytes that a node begins with; nil if it may be empty, or is not that simple.
  private static func first(of node: RegexNode) -> ByteSet? {
    switch node {
    case .repeat(let inner, let atLeast, _): atLeast > 0 ? first(of: inner) : nil
    case .sequence(let nodes): nodes.first.flatMap { first(of: $0) }
    default: set(of: node)
    }
  }

  /// In both cases, since either may match.
  private static func set(of node: RegexNode) -> ByteSet? {
    switch node {
    case .set(let set): return set.foldingCase
    case .byte(let byte): return ByteSet(byte...byte).foldingCase
    default: return nil
    }
  }
}

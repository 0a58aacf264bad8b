/// A string that is part of every match of an expression.
///
/// Found with ``LiteralFinder`` it names the lines that are worth a closer look.
struct RequiredLiteral {
  private(set) var bytes: [UInt8] = []
  /// What a match may have before it; nil if that is not known.
  private(set) var lead: LiteralLead?
  private let ignoresCase: Bool

  /// The best string of `syntax`; nil if there is none that is rare enough to be worth scanning for.
  init?(of syntax: RegexSyntax, ignoresCase: Bool) {
    self.init(of: syntax.root, ignoresCase: ignoresCase)
  }

  private init?(of node: RegexNode, ignoresCase: Bool) {
    self.ignoresCase = ignoresCase
    let (exact, inner) = strings(of: node)
    guard let best = rarer(exact, inner), isSelective(best) else {
      return nil
    }
    bytes = best
    if case .sequence(let nodes) = node { lead = LiteralLead(before: best, in: nodes) }
  }

  /// Strings one of which is part of every match of an expression that is a choice; none if a branch has
  /// no such string.
  static func ofBranches(_ syntax: RegexSyntax, ignoresCase: Bool) -> [[UInt8]] {
    var node = syntax.root
    while case .sequence(let nodes) = node, nodes.count == 1 { node = nodes[0] }
    guard case .choice(let branches) = node else { return [] }
    let literals = branches.compactMap {
      RequiredLiteral(of: $0, ignoresCase: ignoresCase)?.bytes
    }
    return literals.count == branches.count ? literals : []
  }

  /// The string that a node matches if it matches nothing else, and the best string inside it.
  private func strings(of node: RegexNode) -> (exact: [UInt8]?, inner: [UInt8]?) {
    switch node {
    case .byte(let byte): return ([byte], nil)
    case .assertion: return ([], nil)
    case .set, .character, .choice: return (nil, nil)
    case .repeat(let repeated, let atLeast, let atMost):
      guard atLeast > 0 else { return (nil, nil) }
      let (exact, inner) = strings(of: repeated)
      if atLeast == 1, atMost == 1 { return (exact, inner) }
      return (nil, rarer(exact, inner))
    case .sequence(let nodes):
      var best: [UInt8]?
      var run: [UInt8] = []
      var isExact = true
      for node in nodes {
        let (exact, inner) = strings(of: node)
        if let exact {
          run += exact
        } else {
          best = rarer(best, rarer(run, inner))
          run = []
          isExact = false
        }
      }
      return isExact ? (run, nil) : (nil, rarer(best, run))
    }
  }

  private func rarer(_ one: [UInt8]?, _ other: [UInt8]?) -> [UInt8]? {
    guard let one, !one.isEmpty else { return other?.isEmpty == true ? nil : other }
    guard let other, !other.isEmpty else { return one }
    return cost(one) <= cost(other) ? one : other
  }

  /// Lower for strings that fewer places in a file agree with.
  private func cost(_ bytes: [UInt8]) -> Int {
    LiteralFinder(bytes, ignoresCase: ignoresCase).probeWeight - 60 * min(bytes.count, 6)
  }

  private func isSelective(_ bytes: [UInt8]) -> Bool {
    switch bytes.count {
    case 1: ByteFrequency.weight(bytes[0], foldsCase: ignoresCase) < 80
    case 2: LiteralFinder(bytes, ignoresCase: ignoresCase).probeWeight < 300
    default: true
    }
  }
}

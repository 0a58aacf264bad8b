/// The part of Perl's regular expressions whose meaning is certain without running them.
indirect enum RegexNode {
  case byte(UInt8)
  case set(ByteSet)
  /// One of some characters, which are not told.
  case character
  /// `^`, `$`, `\b`, `\B`.
  case assertion
  case sequence([RegexNode])
  case choice([RegexNode])
  case `repeat`(RegexNode, atLeast: Int, atMost: Int?)
}

/// A regular expression that was read completely.
///
/// What is not understood is not guessed: `init?` gives nil for lookarounds, back references, inline
/// options, `\A`, anything with a verb, and for every notation whose reading differs between versions
/// of PCRE2. Such an expression is run on one line at a time.
struct RegexSyntax {
  let root: RegexNode
  /// An expression that matches the same in every line, and that no newline can be part of a match
  /// of: sets that hold a newline are written without it. Since it also has no assertion that tells
  /// the end of a line from the end of the text (given `PCRE2_MULTILINE`), searching many lines at
  /// once with it finds exactly what searching each line with the original does.
  let confined: [UInt8]
  /// Whether ``confined`` is what it says. Sets of characters are not looked into, so that they may
  /// hold a newline.
  let isConfined: Bool
  /// Whether a match of the expression as it was written may hold a newline.
  let mayHoldNewline: Bool
  /// The largest product of nested repeat bounds.
  let repeatProduct: Int

  /// - Parameters:
  ///   - source: An expression that PCRE2 compiles.
  ///   - isUnicode: Whether it matches characters, not bytes.
  init?(_ source: [UInt8], ignoresCase: Bool, isUnicode: Bool = false) {
    var reader = RegexReader(source: source, ignoresCase: ignoresCase, isUnicode: isUnicode)
    guard let (node, product) = reader.readChoice(depth: 0), reader.isAtEnd else { return nil }
    root = node
    confined = reader.confined
    isConfined = reader.isConfined
    mayHoldNewline = reader.mayHoldNewline
    repeatProduct = product
  }

  /// Number of bytes that a match has at the most; nil if it may have any.
  var greatestWidth: Int? { RegexSyntax.greatestWidth(of: root) }

  static func greatestWidth(of node: RegexNode) -> Int? {
    switch node {
    case .byte, .set: return 1
    case .character: return 4
    case .assertion: return 0
    case .sequence(let nodes):
      var sum = 0
      for node in nodes {
        guard let width = greatestWidth(of: node) else { return nil }
        sum += width
      }
      return sum < 1 << 30 ? sum : nil
    case .choice(let nodes):
      var widest = 0
      for node in nodes {
        guard let width = greatestWidth(of: node) else { return nil }
        widest = max(widest, width)
      }
      return widest
    case .repeat(let node, _, let atMost):
      guard let atMost, let width = greatestWidth(of: node) else { return nil }
      let (product, overflow) = width.multipliedReportingOverflow(by: atMost)
      return overflow || product >= 1 << 30 ? nil : product
    }
  }

  /// The bytes, if the expression is nothing but one byte after another.
  var plainText: [UInt8]? {
    switch root {
    case .byte(let byte): return [byte]
    case .sequence(let nodes):
      var bytes: [UInt8] = []
      for node in nodes {
        switch node {
        case .byte(let byte): bytes.append(byte)
        case .sequence(let nodes):
          for node in nodes {
            guard case .byte(let byte) = node else { return nil }
            bytes.append(byte)
          }
        default: return nil
        }
      }
      return bytes.isEmpty ? nil : bytes
    default: return nil
    }
  }

  /// The set, if every match is one byte of it.
  var singleSet: ByteSet? {
    var node = root
    while case .sequence(let nodes) = node, nodes.count == 1 { node = nodes[0] }
    guard case .set(var set) = node else { return nil }
    set.remove(newline)
    return set
  }
}

/// Reads an expression from left to right and writes ``RegexSyntax/confined`` on the way.
private struct RegexReader {
  let source: [UInt8]
  let ignoresCase: Bool
  let isUnicode: Bool
  /// Whether no match can hold a newline.
  private(set) var isConfined = true
  private(set) var mayHoldNewline = false
  var index = 0
  var confined: [UInt8] = []
  /// Where the bytes that were not yet copied to `confined` start.
  private var copied = 0

  init(source: [UInt8], ignoresCase: Bool, isUnicode: Bool) {
    self.source = source
    self.ignoresCase = ignoresCase
    self.isUnicode = isUnicode
  }

  var isAtEnd: Bool { index == source.count }

  private func peek(_ ahead: Int = 0) -> UInt8? {
    index + ahead < source.count ? source[index + ahead] : nil
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard peek() == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  /// Branches up to the closing parenthesis or the end, and the product of their repeat bounds.
  mutating func readChoice(depth: Int) -> (RegexNode, Int)? {
    guard depth < 50 else { return nil }
    var branches: [RegexNode] = []
    var product = 1
    repeat {
      var nodes: [RegexNode] = []
      while let byte = peek(), byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
        guard let (atom, inner) = readAtom(depth: depth),
          let (node, bound) = readQuantifier(of: atom)
        else { return nil }
        nodes.append(node)
        let (whole, overflow) = inner.multipliedReportingOverflow(by: bound)
        product = overflow ? Int.max : max(product, whole)
      }
      branches.append(.sequence(nodes))
    } while take("|")
    if isAtEnd { copy(upTo: index) }
    return (branches.count == 1 ? branches[0] : .choice(branches), product)
  }

  private mutating func copy(upTo end: Int) {
    confined += source[copied..<end]
    copied = end
  }

  private mutating func readAtom(depth: Int) -> (RegexNode, Int)? {
    let start = index
    let byte = source[index]
    index += 1
    switch byte {
    case UInt8(ascii: "("):
      if take("?") {
        guard take(":") else { return nil }
      } else if peek() == UInt8(ascii: "*") {
        return nil
      }
      guard let inside = readChoice(depth: depth + 1), take(")") else { return nil }
      return inside
    case UInt8(ascii: "["):
      guard var set = readClass() else { return nil }
      return place(&set, from: start).map { ($0, 1) }
    case UInt8(ascii: ".") where isUnicode:
      return (.character, 1)
    case UInt8(ascii: "."):
      var set = ByteSet.all
      set.remove(newline)
      return (.set(set), 1)
    case UInt8(ascii: "^"), UInt8(ascii: "$"):
      return (.assertion, 1)
    case UInt8(ascii: "\\"):
      if let next = peek(), next == UInt8(ascii: "b") || next == UInt8(ascii: "B") {
        index += 1
        return (.assertion, 1)
      }
      switch readEscape() {
      case .byte(let byte): return byte == newline ? nil : (atom(of: byte), 1)
      case .set(var set): return place(&set, from: start).map { ($0, 1) }
      case nil: return nil
      }
    case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"), UInt8(ascii: "{"), newline:
      return nil
    case 0x80... where isUnicode:
      return (readCharacter(), 1)
    default:
      return (atom(of: byte), 1)
    }
  }

  private func atom(of byte: UInt8) -> RegexNode {
    isUnicode && ignoresCase && hasThirdCase(byte) ? .character : .byte(byte)
  }

  /// A character beyond ASCII whose first byte was read: what a quantifier after it is about.
  private mutating func readCharacter() -> RegexNode {
    let start = index - 1
    while let next = peek(), next & 0xC0 == 0x80 { index += 1 }
    return ignoresCase ? .character : .sequence(source[start..<index].map { .byte($0) })
  }

  /// The node of a set that was written from `start` on, rewritten if it holds a newline.
  private mutating func place(_ set: inout ByteSet, from start: Int) -> RegexNode? {
    if set.contains(newline) { mayHoldNewline = true }
    if isUnicode {
      if set.contains(newline) { isConfined = false }
      return .character
    }
    if set.contains(newline) {
      set.remove(newline)
      guard !set.isEmpty else { return nil }
      copy(upTo: start)
      confined += set.classText
      copied = index
    }
    return set.isEmpty ? nil : .set(set)
  }

  private enum Escaped {
    case byte(UInt8)
    case set(ByteSet)
  }

  /// What follows a backslash, inside a class or outside one.
  private mutating func readEscape() -> Escaped? {
    guard let byte = peek() else { return nil }
    index += 1
    switch byte {
    case UInt8(ascii: "d"): return .set(.digits)
    case UInt8(ascii: "D"): return .set(ByteSet.digits.inverted)
    case UInt8(ascii: "w"): return .set(.word)
    case UInt8(ascii: "W"): return .set(ByteSet.word.inverted)
    case UInt8(ascii: "s"): return .set(.space)
    case UInt8(ascii: "S"): return .set(ByteSet.space.inverted)
    case UInt8(ascii: "t"): return .byte(9)
    case UInt8(ascii: "n"): return .byte(newline)
    case UInt8(ascii: "f"): return .byte(12)
    case UInt8(ascii: "r"): return .byte(13)
    case UInt8(ascii: "a"): return .byte(7)
    case UInt8(ascii: "e"): return .byte(27)
    case UInt8(ascii: "x"):
      guard !isUnicode else { return nil }
      guard let high = peek().flatMap(hexDigit), let low = peek(1).flatMap(hexDigit) else {
        return nil
      }
      index += 2
      return .byte(high << 4 | low)
    case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: return .byte(byte)
    default: return nil
    }
  }

  private func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }

  /// The rest of a class whose opening bracket was read.
  private mutating func readClass() -> ByteSet? {
    let isNegated = take("^")
    // A bracket or a hyphen in first place has rules of its own.
    guard let first = peek(), first != UInt8(ascii: "]") else { return nil }
    var set = ByteSet()
    while true {
      guard let low = readClassItem() else { return nil }
      if peek() == UInt8(ascii: "-"), let after = peek(1), after != UInt8(ascii: "]") {
        index += 1
        guard case .byte(let from) = low, case .byte(let to) = readClassItem(), from <= to else {
          return nil
        }
        set.insert(from...to)
      } else {
        switch low {
        case .byte(let byte): set.insert(byte)
        case .set(let other): set = set.union(other)
        }
      }
      if take("]") { break }
    }
    if ignoresCase { set = set.foldingCase }
    return isNegated ? set.inverted : set
  }

  private mutating func readClassItem() -> Escaped? {
    guard let byte = peek() else { return nil }
    index += 1
    switch byte {
    case UInt8(ascii: "\\"):
      return readEscape()
    case UInt8(ascii: "["):
      guard let next = peek() else { return nil }
      if next == UInt8(ascii: ":") { return readNamedClass() }
      return next == UInt8(ascii: ".") || next == UInt8(ascii: "=") ? nil : .byte(byte)
    default:
      return .byte(byte)
    }
  }

  private mutating func readNamedClass() -> Escaped? {
    let named: [(String, ByteSet)] = [
      (":alpha:]", ByteSet.lowers.union(.uppers)), (":digit:]", .digits),
      (":alnum:]", ByteSet.lowers.union(.uppers).union(.digits)), (":space:]", .space),
      (":lower:]", .lowers), (":upper:]", .uppers),
      (":xdigit:]", ByteSet.digits.union(ByteSet("abcdefABCDEF"))),
    ]
    for (name, set) in named where source[index...].starts(with: name.utf8) {
      index += name.utf8.count
      return .set(set)
    }
    return nil
  }

  private mutating func readQuantifier(of atom: RegexNode) -> (RegexNode, Int)? {
    var bounds: (Int, Int?)
    switch peek() {
    case UInt8(ascii: "*"): bounds = (0, nil)
    case UInt8(ascii: "+"): bounds = (1, nil)
    case UInt8(ascii: "?"): bounds = (0, 1)
    case UInt8(ascii: "{"):
      index += 1
      guard let least = readNumber() else { return nil }
      bounds = (least, least)
      if take(",") { bounds.1 = peek() == UInt8(ascii: "}") ? nil : readNumber() ?? -1 }
      guard bounds.1 != -1, peek() == UInt8(ascii: "}") else { return nil }
    default:
      return (atom, 1)
    }
    index += 1
    if case .assertion = atom { return nil }
    // A lazy or possessive mark; a second quantifier is nothing PCRE2 and we agree on.
    if peek() == UInt8(ascii: "?") || peek() == UInt8(ascii: "+") { index += 1 }
    if let next = peek(), Array("*+?{".utf8).contains(next) { return nil }
    return (.repeat(atom, atLeast: bounds.0, atMost: bounds.1), max(1, bounds.1 ?? bounds.0))
  }

  private mutating func readNumber() -> Int? {
    var number: Int?
    while let byte = peek(), byte >= 0x30, byte <= 0x39, number ?? 0 < 100_000 {
      number = (number ?? 0) * 10 + Int(byte - 0x30)
      index += 1
    }
    return number
  }
}

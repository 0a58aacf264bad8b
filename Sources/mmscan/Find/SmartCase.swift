/// Whether letters of both cases are the same, as ripgrep's `--smart-case` decides it: if the patterns
/// have literal characters and none of them is a capital letter.
struct SmartCase {
  private var hasLiteral = false
  private var hasCapital = false

  /// What was decided of the patterns so far.
  var ignoresCase: Bool { hasLiteral && !hasCapital }

  mutating func add(literal pattern: [UInt8]) {
    for scalar in String(decoding: pattern, as: UTF8.self).unicodeScalars { see(scalar) }
  }

  private mutating func see(_ scalar: Unicode.Scalar) {
    hasLiteral = true
    if scalar.properties.isUppercase { hasCapital = true }
  }

  mutating func add(regex pattern: [UInt8]) {
    var rest = Array(String(decoding: pattern, as: UTF8.self).unicodeScalars)[...]
    var isInClass = false
    while let scalar = rest.popFirst() {
      switch scalar {
      case "\\": addEscape(&rest)
      case "[":
        if isInClass, rest.first == ":", let end = SmartCase.end(of: ":]", in: rest) {
          rest = rest[end...]
        } else if isInClass {
          see(scalar)
        } else {
          isInClass = true
          if rest.first == "^" { rest.removeFirst() }
          // The first bracket stands for itself.
          if rest.first == "]" { see(rest.removeFirst()) }
        }
      case "]" where isInClass: isInClass = false
      case _ where isInClass: if scalar != "-" { see(scalar) }
      case "(": SmartCase.skipHead(ofGroup: &rest)
      case "{":
        let inside = rest.prefix { ("0"..."9").contains($0) || $0 == "," }
        if !inside.isEmpty, rest.dropFirst(inside.count).first == "}" {
          rest = rest.dropFirst(inside.count + 1)
        } else {
          see(scalar)
        }
      case ")", "|", "*", "+", "?", ".", "^", "$": break
      default: see(scalar)
      }
    }
  }

  private mutating func addEscape(_ rest: inout ArraySlice<Unicode.Scalar>) {
    guard let scalar = rest.popFirst() else { return }
    switch scalar {
    case "x":
      var digits = rest.prefix(2).prefix(while: \.properties.isASCIIHexDigit)
      if rest.first == "{", let end = rest.firstIndex(of: "}") {
        digits = rest[rest.startIndex + 1..<end]
        rest = rest[(end + 1)...]
      } else {
        rest = rest.dropFirst(digits.count)
      }
      let text = String(String.UnicodeScalarView(digits))
      if let scalar = UInt32(text, radix: 16).flatMap(Unicode.Scalar.init) { see(scalar) }
    case "Q":
      let end = SmartCase.end(of: "\\E", in: rest)
      for scalar in rest[..<(end.map { $0 - 2 } ?? rest.endIndex)] { see(scalar) }
      rest = rest[(end ?? rest.endIndex)...]
    case "p", "P", "k", "g":
      let closings: [Unicode.Scalar: Unicode.Scalar] = ["{": "}", "<": ">", "'": "'"]
      if let opening = rest.popFirst(), let closing = closings[opening],
        let end = rest.firstIndex(of: closing)
      {
        rest = rest[(end + 1)...]
      }
    case "n", "t", "r", "f", "a", "e": see(scalar)
    case "0"..."9", "a"..."z", "A"..."Z": break
    default: see(scalar)
    }
  }

  /// Skips what says of what kind a group is, and its name.
  private static func skipHead(ofGroup rest: inout ArraySlice<Unicode.Scalar>) {
    if rest.first == "*", let end = rest.firstIndex(of: ")") {
      rest = rest[(end + 1)...]
      return
    }
    guard rest.first == "?" else { return }
    rest.removeFirst()
    if rest.first == "#", let end = rest.firstIndex(of: ")") {
      rest = rest[(end + 1)...]
      return
    }
    let head = rest.prefix(2)
    if head.elementsEqual(["<", "="]) || head.elementsEqual(["<", "!"]) {
      rest = rest.dropFirst(2)
      return
    }
    if rest.first == "P" { rest.removeFirst() }
    if rest.first == "<" || rest.first == "'" {
      let closing: Unicode.Scalar = rest.removeFirst() == "<" ? ">" : "'"
      if let end = rest.firstIndex(of: closing) { rest = rest[(end + 1)...] }
      return
    }
    rest = rest.drop { "imsxnJU-^".unicodeScalars.contains($0) }
  }

  /// The index after the two characters of `text`.
  private static func end(of text: String, in rest: ArraySlice<Unicode.Scalar>) -> Int? {
    let wanted = Array(text.unicodeScalars)
    return rest.indices.dropLast().first {
      rest[$0] == wanted[0] && rest[$0 + 1] == wanted[1]
    }.map { $0 + 2 }
  }
}

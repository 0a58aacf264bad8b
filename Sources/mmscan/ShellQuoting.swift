import TextStatistics

/// Names as GNU tools print them where they could be misread: quoted as a shell takes them.
struct ShellQuoting {
  private let isUTF8: Bool
  private let prints: @Sendable (Unicode.Scalar) -> Bool

  /// Characters of UTF-8 are printed unless they do something to a terminal.
  init() { (isUTF8, prints) = (true, { !SafeText.isUnsafe($0) }) }

  /// - Parameter rules: What of that is printed.
  init(_ rules: CharacterRules) {
    isUTF8 = rules.isUTF8
    prints = { rules.prints($0) && !SafeText.isUnsafe($0) }
  }

  private static let special = Set(" !\"$&()*;<=>[^`|'?\\:".utf8)
  private static let specialAtStart = Set("#~".utf8)
  /// What means the same between double quotes.
  private static let plain = Set(
    "%+,-./0123456789:ABCDEFGHIJKLMNOPQRSTUVWXYZ]_abcdefghijklmnopqrstuvwxyz{}#~ '".utf8)
  private static let escapes: [UInt8: String] = [
    7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r",
  ]

  /// The name as text, quoted if it must be.
  func text(_ name: [UInt8]) -> String { String(decoding: quoted(name), as: UTF8.self) }

  /// The name, quoted if it must be.
  func quoted(_ name: [UInt8]) -> [UInt8] {
    let parts = pieces(name)
    guard needsQuotes(name, parts) else { return name }
    let quote = UInt8(ascii: "'")
    if name.contains(quote), parts.allSatisfy(\.isPrinted),
      name.allSatisfy({ $0 >= 0x80 || Self.plain.contains($0) })
    {
      return [UInt8(ascii: "\"")] + name + [UInt8(ascii: "\"")]
    }
    var text = [quote]
    var isEscaping = false
    for part in parts {
      if part.isPrinted {
        if isEscaping { text += [quote, quote] }
        isEscaping = false
        text += part.bytes.elementsEqual([quote]) ? Array("'\\''".utf8) : Array(part.bytes)
      } else {
        if !isEscaping { text += Array("'$'".utf8) }
        isEscaping = true
        for byte in part.bytes {
          let octal = String(byte, radix: 8)
          text +=
            Self.escapes[byte].map { Array($0.utf8) }
            ?? Array("\\\(String(repeating: "0", count: 3 - octal.utf8.count))\(octal)".utf8)
        }
      }
    }
    return text + [quote]
  }

  private func needsQuotes(
    _ name: [UInt8], _ parts: [(bytes: ArraySlice<UInt8>, isPrinted: Bool)]
  ) -> Bool {
    guard let first = name.first else { return true }
    return Self.specialAtStart.contains(first)
      || name.count == 1 && (first == UInt8(ascii: "{") || first == UInt8(ascii: "}"))
      || name.contains { Self.special.contains($0) } || parts.contains { !$0.isPrinted }
  }

  /// Characters, and bytes that are none.
  private func pieces(_ name: [UInt8]) -> [(bytes: ArraySlice<UInt8>, isPrinted: Bool)] {
    var pieces: [(bytes: ArraySlice<UInt8>, isPrinted: Bool)] = []
    var rest = name[...]
    while !rest.isEmpty {
      var decoder = UTF8()
      var iterator = rest.makeIterator()
      var (count, isPrinted) = (1, false)
      if case .scalarValue(let scalar) = decoder.decode(&iterator) {
        isPrinted = prints(scalar)
        if isUTF8 { count = UTF8.width(scalar) }
      }
      pieces.append((rest.prefix(count), isPrinted))
      rest = rest.dropFirst(count)
    }
    return pieces
  }
}

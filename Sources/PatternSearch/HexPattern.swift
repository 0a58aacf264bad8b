extension Pattern {
  /// Makes a pattern of bytes written in hexadecimal, such as `DE AD ?? E?`.
  ///
  /// Each byte is two digits; `?` stands for any digit. Spaces between bytes are ignored. The pattern is a
  /// regular expression over bytes, to be searched for with a ``SpanSearch``, since any byte may be a
  /// newline; its name is what was written.
  ///
  /// - Throws: ``PatternError`` for anything else, at the position in `text`.
  public static func hex(_ text: [UInt8]) throws(PatternError) -> Pattern {
    func fault(_ position: Int, _ reason: String) -> PatternError {
      PatternError(
        situation: .malformed, pattern: nil, position: position, reason: reason,
        remedy: "write two hexadecimal digits for a byte, and ? for any digit, as in 'DE AD ?? E?'")
    }
    var expression: [UInt8] = []
    var high: Nibble?
    for (position, character) in text.enumerated() {
      if character == UInt8(ascii: " ") {
        if high != nil { throw fault(position, "a byte has only one digit") }
        continue
      }
      guard let nibble = Nibble(character) else {
        throw fault(position, "this is no hexadecimal digit")
      }
      guard let first = high else {
        high = nibble
        continue
      }
      high = nil
      expression += Nibble.expression(first, nibble)
    }
    if high != nil { throw fault(text.count - 1, "the last byte has only one digit") }
    guard !expression.isEmpty else { throw fault(0, "there is no byte") }
    var pattern = Pattern(expression)
    pattern.name = text
    return pattern
  }

  /// A hexadecimal digit, or any of them.
  private struct Nibble {
    var digit: UInt8?

    init?(_ character: UInt8) {
      switch character {
      case UInt8(ascii: "?"): digit = nil
      case 0x30...0x39: digit = character - 0x30
      case 0x41...0x46: digit = character - 0x41 + 10
      case 0x61...0x66: digit = character - 0x61 + 10
      default: return nil
      }
    }

    static func expression(_ high: Nibble, _ low: Nibble) -> [UInt8] {
      if let high = high.digit, let low = low.digit { return hexEscape(high << 4 | low) }
      var set = ByteSet()
      for byte in UInt8.min...UInt8.max
      where high.digit ?? (byte >> 4) == byte >> 4 && low.digit ?? (byte & 15) == byte & 15 {
        set.insert(byte)
      }
      return set.classText
    }
  }
}

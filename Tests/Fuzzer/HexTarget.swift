import PatternSearch

/// Reads bytes that are written in hexadecimal, and compares with what a plain reading takes.
func hex(_ text: [UInt8]) {
  let words = text.split(separator: UInt8(ascii: " "))
  let isDigit = { (byte: UInt8) in
    byte == UInt8(ascii: "?") || Character(UnicodeScalar(byte)).isHexDigit
  }
  let isRight = !words.isEmpty && words.allSatisfy { $0.count % 2 == 0 && $0.allSatisfy(isDigit) }
  do throws(PatternError) {
    let pattern = try Pattern.hex(text)
    precondition(isRight && pattern.label == text, "takes what is wrong")
    _ = try PatternSet([pattern])
  } catch {
    // Sets refuse patterns that are too large, or could match a newline.
    precondition(!isRight || error.situation != .malformed, "refuses what is right: \(error)")
    precondition(error.position.map { (0...text.count).contains($0) } ?? true)
  }
}

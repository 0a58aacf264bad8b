/// Words of a text, as a shell would split it, without what else a shell does: blanks part words, quotes and
/// backslashes keep them together.
struct OptionWords {
  let words: [[UInt8]]

  /// A quote was not closed.
  struct OpenQuote: Error {}

  init(_ text: [UInt8]) throws(OpenQuote) {
    var words: [[UInt8]] = []
    var word: [UInt8]?
    var quote: UInt8?
    var rest = text[...]
    while let byte = rest.popFirst() {
      switch (byte, quote) {
      case (let byte, let open?) where byte == open: quote = nil
      case (UInt8(ascii: "\\"), nil):
        if let next = rest.popFirst() { word = (word ?? []) + [next] }
      case (UInt8(ascii: "\\"), UInt8(ascii: "\"")):
        // Between double quotes only these are meant by it.
        if let next = rest.first, next == UInt8(ascii: "\\") || next == UInt8(ascii: "\"") {
          word = (word ?? []) + [rest.removeFirst()]
        } else {
          word = (word ?? []) + [byte]
        }
      case (UInt8(ascii: "'"), nil), (UInt8(ascii: "\""), nil):
        quote = byte
        word = word ?? []
      case (UInt8(ascii: " "), nil), (UInt8(ascii: "\t"), nil), (UInt8(ascii: "\n"), nil):
        if let word { words.append(word) }
        word = nil
      default: word = (word ?? []) + [byte]
      }
    }
    guard quote == nil else { throw OpenQuote() }
    self.words = words + (word.map { [$0] } ?? [])
  }
}

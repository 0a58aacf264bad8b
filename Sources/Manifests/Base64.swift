/// RFC 4648, section 4.
enum Base64 {
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let padding = UInt8(ascii: "=")

  static func encoded(_ bytes: [UInt8]) -> [UInt8] {
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(bytes.count, start + 3)]
      let word = group.reduce(0 as UInt32) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
      text += [18, 12, 6, 0].prefix(group.count + 1).map { alphabet[Int(word >> $0 & 63)] }
      text += Array(repeating: padding, count: 3 - group.count)
    }
    return text
  }

  /// How many characters so many bytes become.
  static func length(of byteCount: Int) -> Int { (byteCount + 2) / 3 * 4 }

  /// The bytes that the text stands for; nil unless it is just what they become.
  static func decoded(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    var (word, bitCount): (UInt32, UInt32) = (0, 0)
    for character in text.prefix(while: { $0 != padding }) {
      guard let digit = alphabet.firstIndex(of: character) else { return nil }
      word = word << 6 | UInt32(digit)
      bitCount += 6
      if bitCount >= 8 {
        bitCount -= 8
        bytes.append(UInt8(truncatingIfNeeded: word >> bitCount))
      }
    }
    return encoded(bytes).elementsEqual(text) ? bytes : nil
  }
}

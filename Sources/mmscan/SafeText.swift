/// Text that somebody else chose, made fit for a terminal.
enum SafeText {
  /// Whether a terminal could take the character for a command, or be made to show text in another
  /// order by it. Newline and tab are among them: whoever prints lines decides about those.
  static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0: true
    case 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069, 0x061C: true
    case 0x2028, 0x2029: true
    default: false
    }
  }

  /// The bytes with everything unsafe, and what is not UTF-8, as `\xNN` or `\u{N}`.
  static func escaped(_ bytes: some Collection<UInt8>, keepsTabs: Bool = false) -> String {
    var text = ""
    var rest = Array(bytes)[...]
    while !rest.isEmpty {
      var decoder = UTF8()
      var iterator = rest.makeIterator()
      guard case .scalarValue(let scalar) = decoder.decode(&iterator) else {
        text += hex(rest.removeFirst())
        continue
      }
      let length = UTF8.width(scalar)
      if keepsTabs && scalar == "\t" || !isUnsafe(scalar) {
        text.unicodeScalars.append(scalar)
      } else if scalar.value < 0x80 {
        text += hex(rest.first!)
      } else {
        text += "\\u{\(String(scalar.value, radix: 16))}"
      }
      rest.removeFirst(length)
    }
    return text
  }

  private static func hex(_ byte: UInt8) -> String {
    "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }

  /// What to print of such bytes: escaped for a terminal, as they are otherwise.
  static func printable(_ bytes: some Collection<UInt8>, onTerminal: Bool) -> [UInt8] {
    onTerminal ? Array(escaped(bytes, keepsTabs: true).utf8) : Array(bytes)
  }
}

/// Text that somebody else chose, made fit for a page: neither tags nor control characters are left of it.
enum HTMLText {
  /// The bytes as text between tags or between quotation marks.
  static func escaped(_ bytes: some Collection<UInt8>) -> String {
    escaped(SafeText.escaped(bytes))
  }

  /// The same for text without control characters.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}

/// Names of files in lines of text, as coreutils write them: a line whose name holds a newline, a carriage return
/// or a backslash begins with a backslash, and the name has `\n`, `\r` and `\\` for them.
public enum EscapedName {
  private static let backslash = UInt8(ascii: "\\")
  private static let newline = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  /// Whether a line has to begin with a backslash for this name.
  public static func isNeeded(for name: some Sequence<UInt8>) -> Bool {
    name.contains { $0 == backslash || $0 == newline || $0 == carriageReturn }
  }

  /// The name as it stands in a line that begins with a backslash.
  public static func escaped(_ name: some Sequence<UInt8>) -> [UInt8] {
    var escaped: [UInt8] = []
    for byte in name {
      switch byte {
      case backslash: escaped += [backslash, backslash]
      case newline: escaped += [backslash, UInt8(ascii: "n")]
      case carriageReturn: escaped += [backslash, UInt8(ascii: "r")]
      default: escaped.append(byte)
      }
    }
    return escaped
  }

  /// The name that stands in a line that begins with a backslash; nil if none can be written so.
  public static func unescaped(_ text: some Sequence<UInt8>) -> [UInt8]? {
    var name: [UInt8] = []
    var isEscape = false
    for byte in text {
      if isEscape {
        switch byte {
        case backslash: name.append(backslash)
        case UInt8(ascii: "n"): name.append(newline)
        case UInt8(ascii: "r"): name.append(carriageReturn)
        default: return nil
        }
        isEscape = false
      } else if byte == backslash {
        isEscape = true
      } else {
        name.append(byte)
      }
    }
    return isEscape ? nil : name
  }
}

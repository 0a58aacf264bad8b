/// A JSON value whose keys keep the order in which they were given.
enum JSON {
  case object([(String, JSON)])
  case array([JSON])
  case string(String)
  case integer(UInt64)
  /// A number with six decimals.
  case decimal(Double)
  case bool(Bool)
  case null

  /// Bytes that somebody else chose: `{"text": ...}` if they are UTF-8, else `{"bytes": base64}`.
  static func text(_ bytes: some Collection<UInt8>) -> JSON {
    if let text = String(validating: bytes, as: UTF8.self) {
      return .object([("text", .string(text))])
    }
    return .object([("bytes", .string(base64(bytes)))])
  }

  /// An integer, or null.
  static func integer(_ value: UInt64?) -> JSON { value.map { JSON.integer($0) } ?? .null }

  /// The value on one line.
  var line: [UInt8] {
    var bytes: [UInt8] = []
    write(to: &bytes)
    return bytes
  }

  private func write(to bytes: inout [UInt8]) {
    switch self {
    case .object(let members):
      JSON.write(members, "{", "}", to: &bytes) { member, bytes in
        JSON.write(member.0, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        member.1.write(to: &bytes)
      }
    case .array(let values):
      JSON.write(values, "[", "]", to: &bytes) { value, bytes in value.write(to: &bytes) }
    case .string(let string): JSON.write(string, to: &bytes)
    case .integer(let value): bytes += String(value).utf8
    case .decimal(let value):
      guard value.isFinite, abs(value) < 1e12 else {
        bytes += "null".utf8
        return
      }
      let millionths = UInt64((abs(value) * 1e6).rounded())
      let decimals = String(millionths % 1_000_000)
      bytes += "\(value < 0 && millionths > 0 ? "-" : "")\(millionths / 1_000_000).".utf8
      bytes += String(repeating: "0", count: 6 - decimals.utf8.count).utf8
      bytes += decimals.utf8
    case .bool(let value): bytes += (value ? "true" : "false").utf8
    case .null: bytes += "null".utf8
    }
  }

  private static func write<Element>(
    _ elements: [Element], _ opening: Character, _ closing: Character, to bytes: inout [UInt8],
    _ writeElement: (Element, inout [UInt8]) -> Void
  ) {
    bytes += opening.utf8
    for (index, element) in elements.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      writeElement(element, &bytes)
    }
    bytes += closing.utf8
  }

  /// RFC 8259, section 7; control characters beyond it are escaped too, for terminals.
  private static func write(_ string: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": bytes += "\\\"".utf8
      case "\\": bytes += "\\\\".utf8
      case "\n": bytes += "\\n".utf8
      case "\r": bytes += "\\r".utf8
      case "\t": bytes += "\\t".utf8
      case _ where SafeText.isUnsafe(scalar):
        let digits = String(scalar.value, radix: 16)
        bytes += "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8
      default: bytes += String(scalar).utf8
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// RFC 4648, section 4.
  static func base64(_ bytes: some Collection<UInt8>) -> String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var encoded: [UInt8] = []
    var group: UInt32 = 0
    var count = 0
    for byte in bytes {
      group = group << 8 | UInt32(byte)
      count += 1
      if count == 3 {
        encoded += [18, 12, 6, 0].map { digits[Int(group >> $0 & 63)] }
        (group, count) = (0, 0)
      }
    }
    if count > 0 {
      group <<= 8 * (3 - UInt32(count))
      encoded += [18, 12, 6, 0].prefix(count + 1).map { digits[Int(group >> $0 & 63)] }
      encoded += Array(repeating: UInt8(ascii: "="), count: 3 - count)
    }
    return String(decoding: encoded, as: UTF8.self)
  }
}

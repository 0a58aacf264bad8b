import Arguments

/// What is told of a copy that was made.
struct CopyAccount {
  /// The copy's name.
  let destination: [UInt8]
  /// Where the part of the source begins that was copied.
  let start: UInt64
  let byteCount: UInt64
  /// How many bytes of it were written; the others are holes.
  let writtenByteCount: UInt64
  let seconds: Double
  let isVerified: Bool

  /// The line for people.
  func line(source: [UInt8]) -> [UInt8] {
    func printable(_ name: [UInt8]) -> [UInt8] {
      SafeText.printable(name, onTerminal: StandardOutput.isTerminal)
    }
    var text = "  \(ByteSize(byteCount).forPeople)"
    if start > 0 { text += " from offset \(start)" }
    text += " in \(decimals(seconds, 2)) s"
    if seconds > 0 { text += ", \(decimals(Double(byteCount) / 1e9 / seconds, 1)) GB/s" }
    if writtenByteCount < byteCount {
      text += ", \(ByteSize(byteCount - writtenByteCount).forPeople) of it holes"
    }
    if isVerified { text += ", verified" }
    return printable(source) + " -> ".utf8 + printable(destination) + text.utf8 + [10]
  }

  /// The `copy` of Documentation/json.md.
  var json: JSON {
    .object([
      ("destination", .text(destination)), ("written_byte_count", .integer(writtenByteCount)),
      ("hole_byte_count", .integer(byteCount - writtenByteCount)),
      ("seconds", .decimal(seconds)),
      ("gigabytes_per_second", .decimal(seconds > 0 ? Double(byteCount) / 1e9 / seconds : 0)),
      ("verified", .bool(isVerified)),
    ])
  }
}

/// A number that is not negative, with so many digits after its point.
func decimals(_ value: Double, _ digits: Int) -> String {
  var scale = 1.0
  for _ in 0..<digits { scale *= 10 }
  // Sizes that a header declares may be as large as numbers get.
  let scaled = UInt128((max(0, value) * scale).rounded(.toNearestOrEven))
  guard digits > 0 else { return "\(scaled)" }
  let rest = String(scaled % UInt128(scale))
  return "\(scaled / UInt128(scale))." + String(repeating: "0", count: digits - rest.count) + rest
}

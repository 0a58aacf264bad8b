/// A number of bytes as people write it: `65536`, `64KiB`, `16M`, `1.5GiB`, `4GB`.
package struct ByteSize: Equatable, Sendable {
  package let byteCount: UInt64

  package init(_ byteCount: UInt64) { self.byteCount = byteCount }

  /// Why a text is no size.
  package enum Mistake: Error, Equatable, CustomStringConvertible {
    case malformed
    /// It is 2^64 bytes or more.
    case tooLarge

    package var description: String {
      switch self {
      case .malformed: "write a size such as 65536, 64KiB, 1.5GiB or 4GB"
      case .tooLarge: "it is too large: sizes go up to \(UInt64.max) bytes"
      }
    }
  }

  /// Reads a size: digits, of which some may stand behind a point if there is a unit, in capitals or not. Powers of
  /// 1024 for K, M, G, T, P, E and KiB ...; of 1000 for KB .... What is less than a byte does not count.
  package init(parsing text: String) throws(Mistake) {
    let isDigit = { (byte: UInt8) in (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    var rest = Array(text.utf8)[...]
    let whole = rest.prefix(while: isDigit)
    rest = rest[whole.endIndex...]
    var decimals: ArraySlice<UInt8> = []
    if rest.first == UInt8(ascii: ".") {
      decimals = rest.dropFirst().prefix(while: isDigit)
      rest = rest[decimals.endIndex...]
    }
    guard !whole.isEmpty || !decimals.isEmpty, let factor = Self.factor(of: rest),
      decimals.isEmpty || factor > 1
    else { throw .malformed }
    var count: UInt128 = 0
    for digit in whole {
      count = count * 10 + UInt128(digit - UInt8(ascii: "0"))
      guard count <= UInt128(UInt64.max) else { throw .tooLarge }
    }
    count *= factor
    // More decimals than these make no byte of a terabyte.
    var (numerator, denominator): (UInt128, UInt128) = (0, 1)
    for digit in decimals.prefix(18) {
      numerator = numerator * 10 + UInt128(digit - UInt8(ascii: "0"))
      denominator *= 10
    }
    count += numerator * factor / denominator
    guard let byteCount = UInt64(exactly: count) else { throw .tooLarge }
    self.byteCount = byteCount
  }

  private static func factor(of unit: ArraySlice<UInt8>) -> UInt128? {
    // Letters of other alphabets may have lower-case twins in this one.
    let small = unit.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    return switch String(decoding: small, as: UTF8.self) {
    case "", "b": 1
    case "k", "kib": 1 << 10
    case "m", "mib": 1 << 20
    case "g", "gib": 1 << 30
    case "t", "tib": 1 << 40
    case "p", "pib": 1 << 50
    case "e", "eib": 1 << 60
    case "kb": 1_000
    case "mb": 1_000_000
    case "gb": 1_000_000_000
    case "tb": 1_000_000_000_000
    case "pb": 1_000_000_000_000_000
    case "eb": 1_000_000_000_000_000_000
    default: nil
    }
  }
}

extension ByteSize: CustomStringConvertible {
  package var description: String { forPeople }

  /// With a binary unit and at most one decimal, such as `559.7 KiB`.
  package var forPeople: String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
    var unit = 0
    var size = Double(byteCount)
    while size >= 1024, unit + 1 < units.count {
      size /= 1024
      unit += 1
    }
    guard unit > 0 else { return "\(byteCount) B" }
    let tenths = UInt64((size * 10).rounded())
    return tenths % 10 == 0
      ? "\(tenths / 10) \(units[unit])" : "\(tenths / 10).\(tenths % 10) \(units[unit])"
  }
}

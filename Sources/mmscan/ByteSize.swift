import ArgumentParser

/// A number of bytes as people write it: `65536`, `64KiB`, `16M`, `1.5GiB`, `4GB`.
struct ByteSize: Equatable, ExpressibleByArgument {
  let byteCount: UInt64

  init(_ byteCount: UInt64) { self.byteCount = byteCount }

  /// Powers of 1024 for K, M, G, T and KiB ...; of 1000 for KB ....
  init?(argument: String) {
    let digits = argument.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let suffix = argument.dropFirst(digits.count).lowercased()
    let factor: UInt64
    switch suffix {
    case "", "b": factor = 1
    case "k", "kib": factor = 1 << 10
    case "m", "mib": factor = 1 << 20
    case "g", "gib": factor = 1 << 30
    case "t", "tib": factor = 1 << 40
    case "kb": factor = 1_000
    case "mb": factor = 1_000_000
    case "gb": factor = 1_000_000_000
    case "tb": factor = 1_000_000_000_000
    default: return nil
    }
    if let whole = UInt64(digits) {
      let (product, overflow) = whole.multipliedReportingOverflow(by: factor)
      guard !overflow else { return nil }
      byteCount = product
    } else {
      guard let number = Double(digits), number * Double(factor) < 0x1p63 else { return nil }
      byteCount = UInt64(number * Double(factor))
    }
  }

  var defaultValueDescription: String { forPeople }

  /// With a binary unit and at most one decimal, such as `559.7 KiB`.
  var forPeople: String {
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

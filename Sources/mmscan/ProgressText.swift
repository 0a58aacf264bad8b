import Arguments

/// How far something is, in words for people.
struct ProgressText {
  var bytesDone: UInt64
  /// Bytes in all; nil for a stream.
  var byteCount: UInt64?
  var bytesPerSecond: UInt64

  private static let barWidth = 20

  private var fraction: Double? {
    guard let byteCount, byteCount > 0 else { return nil }
    return min(1, Double(bytesDone) / Double(byteCount))
  }

  /// `45%`; nil for a stream.
  var percent: String? { fraction.map { "\(Int($0 * 100))%" } }

  /// `[#########...........]`; nil for a stream.
  var bar: String? {
    fraction.map { fraction in
      let filled = Int(fraction * Double(ProgressText.barWidth))
      return "[" + String(repeating: "#", count: filled)
        + String(repeating: ".", count: ProgressText.barWidth - filled) + "]"
    }
  }

  /// `4.5 GiB of 10 GiB`.
  var amount: String {
    ByteSize(bytesDone).forPeople + (byteCount.map { " of \(ByteSize($0).forPeople)" } ?? "")
  }

  /// `1.8 GB/s`.
  var rate: String {
    var units = ["B/s", "kB/s", "MB/s", "GB/s", "TB/s"][...]
    var tenths = (Double(bytesPerSecond) * 10).rounded()
    while tenths >= 10_000, units.count > 1 {
      tenths = (tenths / 1000).rounded()
      units = units.dropFirst()
    }
    return "\(UInt64(tenths) / 10).\(UInt64(tenths) % 10) \(units.first!)"
  }

  /// Seconds that are left if it goes on like this; nil if that cannot be said.
  var secondsLeft: UInt64? {
    guard let byteCount, bytesPerSecond > 0 else { return nil }
    let left = byteCount - min(bytesDone, byteCount)
    return left / bytesPerSecond + (left % bytesPerSecond > 0 ? 1 : 0)
  }

  /// `0:04`, or `1:02:03`; nil if that cannot be said.
  var timeLeft: String? {
    guard let seconds = secondsLeft else { return nil }
    func two(_ number: UInt64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60)
    return (hours > 0 ? "\(hours):\(two(minutes))" : "\(minutes)") + ":\(two(seconds % 60))"
  }

  /// All of it but the time, if that cannot be said; for a stream only how much there was.
  var parts: [String] {
    guard let percent, let bar else { return [amount, rate] }
    return [percent, bar, rate] + (timeLeft.map { ["\($0) left"] } ?? [])
  }
}

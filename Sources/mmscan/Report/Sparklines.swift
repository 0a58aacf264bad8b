import Arguments
import ByteProfile

/// Plots for a terminal, a line each.
struct Sparklines {
  private let profile: OffsetProfile
  private var buckets: [ByteBucket] { profile.buckets.buckets }

  init(_ profile: OffsetProfile) { self.profile = profile }

  /// What the plots are of.
  var heading: String {
    counted(UInt64(buckets.count), "bucket", "buckets")
      + " of \(ByteSize(profile.buckets.bucketByteCount).forPeople)"
  }

  /// A line: values, the one that fills it, and words about them.
  private struct Line {
    var name: String
    /// For each column; nil where there is nothing.
    var values: [Double?]
    var top: Double
    var note: String
  }

  /// The same, and how much of the file a column of the plots is.
  func heading(columnCount: Int) -> String {
    let size = profile.buckets.bucketByteCount * UInt64(step(columnCount: columnCount))
    return buckets.isEmpty ? heading : "\(heading), \(ByteSize(size).forPeople) a column"
  }

  /// How many buckets are a column.
  private func step(columnCount: Int) -> Int {
    // The rows of answers stand so far to the right, names and words have so much beside a plot.
    let room = max(8, columnCount - Self.indent - Self.nameWidth - Self.noteWidth - 4)
    return max(1, (buckets.count + room - 1) / room)
  }

  /// - Parameter columnCount: How many columns the terminal has.
  func lines(columnCount: Int) -> [[UInt8]] {
    guard !buckets.isEmpty else { return [] }
    let step = step(columnCount: columnCount)
    let columns = stride(from: 0, to: buckets.count, by: step).map {
      $0..<min(buckets.count, $0 + step)
    }
    let lines = counts(columns) + shares(columns) + [entropy(columns)]
    return lines.map { line in
      Array("\(Self.padded(line.name, Self.nameWidth))  \(plot(line))  \(line.note)".utf8)
    }
  }

  private static let indent = 13
  private static let nameWidth = 10
  private static let noteWidth = 14

  private static func padded(_ text: String, _ width: Int) -> String {
    text.count > width
      ? String(text.prefix(width - 1)) + "…"
      : text + String(repeating: " ", count: width - text.count)
  }

  private func plot(_ line: Line) -> String {
    String(
      line.values.map { value -> Character in
        guard let value, value > 0, line.top > 0 else { return " " }
        let blocks = Array("▁▂▃▄▅▆▇█")
        return blocks[min(blocks.count - 1, Int(value / line.top * Double(blocks.count)))]
      })
  }

  private func counts(_ columns: [Range<Int>]) -> [Line] {
    profile.tracks.map { track in
      let sums = columns.map { $0.reduce(0) { $0 + track.counts[$1] } }
      let most = sums.max() ?? 0
      let isSize = track.kind == .holes
      return Line(
        name: SafeText.escaped(track.name), values: sums.map { Double($0) }, top: Double(most),
        note: "up to \(isSize ? ByteSize(most).forPeople : String(most))")
    }
  }

  /// What kinds of bytes there are, of those that there are any of.
  private func shares(_ columns: [Range<Int>]) -> [Line] {
    let kinds: [(String, (ByteBucket) -> UInt64)] = [
      ("text", { $0.printable + $0.whitespace }), ("control", { $0.control }),
      ("zeros", { $0.zeros }), ("high", { $0.high }),
    ]
    let total = profile.buckets.total
    return kinds.filter { $0.1(total) > 0 }.map { name, count in
      let values = columns.map { column -> Double in
        let sum = column.reduce(into: ByteBucket()) { $0.add(buckets[$1]) }
        return 100 * Double(count(sum)) / Double(max(1, sum.byteCount))
      }
      let isTrace = (values.max() ?? 0) < 1
      return Line(
        name: name, values: values, top: 100,
        note: isTrace ? "under 1%" : note(values, unit: "%", decimals: 0))
    }
  }

  private func entropy(_ columns: [Range<Int>]) -> Line {
    let values = columns.map { column in
      let known = column.compactMap { buckets[$0].entropy }
      return known.reduce(0, +) / Double(max(1, known.count))
    }
    return Line(
      name: "entropy", values: values, top: 8, note: note(values, unit: " bits", decimals: 1))
  }

  private func note(_ values: [Double], unit: String, decimals: Int) -> String {
    let ends = [values.min() ?? 0, values.max() ?? 0].map { $0.rounded(decimals: decimals) }
    return ends[0] == ends[1] ? ends[0] + unit : "\(ends[0]) to \(ends[1])\(unit)"
  }
}

extension Double {
  /// With so many decimals, of 0 or more.
  func rounded(decimals: Int) -> String {
    let factor = (0..<decimals).reduce(1.0) { product, _ in product * 10 }
    let scaled = UInt64((Swift.max(0, self) * factor).rounded())
    guard decimals > 0 else { return "\(scaled)" }
    let rest = String(scaled % UInt64(factor))
    return "\(scaled / UInt64(factor))."
      + String(repeating: "0", count: decimals - rest.count) + rest
  }
}

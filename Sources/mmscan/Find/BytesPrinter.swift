import PatternSearch

/// Prints matches with bytes around them in rows of 16, as hexadecimal numbers and as text.
struct BytesPrinter {
  private static let rowByteCount: UInt64 = 16

  private let style: TextStyle
  private let labels: [[UInt8]]
  private let name: [UInt8]?
  private let reach: UInt64
  private let limit: UInt64?
  private let reader: InputReader
  private let output: OutputBuffer
  /// Matches whose last bytes to print have not been read.
  private var waiting: [LineBatch.Match] = []
  private var counts: [UInt64]
  private(set) var matchCount: UInt64 = 0
  private var followsOthers: Bool

  /// - Parameters:
  ///   - labels: What the patterns are called.
  ///   - reach: How many bytes before and after a match are printed.
  ///   - limit: How many matches to print, of each pattern if they are alone; nil for all.
  ///   - groupCount: How many patterns are alone; 1 if none is.
  init(
    _ style: TextStyle, labels: [[UInt8]], name: [UInt8]?, reach: UInt64, limit: UInt64?,
    groupCount: Int, followsOthers: Bool, from reader: InputReader, to output: OutputBuffer
  ) {
    self.style = style
    self.labels = labels.map { SafeText.printable($0, onTerminal: style.isForTerminal) }
    self.name = name.map { style.name($0, before: UInt8(ascii: ":")) }
    self.reach = reach
    self.limit = limit
    self.followsOthers = followsOthers
    self.reader = reader
    self.output = output
    counts = Array(repeating: 0, count: groupCount)
  }

  /// Whether enough was printed.
  var isOver: Bool { limit.map { limit in counts.allSatisfy { $0 >= limit } } ?? false }

  /// Takes matches.
  ///
  /// - Parameter isEnd: Whether there are no more.
  mutating func take(_ batches: [LineBatch], isEnd: Bool) throws(LostByte) {
    for batch in batches { waiting += batch.matches.lazy.filter { $0.byteCount > 0 } }
    let readable = reader.available.upperBound
    var taken = 0
    for match in waiting {
      guard isEnd || !reader.isStream || match.end + reach <= readable, !isOver else { break }
      try print(match)
      taken += 1
    }
    waiting.removeFirst(taken)
    let needed = min(waiting.first?.offset ?? readable, batches.last?.decidedTo ?? readable)
    reader.forget(before: needed - min(needed, reach))
  }

  private mutating func print(_ match: LineBatch.Match) throws(LostByte) {
    let group = counts.count == 1 ? 0 : match.pattern
    if let limit, counts[group] >= limit { return }
    counts[group] += 1
    matchCount += 1
    if followsOthers { output.append("--\n") }
    followsOthers = true
    if let name { output.append(name) }
    output.append(decimal: match.offset)
    output.append(":")
    output.append(decimal: match.byteCount)
    output.append(":")
    output.append(labels[match.pattern])
    output.append(10)
    let start = reader.firstAvailable(from: match.offset - min(match.offset, reach))
    let end = min(reader.available.upperBound, match.end + reach)
    var row = start - start % BytesPrinter.rowByteCount
    while row < end {
      let next = row + BytesPrinter.rowByteCount
      let bytes = unsafe try Array(reader.whole(max(row, start)..<min(next, end)))
      print(bytes, at: max(row, start), row: row, match.range)
      row = next
    }
  }

  private func print(
    _ bytes: [UInt8], at first: UInt64, row: UInt64, _ match: Range<UInt64>
  ) {
    let digits = Array("0123456789abcdef".utf8)
    let wide = row >> 32 == 0 ? 8 : 16
    for shift in stride(from: 4 * (wide - 1), through: 0, by: -4) {
      output.append(digits[Int(row >> UInt64(shift) & 15)])
    }
    output.append(" ")
    let place = Int(first - row)
    func isInMatch(_ column: Int) -> Bool {
      column >= place && column < place + bytes.count && match.contains(row + UInt64(column))
    }
    // A mark spans what lies between two bytes of the match.
    func mark(_ column: Int, _ isMarked: inout Bool) {
      guard style.isColored, isInMatch(column) != isMarked else { return }
      isMarked.toggle()
      output.append(isMarked ? TextStyle.matchColor : TextStyle.endOfColor)
    }
    var isMarked = false
    for column in 0..<16 {
      if !isInMatch(column) { mark(column, &isMarked) }
      output.append(column == 8 ? "  " : " ")
      mark(column, &isMarked)
      if column >= place, column < place + bytes.count {
        let byte = bytes[column - place]
        output.append(digits[Int(byte >> 4)])
        output.append(digits[Int(byte & 15)])
      } else {
        output.append("  ")
      }
    }
    mark(16, &isMarked)
    output.append("  |")
    for column in 0..<place + bytes.count {
      mark(column, &isMarked)
      let byte = column < place ? 0x20 : bytes[column - place]
      output.append((0x20..<0x7F).contains(byte) ? byte : UInt8(ascii: "."))
    }
    mark(16, &isMarked)
    output.append("|\n")
  }
}

/// What was counted in one file, or in all.
struct Counts {
  var lines: UInt64 = 0
  var words: UInt64 = 0
  var characters: UInt64 = 0
  var bytes: UInt64 = 0
  var longestLine: UInt64 = 0
  /// Whether one of them is more than a number holds: sparse files may claim 8 EiB each.
  private(set) var isTooLarge = false

  mutating func add(_ other: Counts) {
    for count in [\Counts.lines, \.words, \.characters, \.bytes] {
      let (sum, overflow) = self[keyPath: count].addingReportingOverflow(other[keyPath: count])
      self[keyPath: count] = overflow ? .max : sum
      isTooLarge = isTooLarge || overflow
    }
    longestLine = max(longestLine, other.longestLine)
  }
}

/// Which counts are printed, and how.
struct CountColumns {
  var lines: Bool
  var words: Bool
  var characters: Bool
  var bytes: Bool
  var longestLine: Bool
  /// How many columns each takes.
  var width = 1

  init(_ options: CountOptions) {
    lines = options.lines
    words = options.words
    characters = options.chars
    bytes = options.bytes
    longestLine = options.maxLineLength
    if count == 0 { (lines, words, bytes) = (true, true, true) }
  }

  /// How many there are.
  var count: Int { [lines, words, characters, bytes, longestLine].count { $0 } }

  /// The line of a file.
  ///
  /// - Parameter name: What stands behind the counts; nil for nothing.
  func line(_ counts: Counts, name: [UInt8]?) -> [UInt8] {
    let shown = [
      (lines, counts.lines), (words, counts.words), (characters, counts.characters),
      (bytes, counts.bytes), (longestLine, counts.longestLine),
    ].filter(\.0).map { _, count in
      let digits = String(count)
      return String(repeating: " ", count: max(0, width - digits.utf8.count)) + digits
    }
    return Array(shown.joined(separator: " ").utf8) + (name.map { [32] + $0 } ?? []) + [10]
  }
}

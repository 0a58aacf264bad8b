public import PatternSearch
import ScanEngine
import TestSupport

/// One question: patterns, how they are searched for, a text, and how it is cut.
public struct Trial: Sendable {
  /// How an input is cut into windows and tiles.
  public struct Cut: Sendable {
    /// Where windows end, ascending.
    public var windows: [Int] = []
    /// Where tiles end, ascending.
    public var tiles: [Int] = []
    /// Bytes of a tile beyond a window's end.
    public var stride = 64
    /// Whether windows are merged from the last to the first.
    public var mergesFromRight = false
    public var listsAsItGoes = false

    public init() {}
  }

  public var patterns: [Pattern]
  public var form: SearchForm
  public var options: LineSearch.Options
  public var text: [UInt8]
  public var cut: Cut

  public init(
    _ patterns: [Pattern], _ form: SearchForm, _ options: LineSearch.Options, _ text: [UInt8],
    _ cut: Cut
  ) {
    self.patterns = patterns
    self.form = form
    self.options = options
    self.text = text
    self.cut = cut
  }

  /// What a set of the trial's patterns selects.
  ///
  /// - Returns: nil if the search fails, as it may where PCRE2 gives up.
  public func selection(of set: PatternSet) -> Selection? {
    if form.spansLines {
      let search = ListedSearch(
        SpanSearch(set, options: options), text, spansLines: true, takesAsItGoes: cut.listsAsItGoes)
      return try? feed(search, text, window: 0..<text.count, cuts: cut.tiles).finalize()
    }
    let search = ListedSearch(
      LineSearch(set, options: options), text, isNumbered: options.numbersLines,
      takesAsItGoes: cut.listsAsItGoes)
    return try? merged(search).finalize()
  }

  private func merged(_ search: ListedSearch<LineSearch>) throws -> ListedSearch<LineSearch> {
    if cut.windows.isEmpty {
      return try feed(search, text, window: 0..<text.count, cuts: cut.tiles)
    }
    let bounds = [0] + cut.windows + [text.count]
    let parts = try zip(bounds, bounds.dropFirst()).map { start, end in
      try feed(
        search, text, window: start..<end, cuts: cut.tiles.filter { $0 > start && $0 < end },
        stride: cut.stride)
    }
    var joined = search
    if cut.mergesFromRight {
      for part in parts.reversed() {
        var longer = part
        longer.merge(joined)
        joined = longer
      }
    } else {
      for part in parts { joined.merge(part) }
    }
    return joined
  }

  /// What the trial's own twin and search say, if they differ.
  public var difference: (expected: Selection?, found: Selection?)? {
    guard !text.isEmpty, let twin = TwinSearch(patterns, form) else { return nil }
    guard let set = try? PatternSet(patterns, form: form) else { return nil }
    guard let expected = twin.search(text, options), let found = selection(of: set) else {
      return nil
    }
    return expected == found ? nil : (expected, found)
  }
}

extension Trial {
  /// Options at random that fit the form.
  public static func options(_ writer: inout PatternWriter, _ form: SearchForm)
    -> LineSearch.Options
  {
    var options = LineSearch.Options()
    options.isByPattern = writer.oneIn(2)
    options.isInverted = !form.spansLines && writer.oneIn(4)
    options.countsMatches = form.spansLines || !writer.oneIn(4)
    options.listing = [.nothing, .lines, .matches][writer.number(0...2)]
    options.numbersLines = !form.spansLines && writer.oneIn(2)
    options.segmentByteCount = [1, 2, 3, 5, 16, 64, 1 << 20, 1 << 20][writer.number(0...7)]
    if options.isByPattern, options.countsMatches, !options.isInverted, !form.spansLines {
      options.shownLimit = writer.number(0...2)
    }
    return options
  }

  /// A cut of a text with `count` bytes, at random.
  public static func cut(_ writer: inout PatternWriter, _ count: Int) -> Cut {
    var cut = Cut()
    func places(_ writer: inout PatternWriter, _ density: Int) -> [Int] {
      guard count > 1 else { return [] }
      return (0..<max(1, min(60, count / density))).map { _ in writer.number(1...count - 1) }
        .sorted().reduce(into: []) { if $0.last != $1 { $0.append($1) } }
    }
    if writer.oneIn(2) { cut.tiles = places(&writer, writer.number(2...30)) }
    if writer.oneIn(2) { cut.windows = places(&writer, writer.number(4...60)) }
    cut.stride = [1, 3, 64][writer.number(0...2)]
    cut.mergesFromRight = writer.oneIn(2)
    cut.listsAsItGoes = writer.oneIn(2)
    return cut
  }

  /// A smaller trial that still differs.
  public func shrunk(attempts: Int = 600) -> Trial {
    var best = self
    var left = attempts
    func take(_ other: Trial) -> Bool {
      guard left > 0 else { return false }
      left -= 1
      guard other.difference != nil else { return false }
      best = other
      return true
    }
    var goesOn = true
    while goesOn, left > 0 {
      goesOn = false
      for change in best.smaller where take(change) {
        goesOn = true
        break
      }
    }
    return best
  }

  /// Trials that are a little smaller.
  private var smaller: [Trial] {
    var trials: [Trial] = []
    func add(_ change: (inout Trial) -> Void) {
      var trial = self
      change(&trial)
      trials.append(trial)
    }
    if !cut.windows.isEmpty || !cut.tiles.isEmpty { add { $0.cut = Cut() } }
    if !cut.windows.isEmpty { add { $0.cut.windows = [] } }
    if !cut.tiles.isEmpty { add { $0.cut.tiles = [] } }
    if patterns.count > 1 {
      for index in patterns.indices { add { $0.patterns.remove(at: index) } }
    }
    for share in [2, 4, 8] {
      let width = text.count / share
      guard width > 0 else { continue }
      for start in stride(from: 0, through: text.count - width, by: width) {
        add { $0.removeText(start..<start + width) }
      }
    }
    for index in text.indices.prefix(40) { add { $0.removeText(index..<index + 1) } }
    for (index, pattern) in patterns.enumerated() {
      for width in [6, 4, 3, 2, 1] where pattern.bytes.count >= width {
        for place in 0...pattern.bytes.count - width {
          add { $0.patterns[index].bytes.removeSubrange(place..<place + width) }
        }
      }
    }
    for index in cut.windows.indices { add { $0.cut.windows.remove(at: index) } }
    for index in cut.tiles.indices { add { $0.cut.tiles.remove(at: index) } }
    return trials
  }

  private mutating func removeText(_ range: Range<Int>) {
    text.removeSubrange(range)
    let left = text.count
    func moved(_ cuts: [Int]) -> [Int] {
      cuts.map { $0 >= range.upperBound ? $0 - range.count : min($0, range.lowerBound) }
        .filter { $0 > 0 && $0 < left }.reduce(into: []) { if $0.last != $1 { $0.append($1) } }
    }
    cut.windows = moved(cut.windows)
    cut.tiles = moved(cut.tiles)
  }
}

extension Trial: CustomStringConvertible {
  public var description: String {
    let written = patterns.map {
      "\(quoted($0.bytes)) \($0.kind)" + ($0.ignoresCase ? " case" : "")
        + ($0.matchesWords ? " word" : "") + ($0.matchesLines ? " line" : "")
        + ($0.isUnicode ? " unicode" : "")
    }
    return """
      patterns: \(written.joined(separator: ", "))
      text: \(quoted(text)) (\(text.count) bytes)
      finder \(form.finder)\(form.spansLines ? ", spans lines" : "")\(form.endsLinesWithCRLF ? ", CRLF" : "")
      \(options)
      \(cut)
      """
  }
}

/// Bytes as text in which nothing is hidden.
public func quoted(_ bytes: [UInt8]) -> String {
  bytes.reduce(into: "'") { text, byte in
    switch byte {
    case 10: text += "\\n"
    case 13: text += "\\r"
    case 0x20..<0x7F: text.unicodeScalars.append(Unicode.Scalar(byte))
    default:
      let digits = String(byte, radix: 16)
      text += "\\x" + (digits.count < 2 ? "0" : "") + digits
    }
  } + "'"
}

import PatternSearch
import ScanEngine
import ZstdFrames

/// Prints the messages of `rg --json` for one input.
struct JSONPrinter: LinePrinter {
  private static let clipLimit: UInt64 = 64 << 10

  private let name: [UInt8]
  private let isForTerminal: Bool
  private let reader: InputReader
  private let output: OutputBuffer
  /// What the patterns are called; nil for those without a name.
  private let patternNames: [[UInt8]?]
  /// Finds matches in lines around selected ones, if those are shown.
  private let finder: MatchFinder?
  /// Which frame holds which content; nil if no content is searched.
  private let frames: ContentFrames?
  private let start = ContinuousClock.now
  private let byteCountBefore: UInt64
  private var hasBegun = false
  private var statistics = JSONStatistics()

  init(
    name: [UInt8], patternNames: [[UInt8]?], isForTerminal: Bool, from reader: InputReader,
    to output: OutputBuffer, finder: MatchFinder?, frames: ContentFrames?
  ) {
    self.name = name
    self.patternNames = patternNames
    self.isForTerminal = isForTerminal
    self.reader = reader
    self.output = output
    self.finder = finder
    self.frames = frames
    byteCountBefore = output.byteCount
  }

  func separate() {}

  mutating func printSelected(
    _ run: LineRun, _ matches: ArraySlice<LineBatch.Match>
  ) throws(LostByte) {
    // Those that reach into these lines were told where they begin.
    let begun = matches.dropFirst(run.carriedMatchCount)
    statistics.matchedLines += run.lineCount
    statistics.matches += UInt64(begun.count)
    // Several lines that touch are one message only if matches span lines.
    guard matches.isEmpty, run.lineCount > 1 else {
      return try print("match", run, begun)
    }
    try forEachLine(of: run) { line throws(LostByte) in try print("match", line, []) }
  }

  mutating func printContext(_ run: LineRun) throws(LostByte) {
    try forEachLine(of: run) { line throws(LostByte) in
      let matches = try finder?.matches(in: line.range, reader) ?? []
      try print("context", line, matches[...])
    }
  }

  private func forEachLine(
    of run: LineRun, _ body: (LineRun) throws(LostByte) -> Void
  ) throws(LostByte) {
    var (start, number) = (run.range.lowerBound, run.number)
    while start < run.range.upperBound {
      let end = min(try reader.lineEnd(from: start).offset, run.range.upperBound)
      try body(LineRun(range: start..<end, number: number, lineCount: 1))
      (start, number) = (end, number + 1)
    }
  }

  private mutating func print(
    _ type: StaticString, _ run: LineRun, _ matches: ArraySlice<LineBatch.Match>
  ) throws(LostByte) {
    begin()
    let start = min(reader.firstAvailable(from: run.range.lowerBound), run.range.upperBound)
    let clip = ClippedRange(
      start..<run.range.upperBound, around: matches.first?.range, limit: JSONPrinter.clipLimit)
    let shown = try wholeCharacters(clip.range, of: start..<run.range.upperBound)
    // What can fail comes before the first byte of the message.
    let lines = unsafe try reader.whole(shown)
    output.append("{\"type\":\"")
    output.append(type)
    output.append("\",\"data\":{\"path\":")
    append(name)
    output.append(",\"lines\":")
    unsafe output.append(jsonText: lines, isForTerminal: isForTerminal)
    output.append(",\"line_number\":")
    output.append(decimal: run.number)
    output.append(",\"absolute_offset\":")
    output.append(decimal: run.range.lowerBound)
    if let frame = frames?.frame(at: run.range.lowerBound) {
      output.append(",\"frame\":")
      output.append(decimal: frame)
    }
    output.append(",\"submatches\":[")
    for (index, match) in zip(matches.indices, matches) {
      if index > matches.startIndex { output.append(UInt8(ascii: ",")) }
      try print(match, in: run)
    }
    output.append("]")
    if clip.isClipped || start > run.range.lowerBound {
      output.append(",\"lines_offset\":")
      output.append(decimal: shown.lowerBound - run.range.lowerBound)
      output.append(",\"clipped\":true")
    }
    output.append("}}\n")
  }

  private func print(_ match: LineBatch.Match, in run: LineRun) throws(LostByte) {
    let first = min(reader.firstAvailable(from: match.offset), match.end)
    let clip = ClippedRange(first..<match.end, around: nil, limit: JSONPrinter.clipLimit)
    let shown = try wholeCharacters(clip.range, of: match.range)
    let text = unsafe try reader.whole(shown)
    output.append("{\"match\":")
    unsafe output.append(jsonText: text, isForTerminal: isForTerminal)
    output.append(",\"start\":")
    output.append(decimal: match.offset - run.range.lowerBound)
    output.append(",\"end\":")
    output.append(decimal: match.end - run.range.lowerBound)
    output.append(",\"pattern\":")
    output.append(decimal: UInt64(match.pattern))
    if let name = patternNames[match.pattern] {
      output.append(",\"pattern_name\":")
      append(name)
    }
    if clip.isClipped { output.append(",\"clipped\":true") }
    output.append("}")
  }

  /// The part of a clipped range that cuts no character of UTF-8.
  private func wholeCharacters(
    _ range: Range<UInt64>, of whole: Range<UInt64>
  ) throws(LostByte) -> Range<UInt64> {
    guard range != whole, range.count > 8 else { return range }
    let bytes = unsafe try reader.whole(range)
    func isContinuation(_ index: Int) -> Bool { unsafe bytes[index] & 0xC0 == 0x80 }
    var (first, end) = (0, bytes.count)
    if range.lowerBound > whole.lowerBound {
      while first < 3, isContinuation(first) { first += 1 }
    }
    if range.upperBound < whole.upperBound {
      var last = end - 1
      while last > end - 4, isContinuation(last) { last -= 1 }
      let lead = unsafe bytes[last]
      let width = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1
      if lead >= 0xC0, last + width > end { end = last }
    }
    return range.lowerBound + UInt64(first)..<range.lowerBound + UInt64(end)
  }

  private func append(_ bytes: [UInt8]) {
    unsafe bytes.withUnsafeBytes {
      unsafe output.append(jsonText: $0, isForTerminal: isForTerminal)
    }
  }

  private mutating func begin() {
    guard !hasBegun else { return }
    hasBegun = true
    output.append("{\"type\":\"begin\",\"data\":{\"path\":")
    append(name)
    output.append("}}\n")
  }

  /// Prints the last message.
  ///
  /// - Parameters:
  ///   - byteCount: How many bytes were searched.
  ///   - outcome: How the scan ended. If it is not complete, there is a message even without matches.
  /// - Returns: What was found; nothing if there is no message.
  mutating func end(byteCount: UInt64, outcome: Outcome) -> JSONStatistics {
    if outcome != .complete { begin() }
    guard hasBegun else { return JSONStatistics() }
    statistics.elapsed = ContinuousClock.now - start
    statistics.searches = 1
    statistics.searchesWithMatch = statistics.matchedLines > 0 ? 1 : 0
    statistics.bytesSearched = byteCount
    statistics.bytesPrinted = output.byteCount - byteCountBefore
    output.append("{\"type\":\"end\",\"data\":{\"path\":")
    append(name)
    output.append(",\"binary_offset\":null,\"stats\":")
    output.append(text: statistics.ofEnd)
    if outcome != .complete {
      output.append(",\"outcome\":\"")
      output.append(text: outcome.word)
      output.append("\",\"detail\":")
      output.append(JSON.string(outcome.sentence).line)
    }
    output.append("}}\n")
    return statistics
  }
}

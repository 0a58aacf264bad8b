import PatternSearch
import ZstdFrames

/// Prints lines as grep does.
struct TextPrinter: LinePrinter {
  private static let (colon, hyphen) = (UInt8(ascii: ":"), UInt8(ascii: "-"))

  private let style: TextStyle
  private let reader: InputReader
  private let output: OutputBuffer
  private let selected: Decoration
  private let context: Decoration
  private let labels: [[UInt8]]
  private let isPlain: Bool
  /// Finds matches in lines around selected ones, if those are shown.
  private let finder: MatchFinder?
  /// Which frame holds which content; nil if no content is searched.
  private let frames: ContentFrames?

  /// What stands before a line.
  private struct Decoration {
    let separator: UInt8
    /// The name and what ends it; empty if names are not shown.
    let name: [UInt8]
    /// The separator in its colour.
    let painted: [UInt8]
  }

  /// - Parameters:
  ///   - name: What stands before each line; nil for nothing.
  ///   - finder: Finds matches in lines around selected ones; nil if they are not shown.
  init(
    _ style: TextStyle, name: [UInt8]?, from reader: InputReader, to output: OutputBuffer,
    finder: MatchFinder?, frames: ContentFrames?
  ) {
    self.style = style
    self.reader = reader
    self.output = output
    self.finder = finder
    self.frames = frames
    func decoration(_ separator: UInt8) -> Decoration {
      Decoration(
        separator: separator, name: name.map { style.name($0, before: separator) } ?? [],
        painted: style.paint([separator], TextStyle.separatorColor))
    }
    selected = decoration(TextPrinter.colon)
    context = decoration(TextPrinter.hyphen)
    labels = (style.labels ?? []).map {
      SafeText.printable($0, onTerminal: style.isForTerminal)
    }
    isPlain = style.isPlain(named: name != nil)
  }

  func separate() {
    output.append(style.paint(Array("--".utf8), TextStyle.separatorColor))
    output.append(10)
  }

  func printSelected(
    _ run: LineRun, _ matches: ArraySlice<LineBatch.Match>
  ) throws(LostByte) {
    if style.showsOnlyMatches {
      guard !style.isInverted else { return }
      try printMatches(matches.dropFirst(run.carriedMatchCount), of: run, selected)
    } else {
      try printLines(run, matches, selected)
    }
  }

  func printContext(_ run: LineRun) throws(LostByte) {
    guard let finder else {
      if !style.showsOnlyMatches { try printLines(run, [], context) }
      return
    }
    var line = run
    while line.range.lowerBound < run.range.upperBound {
      let start = line.range.lowerBound
      let end = min(try reader.lineEnd(from: start).offset, run.range.upperBound)
      line = LineRun(range: start..<end, number: line.number, lineCount: 1)
      let matches = try finder.matches(in: line.range, reader)
      if style.showsOnlyMatches {
        try printMatches(matches[...], of: line, context)
      } else {
        try printLines(line, style.isColored ? matches[...] : [], context)
      }
      line = LineRun(range: end..<end, number: line.number + 1, lineCount: 1)
    }
  }

  // MARK: Lines

  private func printLines(
    _ run: LineRun, _ matches: ArraySlice<LineBatch.Match>, _ decoration: Decoration
  ) throws(LostByte) {
    let column =
      style.showsColumns && decoration.separator == TextPrinter.colon
      ? matches.first.map { max($0.offset, run.range.lowerBound) - run.range.lowerBound + 1 } : nil
    if style.isForTerminal || style.isColored && !matches.isEmpty {
      return try printLineByLine(run, matches, column, decoration)
    }
    let start = reader.firstAvailable(from: run.range.lowerBound)
    guard start < run.range.upperBound else { return }
    guard !isPlain else {
      if try reader.copy(start..<run.range.upperBound, to: output) != 10 { output.append(10) }
      return
    }
    var (position, number) = (start, run.number)
    var isAtLineStart = true
    unsafe try reader.forEachPiece(of: start..<run.range.upperBound) { piece throws(LostByte) in
      var index = 0
      while index < piece.count {
        if isAtLineStart {
          printPrefix(
            number, column, position + UInt64(index), pattern: run.pattern, decoration)
        }
        let found = unsafe InputReader.newlineIndex(in: piece, from: index)
        let end = found.map { $0 + 1 } ?? piece.count
        unsafe output.append(UnsafeRawBufferPointer(rebasing: piece[index..<end]))
        isAtLineStart = found != nil
        if isAtLineStart { number += 1 }
        index = end
      }
      position += UInt64(piece.count)
      return true
    }
    if !isAtLineStart { output.append(10) }
  }

  private func printLineByLine(
    _ run: LineRun, _ matches: ArraySlice<LineBatch.Match>, _ column: UInt64?,
    _ decoration: Decoration
  ) throws(LostByte) {
    var start = reader.firstAvailable(from: run.range.lowerBound)
    var (number, first) = (run.number, matches.startIndex)
    while start < run.range.upperBound {
      let (end, hasNewline) =
        run.lineCount == 1
        ? try lastLineEnd(of: start..<run.range.upperBound) : try reader.lineEnd(from: start)
      let text = start..<(hasNewline ? end - 1 : end)
      printPrefix(number, column, start, pattern: run.pattern, decoration)
      while first < matches.endIndex, matches[first].end <= start { first += 1 }
      try printText(text, matches[first...])
      output.append(10)
      (start, number) = (end, number + 1)
    }
  }

  private func lastLineEnd(
    of line: Range<UInt64>
  ) throws(LostByte) -> (offset: UInt64, hasNewline: Bool) {
    let last = unsafe try reader.bytes(of: line.upperBound - 1..<line.upperBound)
    return unsafe (line.upperBound, last[0] == 10)
  }

  /// Prints the text of one line, what matches in colour.
  private func printText(
    _ text: Range<UInt64>, _ matches: ArraySlice<LineBatch.Match>
  ) throws(LostByte) {
    var shown = text
    if style.isForTerminal, text.count > TextStyle.terminalLimit {
      shown =
        ClippedRange(
          text, around: matches.first?.range, limit: TextStyle.terminalLimit
        ).range
      printOmission(shown.lowerBound - text.lowerBound)
    }
    var position = shown.lowerBound
    if style.isColored {
      for match in matches {
        guard match.offset < shown.upperBound else { break }
        let part = match.range.clamped(to: position..<shown.upperBound)
        guard !part.isEmpty else { continue }
        try printPart(position..<part.lowerBound)
        try printMatch(part)
        position = part.upperBound
      }
    }
    try printPart(position..<shown.upperBound)
    printOmission(text.upperBound - shown.upperBound)
  }

  private func printOmission(_ count: UInt64) {
    if count > 0 { output.append(text: "[... \(count) bytes ...]") }
  }

  private func printMatch(_ part: Range<UInt64>) throws(LostByte) {
    if style.isColored { output.append(TextStyle.matchColor) }
    try printPart(part)
    if style.isColored { output.append(TextStyle.endOfColor) }
  }

  private func printPart(_ part: Range<UInt64>) throws(LostByte) {
    guard !part.isEmpty else { return }
    guard style.isForTerminal else {
      try reader.copy(part, to: output)
      return
    }
    // A match may start before what is left.
    let first = reader.firstAvailable(from: part.lowerBound)
    let bytes = unsafe try Array(reader.whole(first..<max(first, part.upperBound)))
    output.append(SafeText.printable(bytes, onTerminal: true))
  }

  // MARK: Matches

  /// Prints each match on a line of its own, or on as many as it spans.
  private func printMatches(
    _ matches: ArraySlice<LineBatch.Match>, of run: LineRun, _ decoration: Decoration
  ) throws(LostByte) {
    var (number, counted) = (run.number, run.range.lowerBound)
    for match in matches where match.byteCount > 0 {
      if run.lineCount > 1, style.numbersLines {
        number += try reader.newlines(in: counted..<match.offset)
        counted = match.offset
      }
      let column =
        style.showsColumns && decoration.separator == TextPrinter.colon
        ? match.offset
          - (run.lineCount == 1
            ? run.range.lowerBound
            : try reader.lineStart(of: match.offset, from: run.range.lowerBound)) + 1 : nil
      var (start, lineNumber) = (match.offset, number)
      while start < match.end {
        var (end, hasNewline) = (match.end, false)
        if run.lineCount > 1 || match.end >= run.range.upperBound {
          let line = try reader.lineEnd(from: start)
          if line.offset <= match.end { (end, hasNewline) = line }
        }
        let text = start..<(hasNewline ? end - 1 : end)
        if !text.isEmpty {
          let pattern = style.labels == nil ? -1 : match.pattern
          printPrefix(lineNumber, column, match.offset, pattern: pattern, decoration)
          try printClippedMatch(text)
          output.append(10)
        }
        (start, lineNumber) = (end, lineNumber + 1)
      }
    }
  }

  private func printClippedMatch(_ text: Range<UInt64>) throws(LostByte) {
    guard style.isForTerminal, text.count > TextStyle.terminalLimit else {
      return try printMatch(text)
    }
    let shown = text.lowerBound..<text.lowerBound + TextStyle.terminalLimit
    try printMatch(shown)
    printOmission(text.upperBound - shown.upperBound)
  }

  // MARK: Prefixes

  @inline(__always)
  private func printPrefix(
    _ number: UInt64, _ column: UInt64?, _ offset: UInt64, pattern: Int, _ decoration: Decoration
  ) {
    if !decoration.name.isEmpty { output.append(decoration.name) }
    if style.showsFrames { printFrame(of: offset, decoration) }
    if style.numbersLines { printNumber(number, decoration) }
    if let column { printNumber(column, decoration) }
    if style.showsOffsets { printNumber(offset, decoration) }
    if pattern >= 0, !labels.isEmpty {
      output.append(labels[pattern])
      output.append(decoration.painted)
    }
  }

  @inline(never)
  private func printFrame(of offset: UInt64, _ decoration: Decoration) {
    guard let frame = frames?.frame(at: offset) else {
      output.append(UInt8(ascii: "-"))
      return output.append(decoration.painted)
    }
    printNumber(frame, decoration)
  }

  @inline(__always)
  private func printNumber(_ number: UInt64, _ decoration: Decoration) {
    guard style.isColored else {
      output.append(decimal: number)
      return output.append(decoration.separator)
    }
    output.append(TextStyle.numberColor)
    output.append(decimal: number)
    output.append(TextStyle.endOfColor)
    output.append(decoration.painted)
  }
}

extension LineBatch.Match {
  var end: UInt64 { offset + byteCount }
  var range: Range<UInt64> { offset..<end }
}

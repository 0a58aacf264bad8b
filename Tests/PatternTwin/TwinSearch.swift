public import PatternSearch

/// The naive twin of ``LineSearch`` and ``SpanSearch``: cuts the input into lines, asks PCRE2's
/// interpreter about each, and adds up.
public struct TwinSearch {
  public let patterns: [Pattern]
  public let form: SearchForm
  private let truths: [LineTruth]
  /// The alternatives in the order in which they are tried.
  private let order: [Int]

  /// - Returns: nil if PCRE2 does not compile one of the patterns.
  public init?(_ patterns: [Pattern], _ form: SearchForm) {
    self.patterns = patterns
    self.form = form
    var truths: [LineTruth] = []
    for pattern in patterns {
      let truth = LineTruth(
        pattern, spansLines: form.spansLines,
        returnsEndLines: form.spansLines && form.endsLinesWithCRLF)
      guard let truth else { return nil }
      truths.append(truth)
    }
    self.truths = truths
    var order = Array(patterns.indices)
    if patterns.allSatisfy({ $0.kind == .literal }) {
      // The longest first; of equals the first.
      order.sort { (-patterns[$0].bytes.count, $0) < (-patterns[$1].bytes.count, $1) }
    }
    self.order = order
  }

  /// One match in a text.
  private struct Hit {
    var range: Range<Int>
    var pattern: Int
  }

  /// The matches of alternatives in one text: at each place the leftmost, of those the first in order.
  ///
  /// - Returns: nil if PCRE2 gives up.
  private func matches(of ids: [Int], in text: [UInt8]) -> [Hit]? {
    var found: [Hit] = []
    var position = 0
    // What a pattern said last holds as long as it lies ahead.
    var nexts = [LineTruth.Answer?](repeating: nil, count: ids.count)
    while position <= text.count {
      var best: Hit?
      for (place, id) in ids.enumerated() {
        if case .match(let range) = nexts[place], range.lowerBound >= position {
        } else if nexts[place] != LineTruth.Answer.none {
          nexts[place] = truths[id].firstMatch(in: text, from: position)
        }
        switch nexts[place] {
        case .undecided?: return nil
        case .match(let range) where range.lowerBound < best?.range.lowerBound ?? Int.max:
          best = Hit(range: range, pattern: id)
        default: break
        }
      }
      guard let best else { break }
      let end = best.range.upperBound
      position = best.range.isEmpty ? step(from: end, patterns[best.pattern], text) : end
      if best.range.isEmpty, end == found.last?.range.upperBound { continue }
      found.append(best)
    }
    return found
  }

  /// Where the search goes on after an empty match.
  private func step(from index: Int, _ pattern: Pattern, _ text: [UInt8]) -> Int {
    var next = index + 1
    if form.spansLines, form.endsLinesWithCRLF, index < text.count - 1, text[index] == 13,
      text[next] == 10
    {
      return next + 1
    }
    while pattern.isUnicode, next < min(text.count, index + 4), text[next] & 0xC0 == 0x80 {
      next += 1
    }
    return next
  }

  /// - Returns: nil if PCRE2 gives up.
  public func search(_ input: [UInt8], _ options: LineSearch.Options) -> Selection? {
    form.spansLines ? searchText(input, options) : searchLines(input, options)
  }

  private func groups(_ options: LineSearch.Options) -> [[Int]] {
    options.isByPattern ? patterns.indices.map { [$0] } : [order]
  }

  private func searchText(_ input: [UInt8], _ options: LineSearch.Options) -> Selection? {
    var selection = Selection()
    for (group, ids) in groups(options).enumerated() {
      guard let hits = input.isEmpty ? [] : matches(of: ids, in: input) else { return nil }
      var found = PatternMatches(id: group)
      found.matches = UInt64(hits.count)
      selection.found.append(found)
      if options.listing != .nothing { selection.matches += hits.map { listed($0, at: 0) } }
    }
    selection.matches.sort {
      ($0.range.lowerBound, $0.pattern) < ($1.range.lowerBound, $1.pattern)
    }
    return selection
  }

  private func listed(_ hit: Hit, at offset: Int) -> Selection.Match {
    Selection.Match(
      range: UInt64(offset + hit.range.lowerBound)..<UInt64(offset + hit.range.upperBound),
      pattern: hit.pattern)
  }

  private func searchLines(_ input: [UInt8], _ options: LineSearch.Options) -> Selection? {
    var selection = Selection()
    let groups = groups(options)
    selection.found = groups.indices.map { PatternMatches(id: $0) }
    let wantsMatches =
      !options.isInverted
      && (options.countsMatches || options.listing == .matches || options.shownLimit > 0)
    var start = 0
    var number: UInt64 = 0
    while start < input.count {
      let newline = input[start...].firstIndex(of: 10)
      let end = newline.map { $0 + 1 } ?? input.count
      var text = Array(input[start..<(newline ?? input.count)])
      if form.endsLinesWithCRLF, newline != nil, text.last == 13 { text.removeLast() }
      number += 1
      for (group, ids) in groups.enumerated() {
        guard let hits = matches(of: ids, in: text) else { return nil }
        guard hits.isEmpty == options.isInverted else { continue }
        selection.found[group].lines += 1
        if wantsMatches { selection.found[group].matches += UInt64(hits.count) }
        for hit in wantsMatches ? hits : []
        where selection.found[group].shown.count < options.shownLimit {
          selection.found[group].shown.append(
            shown(hit.range, in: text, offset: start, number: number))
        }
        guard options.listing != .nothing else { continue }
        selection.lines.append(
          Selection.Line(
            range: UInt64(start)..<UInt64(end), number: options.numbersLines ? number : 0,
            pattern: options.isByPattern ? group : -1,
            matches: options.listing == .matches ? hits.map { listed($0, at: start) } : []))
      }
      start = end
    }
    return selection
  }
}

/// A match with what is shown around it.
public func shown(_ range: Range<Int>, in line: [UInt8], offset: Int, number: UInt64) -> Match {
  var text = 0..<line.count
  if line.count > 256 {
    let start = min(max(0, range.lowerBound - 96), line.count - 256)
    text = start..<start + 256
  }
  return Match(
    offset: UInt64(offset + range.lowerBound), byteCount: UInt64(range.count),
    lineNumber: number, column: UInt64(range.lowerBound + 1),
    bytes: Array(line[range].prefix(256)), text: Array(line[text]),
    textOffset: UInt64(offset + text.lowerBound), isClippedAtFront: text.lowerBound > 0,
    isClippedAtBack: text.upperBound < line.count)
}

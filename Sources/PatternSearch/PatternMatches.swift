public import ScanEngine

/// One match, with enough of its line to show it.
public struct Match: Hashable, Sendable {
  /// Where the match starts, in bytes from the start of the input.
  public var offset: UInt64
  /// Number of bytes matched; may be 0.
  public var byteCount: UInt64
  /// The line's number, from 1.
  public var lineNumber: UInt64
  /// The match's first byte within its line, in bytes from 1.
  public var column: UInt64
  /// The matched bytes: all of them, or the first ``reach``.
  public var bytes: [UInt8]
  /// The bytes of the line around the match: the whole line without its newline if it has at most
  /// ``reach`` bytes, else ``reach`` of them, and some of those before the match.
  public var text: [UInt8]
  /// Where ``text`` starts, in bytes from the start of the input.
  public var textOffset: UInt64
  /// Whether the line has bytes before ``text``.
  public var isClippedAtFront: Bool
  /// Whether the line has bytes after ``text``.
  public var isClippedAtBack: Bool

  /// Makes a match, for comparison with one that was found.
  public init(
    offset: UInt64, byteCount: UInt64, lineNumber: UInt64, column: UInt64, bytes: [UInt8],
    text: [UInt8], textOffset: UInt64, isClippedAtFront: Bool, isClippedAtBack: Bool
  ) {
    self.offset = offset
    self.byteCount = byteCount
    self.lineNumber = lineNumber
    self.column = column
    self.bytes = bytes
    self.text = text
    self.textOffset = textOffset
    self.isClippedAtFront = isClippedAtFront
    self.isClippedAtBack = isClippedAtBack
  }

  /// How many bytes of a match and of its line are kept, at the most.
  public static var reach: Int { 256 }
  /// How many of them stand before a match in the middle of a long line.
  static var lead: Int { 96 }
}

/// What was found of one pattern, or of all of them together.
public struct PatternMatches: Hashable, Sendable {
  /// The pattern's position among those given; 0 for all of them together.
  public let id: Int
  /// Number of selected lines, those with at least one match: what `grep -c` prints.
  public var lines: UInt64 = 0
  /// Number of matches that do not overlap, the leftmost taken first.
  ///
  /// An empty match counts unless it stands right behind the match before it: `a*` matches `baaac`
  /// three times. This is what `rg --count-matches` prints for lines that end in a newline.
  public var matches: UInt64 = 0
  /// The first matches of the input, as many as were asked for.
  public var shown: [Match] = []
  /// Whether a line held a match that could have been longer than a match may be. Such a match was
  /// decided on the bytes that were held; ``matches`` and ``lines`` may then differ from what an
  /// unbounded search finds.
  public var truncatedMatches = false
  /// How many matches begin in each bucket of the input; nil unless that was asked for. Buckets are as large as the
  /// last match's offset needs: ``BucketCounts/reach(_:)`` makes them those of the input.
  public var density: BucketCounts?

  /// - Parameter density: Into which buckets matches are counted; nil if that is not wanted.
  public init(id: Int, density: BucketScale? = nil) {
    self.id = id
    self.density = density.map { BucketCounts($0) }
  }
}

extension PatternMatches {
  /// Counts a match that begins at an offset of the input.
  @inline(__always)
  mutating func count(at offset: UInt64) {
    matches += 1
    density?.add(at: offset)
  }

  /// Keeps the match `start..<end` of a line for showing.
  mutating func show(_ start: Int, _ end: Int, in line: LineText) {
    let near = min(line.end, start + Match.reach - Match.lead)
    let textStart = max(0, near - Match.reach)
    let textEnd = min(line.end, textStart + Match.reach)
    shown.append(
      Match(
        offset: line.offset + UInt64(start), byteCount: UInt64(end - start),
        lineNumber: line.newlinesBefore + 1, column: UInt64(start) + 1,
        bytes: line.copy(start, min(end, start + Match.reach)),
        text: line.copy(textStart, textEnd), textOffset: line.offset + UInt64(textStart),
        isClippedAtFront: textStart > 0, isClippedAtBack: textEnd < line.end))
  }

  /// Appends what was found in the bytes that follow, before which `newlines` newlines were seen.
  mutating func merge(_ next: PatternMatches, newlines: UInt64, shownLimit: Int) {
    lines += next.lines
    matches += next.matches
    if let more = next.density { density?.merge(more) }
    truncatedMatches = truncatedMatches || next.truncatedMatches
    for var match in next.shown.prefix(max(0, shownLimit - shown.count)) {
      match.lineNumber += newlines
      shown.append(match)
    }
  }
}

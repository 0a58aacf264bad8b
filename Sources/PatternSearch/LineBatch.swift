/// Selected lines of a stretch of the input, in the order of the input.
///
/// A ``SpanSearch`` lists matches and no blocks: a match of it may span lines.
public struct LineBatch: Hashable, Sendable {
  /// One selected line, or several neighbours that are all selected.
  public struct Block: Hashable, Sendable {
    /// Where the first line starts and where the last one ends, its newline included, in bytes from the
    /// start of the input.
    public var start: UInt64
    public var end: UInt64
    /// Number of newlines between the start of the batch and the block; 0 unless lines are numbered.
    public var newlines: UInt64
    /// Number of lines; 1 or more.
    public var lineCount: Int
    /// The pattern that selects it, by its position; -1 if patterns select lines together.
    public var pattern: Int
    /// Which of the batch's matches lie in it; none unless matches are listed. A block with matches has
    /// one line, unless matches span lines.
    public var matches: Range<Int>
    /// How many of those, the first ones, began in the block before it, which is continued by this one.
    public var carriedMatchCount = 0
    /// Whether the lines of the next block belong to it, too: a match reaches from here to there.
    public var isContinued = false

    public init(
      start: UInt64, end: UInt64, newlines: UInt64, lineCount: Int, pattern: Int,
      matches: Range<Int>
    ) {
      self.start = start
      self.end = end
      self.newlines = newlines
      self.lineCount = lineCount
      self.pattern = pattern
      self.matches = matches
    }
  }

  /// A match.
  public struct Match: Hashable, Sendable {
    /// Where it starts, in bytes from the start of the input.
    public var offset: UInt64
    /// Number of bytes; may be 0.
    public var byteCount: UInt64
    /// Which pattern it is of, by its position among those given.
    public var pattern: Int
  }

  /// Number of newlines before the batch, from the start of the input; 0 unless lines are numbered.
  public var newlinesBefore: UInt64 = 0
  public var blocks: [Block] = []
  /// Where lines match, if matches are listed, in ascending order: in selected lines, or, if those are
  /// selected in which nothing matches, in the others.
  public var matches: [Match] = []
  /// Every line that starts before this offset was decided, in this batch or one before it; of a
  /// ``SpanSearch``, every match that starts before it.
  public var decidedTo: UInt64 = 0

  public init() {}
}

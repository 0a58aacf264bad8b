import CTextScan
public import ScanEngine

/// Counts lines, words and characters at one go, as `wc` does.
///
/// White space parts words. Between two of them is a word if any character there is printed; control characters and
/// bytes that are no characters are passed over.
public struct WordCount: MergeableAnalyzer {
  /// What was counted.
  public struct Output: Equatable, Sendable {
    /// Number of newline bytes.
    public var newlines: UInt64 = 0
    /// Number of words.
    public var words: UInt64 = 0
    /// Number of characters; of bytes, where each is one.
    public var characters: UInt64 = 0

    public init(newlines: UInt64 = 0, words: UInt64 = 0, characters: UInt64 = 0) {
      (self.newlines, self.words, self.characters) = (newlines, words, characters)
    }
  }

  /// What a part begins or ends with, but for what is passed over.
  private enum Edge: UInt32 { case nothing, space, word }

  private let rules: CharacterRules
  private let kernel: TextKernel
  private var counted = Output()
  private var first = Edge.nothing
  private var last = Edge.nothing

  /// - Parameter rules: What is white space, and what is printed.
  public init(_ rules: CharacterRules = .bytes) { self.init(rules, .best) }

  package init(_ rules: CharacterRules, _ kernel: TextKernel) {
    (self.rules, self.kernel) = (rules, kernel)
  }

  public var throughput: Double { rules.isUTF8 ? 10 : 14 }

  public var toleratesGaps: Bool { true }

  public mutating func update(_ tile: borrowing Tile) {
    var counts = text_scan_words(
      newlines: counted.newlines, words: counted.words, characters: counted.characters,
      is_in_word: last == .word ? 1 : 0)
    var edge = first
    let kernel = kernel.number
    unsafe rules.scan(tile) { input in
      if edge == .nothing { edge = unsafe Edge(rawValue: text_scan_first_class(input))! }
      unsafe text_scan_words(kernel, input, &counts)
    }
    counted = Output(
      newlines: counts.newlines, words: counts.words, characters: counts.characters)
    first = edge
    // Where everything is passed over, nothing changes.
    if edge != .nothing { last = counts.is_in_word == 1 ? .word : .space }
  }

  public var foldsZeros: Bool { true }

  public mutating func update(zeros range: Range<UInt64>) {
    counted.characters += UInt64(range.count)
  }

  public mutating func merge(_ next: consuming WordCount) {
    counted.newlines += next.counted.newlines
    counted.words += next.counted.words
    counted.characters += next.counted.characters
    // One word lies across the seam.
    if last == .word, next.first == .word { counted.words -= 1 }
    if first == .nothing { first = next.first }
    if next.last != .nothing { last = next.last }
  }

  public consuming func finalize() -> Output { counted }
}

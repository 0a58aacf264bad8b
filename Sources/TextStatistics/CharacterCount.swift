import CTextScan
public import ScanEngine

/// Counts characters and lines, as `wc -m` does. Bytes that are not of a character count as none.
public struct CharacterCount: MergeableAnalyzer {
  /// What was counted.
  public struct Output: Equatable, Sendable {
    /// Number of newline bytes.
    public var newlines: UInt64 = 0
    /// Number of characters.
    public var characters: UInt64 = 0

    public init(newlines: UInt64 = 0, characters: UInt64 = 0) {
      (self.newlines, self.characters) = (newlines, characters)
    }
  }

  private let rules: CharacterRules
  private let kernel: TextKernel
  private var counted = Output()

  /// - Parameter rules: What is a character.
  public init(_ rules: CharacterRules) { self.init(rules, .best) }

  package init(_ rules: CharacterRules, _ kernel: TextKernel) {
    (self.rules, self.kernel) = (rules, kernel)
  }

  public var throughput: Double { 14 }

  public var toleratesGaps: Bool { true }

  public mutating func update(_ tile: borrowing Tile) {
    var counts = text_scan_words(
      newlines: counted.newlines, words: 0, characters: counted.characters, is_in_word: 0)
    let kernel = kernel.number
    unsafe rules.scan(tile) { unsafe text_scan_characters(kernel, $0, &counts) }
    counted = Output(newlines: counts.newlines, characters: counts.characters)
  }

  public var foldsZeros: Bool { true }

  public mutating func update(zeros range: Range<UInt64>) {
    counted.characters += UInt64(range.count)
  }

  public mutating func merge(_ next: consuming CharacterCount) {
    counted.newlines += next.counted.newlines
    counted.characters += next.counted.characters
  }

  public consuming func finalize() -> Output { counted }
}

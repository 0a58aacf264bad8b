import CTextScan
public import ScanEngine

/// Finds how many columns of a terminal the longest line takes, as `wc -L` does.
///
/// Tab stops are eight columns apart, characters are as wide as the C library says, and what is not printed has no
/// width. Carriage returns and form feeds end a line, too.
public struct LongestLine: MergeableAnalyzer {
  private let rules: CharacterRules
  private let kernel: TextKernel
  private var columns = text_scan_columns()

  /// - Parameter rules: What is printed, and how wide it is.
  public init(_ rules: CharacterRules = .bytes) { self.init(rules, .best) }

  package init(_ rules: CharacterRules, _ kernel: TextKernel) {
    (self.rules, self.kernel) = (rules, kernel)
  }

  public var throughput: Double { 10 }

  public var toleratesGaps: Bool { true }

  public mutating func update(_ tile: borrowing Tile) {
    var found = columns
    let kernel = kernel.number
    unsafe rules.scan(tile) { unsafe text_scan_columns(kernel, $0, &found) }
    columns = found
  }

  public var foldsZeros: Bool { true }

  /// Zeros take no columns.
  public mutating func update(zeros range: Range<UInt64>) {}

  public mutating func merge(_ next: consuming LongestLine) {
    let (head, isEnded) = (next.columns, next.columns.has_break == 1)
    if head.head_has_tab == 1 {
      columns.column += head.head_before
      advanceToTabStop()
      columns.column += isEnded ? head.head_after : head.column
    } else {
      columns.column += isEnded ? head.head_before : head.column
    }
    guard isEnded else { return }
    endLine()
    columns.longest = max(columns.longest, head.longest)
    columns.column = head.column
  }

  public consuming func finalize() -> UInt64 {
    // Only now it is known that the first line begins in the first column.
    var fresh = LongestLine(rules, kernel)
    fresh.columns.has_break = 1
    fresh.merge(self)
    return max(fresh.columns.longest, fresh.columns.column)
  }

  private mutating func advanceToTabStop() {
    if columns.has_break == 1 || columns.head_has_tab == 1 {
      columns.column += 8 - columns.column % 8
    } else {
      (columns.head_before, columns.head_has_tab, columns.column) = (columns.column, 1, 0)
    }
  }

  private mutating func endLine() {
    if columns.has_break == 1 {
      columns.longest = max(columns.longest, columns.column)
    } else if columns.head_has_tab == 1 {
      columns.head_after = columns.column
    } else {
      columns.head_before = columns.column
    }
    (columns.has_break, columns.column) = (1, 0)
  }
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
#if canImport(CHyperscan)
  import CHyperscan
#endif

/// An expression that no line outside its matches need be looked at for.
struct CandidateExpression {
  /// The pattern's position among all.
  let id: Int
  /// No match of it holds a newline.
  let text: [UInt8]
  let ignoresCase: Bool
  /// Whether it is only escaped bytes, of which Hyperscan takes any.
  let isLiteral: Bool
  /// Whether Hyperscan may take it for a simpler one that matches wherever this one does.
  var isPrefilter = false
}

/// A string that is part of every match of a pattern, or one of several of which each match holds one.
struct RequiredString {
  /// The pattern's position among all.
  let id: Int
  let finder: LiteralFinder
}

/// A line that may hold a match of one pattern.
struct Candidate {
  let id: Int
  /// The line's bytes without its newline, in the searched region.
  let range: Range<Int>
}

/// The candidates of one region, in ascending order for each pattern, each line once.
@safe final class CandidateList {
  /// How many readable bytes there must be after a region: finders may read a few behind it.
  static var slack: Int { 64 }

  private(set) var lines: [Candidate] = []
  /// The last candidate line of each pattern.
  private var last: [Range<Int>] = []
  private var isAscending = true
  /// How many more reports are worth taking.
  private(set) var budget = 0
  private var base: UnsafeRawPointer?
  private(set) var byteCount = 0

  #if canImport(CHyperscan)
    /// What Hyperscan works with.
    var scratch: OpaquePointer?

    deinit { _ = unsafe hs_free_scratch(scratch) }
  #endif

  /// Notes that pattern `id` may match up to `end`.
  ///
  /// - Returns: Whether to go on.
  @inline(__always)
  func note(_ id: Int, _ end: Int) -> Bool {
    budget -= 1
    let previous = last[id]
    // Ends within a line that was noted are the common case in a flood.
    if end >= previous.lowerBound && end <= previous.upperBound { return budget > 0 }
    guard end <= byteCount, let base = unsafe base else { return true }
    // A match lies in one line, and an empty one may stand at either end of it.
    let start = unsafe lastNewline(base, 0, end) + 1
    // Behind the last newline there is no line.
    if start == byteCount { return true }
    let stop = unsafe firstNewline(base, end, byteCount)
    if start < previous.lowerBound { isAscending = false }
    last[id] = start..<stop
    lines.append(Candidate(id: id, range: start..<stop))
    return budget > 0 && !isFull
  }

  /// Empties the list for another region.
  ///
  /// - Parameters:
  ///   - base: Whole lines; they must be there until ``end()``.
  ///   - patternCount: Number of all patterns; every id is below it.
  ///   - budget: How many reports are worth taking.
  func begin(_ base: UnsafeRawPointer, _ byteCount: Int, patternCount: Int, budget: Int) {
    if last.count != patternCount {
      last = [Range<Int>](repeating: -1 ..< -1, count: patternCount)
    }
    for line in lines { last[line.id] = -1 ..< -1 }
    lines.removeAll(keepingCapacity: true)
    isAscending = true
    self.budget = budget
    unsafe self.base = base
    self.byteCount = byteCount
  }

  /// Whether there are few enough lines. With few patterns, searching every line for each of them costs
  /// less than finding and then searching most lines one by one.
  var isWorthwhile: Bool { budget > 0 && lines.count < 8 + byteCount / 512 }

  /// Whether there are so many lines that fewer bytes should be looked at.
  var isFull: Bool { lines.count > CandidateList.limit }
  private static var limit: Int { 1 << 18 }

  /// Ends the region: nothing is noted any more.
  func end() { unsafe base = nil }

  func putInOrder() {
    guard !isAscending else { return }
    lines.sort { ($0.id, $0.range.lowerBound) < ($1.id, $1.range.lowerBound) }
    var kept: [Candidate] = []
    for line in lines where kept.last.map({ $0.id != line.id || $0.range != line.range }) ?? true {
      kept.append(line)
    }
    lines = kept
  }
}

/// Finds the lines that may hold matches of any of several patterns, in one pass over the bytes.
protocol CandidateFinder: AnyObject, Sendable {
  /// The patterns it looks for.
  var ids: Set<Int> { get }

  /// What it is, in words.
  var name: String { get }

  /// Fills `list` with the lines of a region that may match.
  ///
  /// - Parameter base: Whole lines, with ``CandidateList/slack`` readable bytes after them.
  /// - Returns: Whether the region was scanned. If not, the lines must be found otherwise: the
  ///   patterns match so often that a finder does not pay.
  func find(in base: UnsafeRawPointer, _ byteCount: Int, into list: CandidateList) -> Bool
}

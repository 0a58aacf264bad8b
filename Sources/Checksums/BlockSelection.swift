/// Which blocks of an input are wanted.
public struct BlockSelection: Equatable, Sendable {
  /// Numbers of blocks, ascending and apart.
  private let ranges: [Range<UInt64>]
  /// How many are wanted before those of each range.
  private let ranks: [UInt64]
  /// How many bytes of the input there are blocks of.
  let byteCount: UInt64

  /// All there are.
  public static let all = BlockSelection(ranges: [0..<UInt64.max], byteCount: .max)

  /// - Parameters:
  ///   - numbers: Those that are wanted, in any order; the first block of the input has number 0.
  ///   - byteCount: Where the last block ends at the latest, though the input may go on there.
  /// - Complexity: O(*n* log *n*).
  public init(_ numbers: [UInt64], inFirst byteCount: UInt64 = .max) {
    var ranges: [Range<UInt64>] = []
    // No input has a block of the last number.
    for number in numbers.sorted() where number < .max {
      if let last = ranges.last, last.upperBound >= number {
        ranges[ranges.count - 1] = last.lowerBound..<max(last.upperBound, number + 1)
      } else {
        ranges.append(number..<number + 1)
      }
    }
    self.init(ranges: ranges, byteCount: byteCount)
  }

  private init(ranges: [Range<UInt64>], byteCount: UInt64) {
    (self.ranges, self.byteCount) = (ranges, byteCount)
    var rank: UInt64 = 0
    ranks = ranges.map { range in
      defer { rank += range.upperBound - range.lowerBound }
      return rank
    }
  }

  /// The first that is wanted, of a block and those behind it; nil if none is.
  ///
  /// - Complexity: O(log *n*).
  func next(from number: UInt64) -> UInt64? {
    let index = index(ofRangeEndingBehind: number)
    return index < ranges.count ? max(number, ranges[index].lowerBound) : nil
  }

  /// How many are wanted before a block; nil if it is not wanted itself.
  ///
  /// - Complexity: O(log *n*).
  func rank(of number: UInt64) -> UInt64? {
    let index = index(ofRangeEndingBehind: number)
    guard index < ranges.count, ranges[index].contains(number) else { return nil }
    return ranks[index] + (number - ranges[index].lowerBound)
  }

  private func index(ofRangeEndingBehind number: UInt64) -> Int {
    var (low, high) = (0, ranges.count)
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound > number { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

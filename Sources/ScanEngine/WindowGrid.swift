import FileMapping

/// How a file falls into windows, and which of them a scan visits.
///
/// Visited windows are numbered without gaps, so that nobody else has to know about holes.
struct WindowGrid: Sendable {
  /// The bytes of the file that are scanned.
  let bytes: Range<UInt64>
  let windowByteCount: UInt64

  /// Neighbouring windows that are visited: where the first one starts in the file, in windows, and
  /// the numbers they have here.
  private struct Stretch {
    var place: UInt64
    var numbers: Range<Int>
  }

  private var stretches: [Stretch] = []

  /// A grid of which every window is visited, from the one on that holds `offset`.
  init(_ bytes: Range<UInt64>, windowByteCount: UInt64, from offset: UInt64 = 0) {
    self.bytes = bytes
    self.windowByteCount = windowByteCount
    let first = max(offset, bytes.lowerBound) / windowByteCount
    visit(first..<max(first, (bytes.upperBound + windowByteCount - 1) / windowByteCount))
  }

  /// A grid of which only windows with something other than holes in them are visited.
  ///
  /// - Parameter visitsOne: Whether the last window is visited if it would be none.
  /// - Complexity: At most two system calls a window, however many extents there are.
  init(
    of extents: inout ExtentCursor, _ bytes: Range<UInt64>, windowByteCount: UInt64,
    visitsOne: Bool
  ) throws(MappingError) {
    self.bytes = bytes
    self.windowByteCount = windowByteCount
    var offset = bytes.lowerBound
    while offset < bytes.upperBound {
      let extent = try extents.first(from: offset)
      guard !extent.isEmpty else { break }
      let end = (extent.upperBound + windowByteCount - 1) / windowByteCount
      visit(extent.lowerBound / windowByteCount..<end)
      offset = end * windowByteCount
    }
    if visitsOne, count == 0, !bytes.isEmpty {
      let last = (bytes.upperBound - 1) / windowByteCount
      visit(last..<last + 1)
    }
  }

  /// Visits some windows, by their place in the file, that follow all that are visited already.
  private mutating func visit(_ places: Range<UInt64>) {
    let numbers = count..<count + places.count
    if let last = stretches.last, last.place + UInt64(last.numbers.count) == places.lowerBound {
      stretches[stretches.count - 1].numbers = last.numbers.lowerBound..<numbers.upperBound
    } else if !places.isEmpty {
      stretches.append(Stretch(place: places.lowerBound, numbers: numbers))
    }
  }

  /// Number of windows that are visited.
  var count: Int { stretches.last?.numbers.upperBound ?? 0 }

  /// The bytes between a visited window and the one before it, or the start; for the index after the last
  /// those up to the end of the file. All of them are zeros.
  func zeros(before index: Int) -> Range<UInt64> {
    (index == 0 ? bytes.lowerBound : range(of: index - 1).upperBound)..<range(of: index).lowerBound
  }

  /// The bytes of a visited window; none at the end of the file for the index after the last.
  ///
  /// - Complexity: O(log *n*) in the number of stretches of visited windows.
  func range(of index: Int) -> Range<UInt64> {
    guard index < count else { return bytes.upperBound..<bytes.upperBound }
    // The last stretch that starts at or before the index.
    var (low, high) = (0, stretches.count - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      if stretches[middle].numbers.lowerBound <= index { low = middle } else { high = middle - 1 }
    }
    let stretch = stretches[low]
    let start = (stretch.place + UInt64(index - stretch.numbers.lowerBound)) * windowByteCount
    return (start..<start + windowByteCount).clamped(to: bytes)
  }
}

public import ScanEngine

/// Feeds `analyzer` the bytes `range` of `input` as one window cut into tiles at `cuts`, then lets
/// it read on, as the engine does, in tiles of `stride` bytes.
///
/// - Parameters:
///   - range: The window; not empty.
///   - cuts: Offsets strictly inside `range`, ascending.
public func feed<A: Analyzer>(
  _ analyzer: A, _ input: [UInt8], window range: Range<Int>, cuts: [Int] = [], stride: Int = 64
) throws(AnalysisError) -> A {
  var value = analyzer
  var start = range.lowerBound
  for end in cuts + [range.upperBound] {
    try update(&value, input, start..<end, readingOn: false)
    start = end
  }
  while start < input.count, let open = value as? any MergeableAnalyzer, open.isOpen {
    let end = min(input.count, start + stride)
    try update(&value, input, start..<end, readingOn: true)
    start = end
  }
  return value
}

private func update<A: Analyzer>(
  _ value: inout A, _ input: [UInt8], _ range: Range<Int>, readingOn: Bool
) throws(AnalysisError) {
  // SAFETY: every byte of an array of UInt8 is initialised.
  let tile = unsafe Tile(
    surroundings: input.span.bytes, start: range.lowerBound, end: range.upperBound,
    offset: UInt64(range.lowerBound))
  if readingOn, var open = value as? any MergeableAnalyzer {
    try open.readOn(tile)
    value = open as! A
  } else {
    try value.update(tile)
  }
}

/// The answer when the whole input is one tile.
public func whole<A: Analyzer>(_ analyzer: A, _ input: [UInt8]) throws(AnalysisError) -> A.Output {
  guard !input.isEmpty else { return try analyzer.finalize() }
  return try feed(analyzer, input, window: 0..<input.count).finalize()
}

/// A way of cutting an input that gave another answer than the uncut input.
public struct LawBroken<Output: Sendable>: Error, CustomStringConvertible {
  public let description: String
}

/// Checks the law for a sequential analyzer: every single cut, every pair of cuts of a short input,
/// and one byte at a time.
///
/// - Throws: ``LawBroken`` naming the cut.
public func checkEveryCut<A: Analyzer>(_ analyzer: A, _ input: [UInt8]) throws
where A.Output: Equatable {
  let expected = try whole(analyzer, input)
  guard input.count > 1 else { return }
  func check(_ cuts: [Int]) throws {
    let found = try feed(analyzer, input, window: 0..<input.count, cuts: cuts).finalize()
    guard found == expected else {
      throw LawBroken<A.Output>(
        description: "tiles cut at \(cuts): \(found), but uncut: \(expected)")
    }
  }
  for cut in 1..<input.count { try check([cut]) }
  try check(Array(1..<input.count))
  if analyzer.takesLinesEarly { try checkEveryPause(analyzer, input, expected) }
  guard input.count <= 64 else { return }
  for first in 1..<input.count {
    for second in (first + 1)..<max(first + 1, input.count) { try check([first, second]) }
  }
}

/// Checks that a stream that pauses behind a line, behind which nothing is readable then, has the same answer; behind
/// each line alone, and behind all.
private func checkEveryPause<A: Analyzer>(
  _ analyzer: A, _ input: [UInt8], _ expected: A.Output
) throws where A.Output: Equatable {
  let lineEnds = input.indices.filter { input[$0] == 10 }.map { $0 + 1 }
  for pauses in lineEnds.map({ [$0] }) + [lineEnds] {
    var value = analyzer
    var start = 0
    for end in pauses {
      let held = Array(input[..<end])
      // SAFETY: every byte of an array of UInt8 is initialised.
      try value.update(
        unsafe Tile(
          surroundings: held.span.bytes, start: start, end: end, offset: UInt64(start), goesOn: true
        ))
      start = end
    }
    if start < input.count { try update(&value, input, start..<input.count, readingOn: false) }
    let found = try value.finalize()
    guard found == expected else {
      throw LawBroken<A.Output>(
        description: "a stream that pauses at \(pauses): \(found), but uncut: \(expected)")
    }
  }
}

/// Checks the law for a mergeable analyzer: as ``checkEveryCut(_:_:)``, and the same cuts as windows
/// that are computed apart and merged from the left, from the right, and with fresh values between.
///
/// - Throws: ``LawBroken`` naming the cut.
public func checkEveryMerge<A: MergeableAnalyzer>(_ analyzer: A, _ input: [UInt8]) throws
where A.Output: Equatable {
  try checkEveryCut(analyzer, input)
  let expected = try whole(analyzer, input)
  guard input.count > 1 else { return }

  func check(_ cuts: [Int], stride: Int) throws {
    let bounds = [0] + cuts + [input.count]
    let parts = try zip(bounds, bounds.dropFirst()).map { start, end in
      let part = try feed(analyzer, input, window: start..<end, stride: stride)
      if part.isOpen {
        throw LawBroken<A.Output>(description: "window \(start)..<\(end) stays open at the end")
      }
      return part
    }
    var fromLeft = analyzer
    for part in parts { fromLeft.merge(part) }
    var fromRight = analyzer
    for part in parts.reversed() {
      var joined = part
      joined.merge(fromRight)
      fromRight = joined
    }
    for found in [try fromLeft.finalize(), try fromRight.finalize()] where found != expected {
      throw LawBroken<A.Output>(
        description: "windows cut at \(cuts): \(found), but uncut: \(expected)")
    }
  }
  for cut in 1..<input.count {
    try check([cut], stride: 1)
    try check([cut], stride: 7)
  }
  try check(Array(1..<input.count), stride: 3)
  guard input.count <= 64 else { return }
  for first in 1..<input.count {
    for second in (first + 1)..<max(first + 1, input.count) {
      try check([first, second], stride: 64)
    }
  }
}

/// Checks that zeros that an analyzer takes unseen are as good as tiles of zeros: at the start, in the middle,
/// at the end, alone, and in a value of their own.
///
/// - Throws: ``LawBroken`` naming the sizes.
public func checkZeros<A: MergeableAnalyzer>(_ analyzer: A) throws where A.Output: Equatable {
  for (before, zeros, after) in [(0, 5, 3), (4, 1, 0), (7, 100, 9), (0, 3, 0), (300, 4096, 1)] {
    let input =
      randomBytes(before, seed: 1) + Array(repeating: 0, count: zeros)
      + randomBytes(after, seed: 2)
    let expected = try whole(analyzer, input)
    let (start, end) = (before, before + zeros)
    func part(_ value: A, _ range: Range<Int>) throws -> A {
      range.isEmpty ? value : try feed(value, input, window: range)
    }
    var straight = try part(analyzer, 0..<start)
    straight.update(zeros: UInt64(start)..<UInt64(end))
    straight = try part(straight, end..<input.count)
    var merged = try part(analyzer, 0..<start)
    var unseen = analyzer
    unseen.update(zeros: UInt64(start)..<UInt64(end))
    unseen.merge(try part(analyzer, end..<input.count))
    merged.merge(unseen)
    for value in [straight, merged] {
      let answer = try value.finalize()
      guard answer == expected else {
        throw LawBroken<A.Output>(
          description: "\(before) bytes, \(zeros) zeros, \(after) bytes: \(answer), not \(expected)"
        )
      }
    }
  }
}

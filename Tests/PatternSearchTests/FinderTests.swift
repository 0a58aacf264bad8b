import PatternSearch
import ScanEngine
import TestSupport
import Testing

/// The candidate finder changes how fast an answer comes, never the answer.
@Suite struct FinderTests {
  static let input = randomBytes(200_000, seed: 9, alphabet: Array("abcdex 01-\n".utf8))

  /// In tiles of 64 KiB.
  func found(_ set: PatternSet) throws -> [PatternMatches] {
    let cuts = Array(stride(from: 65_536, to: FinderTests.input.count, by: 65_536))
    let search = LineSearch(set, shownLimit: 5)
    return try feed(search, FinderTests.input, window: 0..<FinderTests.input.count, cuts: cuts)
      .finalize()
  }

  /// From expressions that match nowhere to those that match everywhere, which it gives up on.
  @Test(arguments: [
    ["[x-z]{6}[01]{4}"], ["\\w+"], ["a[bc]"], ["[ab]*x$"], ["^[01]+"], ["\\b[ab]{3}\\b"],
    ["abc", "x[01]x", "\\w+-"], ["a", "b", "c", "d", "e", "x[01]", ".b"],
  ])
  func doesNotChangeTheAnswer(texts: [String]) throws {
    let patterns = texts.map { Pattern($0) }
    let expected = patterns.indices.map {
      naiveSearch(patterns[$0], FinderTests.input, shownLimit: 5, id: $0)
    }
    let set = try PatternSet(patterns)
    #expect(try found(set) == expected)
    #expect(try found(PatternSet(patterns, finder: .literal)) == expected)
    #expect((set.finderPatternCount > 0) == HyperscanFinder.isAvailable)
  }

  /// Threads share the compiled patterns.
  @Test func searchesOnSeveralThreadsAtOnce() async throws {
    let patterns = ["x[01]{2}", "(?<=a)b", "abc", "[^a]+$"].map { Pattern($0) }
    let set = try PatternSet(patterns)
    let expected = try found(set)
    try await withThrowingTaskGroup(of: [PatternMatches].self) { group in
      for _ in 0..<16 { group.addTask { try found(set) } }
      for try await answer in group { #expect(answer == expected) }
    }
  }
}

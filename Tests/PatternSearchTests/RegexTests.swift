import PatternSearch
import ScanEngine
import TestSupport
import Testing

@Suite struct RegexTests {
  static let alphabet = Array("aaabbcA \n\t.".utf8)

  /// Random expressions on random texts: as a whole, without the candidate finder, in small pieces,
  /// and in random tiles and windows, against PCRE2's interpreter on each line.
  @Test(arguments: 0..<40)
  func agreesWithTheNaiveTwin(seed: Int) throws {
    var writer = RandomRegex(
      generator: SeededGenerator(seed: UInt64(seed)), usesEverything: seed % 2 == 0)
    var checked = 0
    for round in 0..<150 {
      let text = writer.next()
      let pattern = Pattern(
        text, ignoresCase: round % 5 == 0, matchesWords: round % 7 == 0)
      var input = randomBytes(
        Int.random(in: 1...90, using: &writer.generator), seed: UInt64(seed * 1000 + round),
        alphabet: RegexTests.alphabet)
      // The candidate finder is used only where bytes follow.
      if round % 3 != 0 { input += Array("\n".utf8) + [UInt8](repeating: 45, count: 70) }
      guard let expected = naiveSearch(pattern, input, shownLimit: 3),
        let fast = try? PatternSet([pattern]),
        let plain = try? PatternSet([pattern], finder: .literal)
      else { continue }
      checked += 1
      for set in [fast, plain] {
        let difference = try firstDifference(set, input, expected, &writer.generator)
        #expect(
          difference == nil,
          "\(text), options \(round % 5 == 0) \(round % 7 == 0), \(String(decoding: input, as: UTF8.self).debugDescription)"
        )
      }
    }
    #expect(checked > 80)
  }

  /// The first way of searching that gives another answer than `expected`.
  func firstDifference(
    _ set: PatternSet, _ input: [UInt8], _ expected: PatternMatches,
    _ generator: inout some RandomNumberGenerator
  ) throws -> String? {
    func describe(_ answer: [PatternMatches]) -> String {
      "\(answer[0].lines) lines, \(answer[0].matches) matches, not \(expected.lines), \(expected.matches)"
    }
    let answer = try whole(LineSearch(set, shownLimit: 3), input)
    if answer != [expected] { return "whole: " + describe(answer) }
    for segment in [1, 2, 5, 16] {
      let pieces = LineSearch(
        set, shownLimit: 3, segmentByteCount: segment, maxMatchByteCount: 1000)
      let answer = try whole(pieces, input)
      if answer != [expected] { return "pieces of \(segment): " + describe(answer) }
      let cuts = randomCuts(input.count, &generator)
      let tiled = try feed(pieces, input, window: 0..<input.count, cuts: cuts).finalize()
      if tiled != [expected] { return "pieces of \(segment), cuts \(cuts): " + describe(tiled) }
    }
    return nil
  }

  func randomCuts(_ count: Int, _ generator: inout some RandomNumberGenerator) -> [Int] {
    (1..<max(2, count)).filter { $0 < count && Int.random(in: 0..<4, using: &generator) == 0 }
  }
}

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
      let input = randomBytes(
        Int.random(in: 1...90, using: &writer.generator), seed: UInt64(seed * 1000 + round),
        alphabet: RegexTests.alphabet)
      guard let expected = naiveSearch(pattern, input, shownLimit: 3),
        let fast = try? PatternSet([pattern]), let plain = try? PatternSet([pattern], usesFinder: false)
      else { continue }
      checked += 1
      for set in [fast, plain] {
        let answer = try whole(LineSearch(set, shownLimit: 3), input)
        #expect(answer == [expected], "\(text) on \(input)")
        for segment in [1, 2, 5, 16] {
          let pieces = LineSearch(
            set, shownLimit: 3, segmentByteCount: segment, maxMatchByteCount: 1000)
          #expect(try whole(pieces, input) == [expected], "\(text), pieces of \(segment), \(input)")
          let cuts = randomCuts(input.count, &writer.generator)
          let tiled = try feed(pieces, input, window: 0..<input.count, cuts: cuts).finalize()
          #expect(tiled == [expected], "\(text), pieces of \(segment), cuts \(cuts), \(input)")
        }
      }
    }
    #expect(checked > 80)
  }

  func randomCuts(_ count: Int, _ generator: inout some RandomNumberGenerator) -> [Int] {
    (1..<max(2, count)).filter { $0 < count && Int.random(in: 0..<4, using: &generator) == 0 }
  }
}

import PatternSearch
import ScanEngine
import TestSupport
import Testing

@Suite struct LiteralTests {
  /// Needles of every length at every alignment, with near misses around them.
  @Test(arguments: 1...40)
  func findsANeedleAtEveryAlignment(length: Int) {
    let needle = randomBytes(length, seed: UInt64(length), alphabet: Array("aBc#".utf8))
    for way in 0..<4 {
      let finder = LiteralFinder(needle, ignoresCase: way & 1 != 0, isPortable: way & 2 != 0)
      for before in 0...64 {
        for after in [0, 1, 15, 16, 17, 64] {
          let text =
            [UInt8](repeating: 120, count: before) + needle
            + [UInt8](repeating: 120, count: after)
          // SAFETY: every byte of an array of UInt8 is initialised.
          let found = unsafe finder.firstIndex(in: text.span.bytes)
          #expect(found == before, "length \(length), \(before) before, \(after) after")
        }
      }
    }
  }

  /// The kernel for processors with wide vectors against the one for all others.
  @Test(arguments: 0..<50)
  func findsTheSameWithAndWithoutWideVectors(seed: Int) {
    let needle = randomBytes(2 + seed % 5, seed: UInt64(seed), alphabet: Array("aBc#".utf8))
    let text = randomBytes(40_000, seed: UInt64(seed) + 100, alphabet: Array("abAB#cC \n".utf8))
    let wide = LiteralFinder(needle, ignoresCase: seed % 2 == 0)
    let portable = LiteralFinder(needle, ignoresCase: seed % 2 == 0, isPortable: true)
    var start: Int? = 0
    while let from = start {
      // SAFETY: every byte of an array of UInt8 is initialised.
      start = unsafe wide.firstIndex(in: text.span.bytes, from: from)
      let other = unsafe portable.firstIndex(in: text.span.bytes, from: from)
      #expect(start == other, "from \(from)")
      if start != other { return }
      start = start.map { $0 + 1 }
    }
  }

  /// Newlines are counted in passing between hits that are far from each other, in lanes of eight bits.
  @Test(arguments: [false, true], [[10], [10, 120, 121], Array(97...122)] as [[UInt8]])
  func numbersLinesBetweenFarHits(ignoresCase: Bool, alphabet: [UInt8]) throws {
    var generator = SeededGenerator(seed: 11)
    for round in 0..<8 {
      var input = randomBytes(150_000, seed: generator.next(), alphabet: alphabet + [10])
      for _ in 0..<(2 + round) {
        let place = Int.random(in: 0..<input.count - 6, using: &generator)
        input.replaceSubrange(place..<place + 6, with: Array("NEEDLE".utf8))
      }
      let pattern = Pattern(Array("NEEDLE".utf8), kind: .literal, ignoresCase: ignoresCase)
      let expected = naiveSearch(pattern, input, shownLimit: 6)!
      let search = LineSearch(try PatternSet([pattern]), shownLimit: 6)
      #expect(try whole(search, input) == [expected])
      let cuts = (0..<4).map { _ in Int.random(in: 1..<input.count, using: &generator) }.sorted()
      let tiled = try feed(search, input, window: 0..<input.count, cuts: cuts).finalize()
      #expect(tiled == [expected], "cut at \(cuts)")
    }
  }

  @Test(arguments: 0..<200)
  func agreesWithTheNaiveTwin(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    for round in 0..<20 {
      let alphabet = Array((round % 2 == 0 ? "ab" : "aA b_-").utf8)
      let needle = randomBytes(
        Int.random(in: 1...6, using: &generator), seed: generator.next(), alphabet: alphabet)
      let input = randomBytes(
        Int.random(in: 1...400, using: &generator), seed: generator.next(),
        alphabet: alphabet + [10])
      for options in 0..<4 {
        let pattern = Pattern(
          needle, kind: .literal, ignoresCase: options & 1 != 0, matchesWords: options & 2 != 0)
        let expected = naiveSearch(pattern, input, shownLimit: 4)!
        let set = try PatternSet([pattern])
        let found = try whole(LineSearch(set, shownLimit: 4), input)
        #expect(found == [expected], "\(needle) \(options) in \(input)")
        let pieces = LineSearch(set, shownLimit: 4, segmentByteCount: 7, maxMatchByteCount: 7)
        let cuts = (1..<input.count).filter { _ in Int.random(in: 0..<9, using: &generator) == 0 }
        let tiled = try feed(pieces, input, window: 0..<input.count, cuts: cuts).finalize()
        #expect(tiled == [expected], "\(needle) \(options) cut at \(cuts) in \(input)")
      }
    }
  }

  /// Many literals go to the candidate finder; each is still counted on its own.
  @Test(arguments: 0..<20)
  func countsManyLiteralsEachOnItsOwn(seed: Int) throws {
    let patterns = (0..<12).map { index in
      Pattern(
        randomBytes(1 + index % 4, seed: UInt64(seed * 100 + index), alphabet: Array("abC".utf8)),
        kind: .literal, ignoresCase: index % 3 == 0, matchesWords: index % 5 == 0)
    }
    let input = randomBytes(3000, seed: UInt64(seed), alphabet: Array("abcABC -\n".utf8))
    let expected = patterns.indices.map {
      naiveSearch(patterns[$0], input, shownLimit: 2, id: $0)!
    }
    #expect(try whole(LineSearch(try PatternSet(patterns), shownLimit: 2), input) == expected)
  }

  @Test func aPlainExpressionAndALiteralAreTheSame() throws {
    let input = Array("a.b axb a.b\n".utf8)
    for pattern in [Pattern("a.b", kind: .literal), Pattern(#"a\.b"#)] {
      let found = try whole(LineSearch(try PatternSet([pattern])), input)
      #expect(found[0].matches == 2)
    }
  }

  @Test func takesALongNeedleThroughEveryPiece() throws {
    let needle = randomBytes(700, seed: 1, alphabet: Array("ab".utf8))
    let input = needle + Array("ab".utf8) + needle + needle + [10] + needle.dropLast() + [10]
    let set = try PatternSet([Pattern(needle, kind: .literal)])
    for segment in [1, 100, 699, 700, 701, 5000] {
      let search = LineSearch(set, shownLimit: 9, segmentByteCount: segment, maxMatchByteCount: 10)
      let cuts = Array(stride(from: 13, to: input.count, by: 97))
      let found = try feed(search, input, window: 0..<input.count, cuts: cuts).finalize()
      #expect(found == [naiveSearch(Pattern(needle, kind: .literal), input, shownLimit: 9)!])
    }
  }
}

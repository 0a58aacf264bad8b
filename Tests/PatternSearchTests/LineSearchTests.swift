import PatternSearch
import ScanEngine
import TestSupport
import Testing

@Suite struct LineSearchTests {
  static let texts = [
    "ab\nabc b\n\nb", "\n\n", "aaaa", "b\n", "xabab\nab ab\nba\nabab", "one line without an end ab",
  ]
  static let patterns: [Pattern] = [
    Pattern("ab", kind: .literal), Pattern("AB", kind: .literal, ignoresCase: true),
    Pattern("ab", kind: .literal, matchesWords: true), Pattern("."), Pattern("[ab]"), Pattern("a*"),
    Pattern(""), Pattern("^"), Pattern("$"), Pattern("^$"), Pattern("[^a]+"), Pattern("b$"),
    Pattern("^a.*b"), Pattern("(?<=a)b"), Pattern("a(?!b)"), Pattern("(a|b)\\1"), Pattern("\\bab"),
    Pattern("a+b", matchesWords: true), Pattern("\\s"), Pattern("b\\z"), Pattern("ab.*ab"),
  ]

  @Test(arguments: patterns)
  func obeysTheLaw(pattern: Pattern) throws {
    let set = try PatternSet([pattern])
    for text in LineSearchTests.texts {
      let input = Array(text.utf8)
      let expected = try #require(naiveSearch(pattern, input, shownLimit: 2))
      for segment in [1, 3, 1 << 20] {
        let search = LineSearch(
          set, shownLimit: 2, segmentByteCount: segment, maxMatchByteCount: 1 << 20)
        #expect(try whole(search, input) == [expected], "\(text.debugDescription), \(segment)")
        try checkEveryMerge(search, input)
      }
    }
  }

  /// Counted over offsets, as the matches that are shown lie.
  @Test(arguments: patterns)
  func matchesAreCountedWhereTheyBegin(pattern: Pattern) throws {
    let set = try PatternSet([pattern])
    for text in LineSearchTests.texts {
      let input = Array(text.utf8)
      for (limit, segment) in [(2, 3), (3, 1 << 20), (64, 1)] {
        var options = LineSearch.Options()
        options.shownLimit = segment == 3 ? 1 : 100
        options.segmentByteCount = segment
        options.density = BucketScale(limit: limit, smallestByteCount: 1)
        let search = LineSearch(set, options: options)
        let expected = try #require(naiveSearch(pattern, input, shownLimit: 100))
        let density = try #require(try whole(search, input)[0].density)
        for bucket in 0..<limit {
          let count = expected.shown.count {
            $0.offset / density.bucketByteCount == UInt64(bucket)
          }
          #expect(density[bucket] == UInt64(count), "\(text.debugDescription), \(segment)")
        }
        try checkEveryMerge(search, input)
      }
    }
  }

  /// A match that would be longer than allowed is cut where the line says, not where tiles do.
  @Test(arguments: ["a+", "a+?b", "a.*c", "[^b]+$", "(?<=a)a+", "\\w+"], [1, 2, 4])
  func obeysTheLawWhereMatchesAreTruncated(text: String, segment: Int) throws {
    let set = try PatternSet([Pattern(text)])
    let search = LineSearch(
      set, shownLimit: 3, segmentByteCount: segment, maxMatchByteCount: 3)
    try checkEveryMerge(search, Array("aaaaaaaaabaac\naab\naaaaaaaaaaaa".utf8))
    try checkEveryMerge(search, Array("ab\naaaaaac aaaaaaaaac\nb".utf8))
  }

  @Test func saysWhenAMatchWasTruncated() throws {
    let set = try PatternSet([Pattern("a+"), Pattern("b")])
    let search = LineSearch(set, shownLimit: 0, segmentByteCount: 8, maxMatchByteCount: 8)
    let long = try whole(search, [UInt8](repeating: 97, count: 40) + Array("b\n".utf8))
    #expect(long.map(\.truncatedMatches) == [true, false])
    #expect(long.map(\.lines) == [1, 1])
    let short = try whole(search, Array("baaaaabaaaaab\naaaaaaaa\n".utf8))
    #expect(short.map(\.truncatedMatches) == [false, false])
    #expect(short.map(\.matches) == [3, 3])
  }

  /// Lines wider than what is shown, and matches at every place in them.
  @Test(arguments: [255, 256, 257, 600])
  func clipsTheTextAroundAMatch(width: Int) throws {
    let pattern = Pattern("x+")
    let set = try PatternSet([pattern])
    for place in [0, 1, 95, 96, 97, width / 2, width - 2] {
      for length in [1, 2, 300] {
        var line = randomBytes(width, seed: 5, alphabet: Array("ab ".utf8))
        line.replaceSubrange(place..<place + 1, with: [UInt8](repeating: 120, count: length))
        let input = Array("a\n".utf8) + line + Array("\nb x\n".utf8)
        let expected = [try #require(naiveSearch(pattern, input, shownLimit: 5))]
        for segment in [64, 100, 1 << 20] {
          let search = LineSearch(
            set, shownLimit: 5, segmentByteCount: segment, maxMatchByteCount: 1 << 20)
          let cuts = Array(stride(from: 1, to: input.count, by: 37))
          #expect(
            try feed(search, input, window: 0..<input.count, cuts: cuts).finalize() == expected)
          #expect(try whole(search, input) == expected)
        }
      }
    }
  }

  @Test func countsSeveralPatternsEachOnItsOwn() throws {
    let input = Array("foo bar\nfoo\n\nbar bar\n".utf8)
    let patterns = [Pattern("foo"), Pattern("ba[rz]"), Pattern("(?=f)"), Pattern("nothing")]
    let found = try whole(LineSearch(try PatternSet(patterns)), input)
    #expect(found.map(\.lines) == [2, 2, 2, 0])
    #expect(found.map(\.matches) == [2, 3, 2, 0])
    #expect(found.map(\.id) == [0, 1, 2, 3])
    #expect(found[1].shown.map(\.lineNumber) == [1, 4, 4])
  }

  @Test func keepsAsManyMatchesAsAskedFor() throws {
    let input = [UInt8](repeating: 97, count: 100)
    for limit in [0, 1, 7, 200] {
      let found = try whole(LineSearch(try PatternSet([Pattern("a")]), shownLimit: limit), input)
      #expect(found[0].matches == 100)
      #expect(found[0].shown.count == min(limit, 100))
    }
  }

  /// 64 MiB in one line, searched in tiles of 256 KiB and in the pieces of a real scan.
  @Test func countsALineOf64MebibytesExactly() throws {
    let unit = Array("needle-12 hay e ".utf8) + [UInt8](repeating: 46, count: 48)
    let tile = [UInt8]((0..<4096).flatMap { _ in unit })
    let patterns = [
      Pattern("needle", kind: .literal), Pattern("E", kind: .literal, ignoresCase: true),
      Pattern("[a-z]+-[0-9]{2}"), Pattern("(?<=hay) e"), Pattern("\\.{48}needle"),
    ]
    var search = LineSearch(try PatternSet(patterns), shownLimit: 1)
    for index in 0..<256 {
      // SAFETY: every byte of an array of UInt8 is initialised.
      let surroundings = index < 255 ? tile + tile : tile
      try search.update(
        unsafe Tile(
          surroundings: surroundings.span.bytes, start: 0, end: tile.count,
          offset: UInt64(index * tile.count)))
    }
    let found = try search.finalize()
    let units: UInt64 = 256 * 4096
    #expect(found.map(\.matches) == [units, units * 4, units, units, units - 1])
    #expect(found.map(\.lines) == [1, 1, 1, 1, 1])
    #expect(found.allSatisfy { !$0.truncatedMatches })
  }

  /// Exponential expressions: PCRE2 sees through some; the others must fail soon.
  @Test(arguments: [
    ("(a+)+$", 30, UInt64(0)), ("(a|aa)+$", 60, 0), ("(?:a*)*(?:a*)*(?:a*)*b", 200, 1),
  ])
  func aHostilePatternIsDecidedOrFails(text: String, length: Int, lines: UInt64) throws {
    let input = Array("fine\n".utf8) + [UInt8](repeating: 97, count: length) + Array("!b?\n".utf8)
    let search = LineSearch(try PatternSet([Pattern(text)]))
    do {
      #expect(try whole(search, input)[0].lines == lines)
    } catch {
      #expect(error.offset == 5)
      #expect(error.reason.contains("pattern 1"))
    }
  }

  /// The line cannot match, which a candidate finder sees at once and PCRE2 never. Whether the
  /// finder is asked depends on how often the pattern matches around it.
  @Test(.enabled(if: HyperscanFinder.isAvailable, "needs Hyperscan"), arguments: [0, 40_000])
  func whetherALineFailsDoesNotDependOnItsNeighbours(matchCount: Int) throws {
    let hostile = Array("q".utf8) + [UInt8](repeating: 97, count: 60) + Array("d\n".utf8)
    let input = Array(repeating: Array("ab\n".utf8), count: matchCount).flatMap { $0 } + hostile
    let search = LineSearch(try PatternSet([Pattern("(a|aa)+[bc]$")]))
    #expect(try whole(search, input)[0].lines == UInt64(matchCount))
    let cut = input.count - 30
    let parts = try feed(search, input, window: 0..<input.count, cuts: [cut])
    #expect(try parts.finalize()[0].lines == UInt64(matchCount))
  }

  @Test func aMatchLimitIsAnError() throws {
    let input = Array("fine\n".utf8) + [UInt8](repeating: 97, count: 64) + Array("!\n".utf8)
    #expect(throws: AnalysisError.self) {
      try whole(LineSearch(try PatternSet([Pattern("(a+)+\\1$")], finder: .pcre2)), input)
    }
  }
}

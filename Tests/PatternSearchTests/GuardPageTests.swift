#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
import PatternSearch
import ScanEngine
import TestSupport
import Testing

/// Bytes right in front of a page that cannot be read: whoever reads past them dies.
@safe final class GuardedBytes {
  private let base: UnsafeMutableRawPointer
  private let byteCount: Int
  private let page = Int(getpagesize())

  /// - Parameter bytes: At most a page.
  init(_ bytes: [UInt8]) {
    byteCount = bytes.count
    unsafe base = mmap(
      nil, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0)!
    unsafe mprotect(base + page, page, PROT_NONE)
    // SAFETY: the bytes end where the first page does.
    unsafe (base + page - byteCount).copyMemory(from: bytes, byteCount: bytes.count)
  }

  deinit { unsafe munmap(base, 2 * page) }

  /// What the search finds when the bytes are one tile that ends the input.
  func search(_ search: LineSearch) throws -> [PatternMatches] {
    var search = search
    // SAFETY: byteCount bytes before the second page are readable as long as self lives.
    let span = unsafe RawSpan(_unsafeStart: base + page - byteCount, byteCount: byteCount)
    try search.update(Tile(surroundings: span, start: 0, end: byteCount, offset: 0))
    return try search.finalize()
  }
}

@Suite struct GuardPageTests {
  @Test(arguments: [
    "a", "ab", "aab", "(?i)ab", "[a-z]+x", "[ax][by]", "[0-9]{2}", "a.*b", ".", "[ab]", "b$", "^a",
    "x+b", "(?<=a)b", "a(?!b)", "\\bab", "[^a]b", "abababab", "needle[0-9]",
  ])
  func readsNothingBehindTheBytes(text: String) throws {
    let patterns = [Pattern(text), Pattern(text, ignoresCase: true, matchesWords: true)]
    let set = try PatternSet(patterns)
    for length in Array(1...200) + [255, 256, 257, 1023, 4095, 4096] {
      let input = randomBytes(length, seed: UInt64(length), alphabet: Array("aabbx7 \n".utf8))
      let expected = patterns.indices.map {
        naiveSearch(patterns[$0], input, shownLimit: 2, id: $0)
      }
      #expect(try GuardedBytes(input).search(LineSearch(set, shownLimit: 2)) == expected)
    }
  }

  /// As many strings as are looked for in one pass of our own, in both cases and at every length. With more
  /// than 16, four bytes of each are hashed.
  @Test(arguments: [2, 3, 9, 16, 17, 60])
  func severalStringsAreFoundInOnePass(count: Int) throws {
    var generator = SeededGenerator(seed: UInt64(count))
    let patterns = (0..<count).map { index in
      Pattern(
        (0..<((count > 16 ? 4 : 3) + index % 5)).map { _ in
          Array("abx".utf8).randomElement(using: &generator)!
        },
        kind: .literal, ignoresCase: index % 2 == 0, matchesWords: index % 3 == 0)
    }
    let set = try PatternSet(patterns, finder: .literal)
    #expect(set.finderPatternCount == count)
    for length in Array(1...300) + [4095, 4096] {
      let input = randomBytes(length, seed: UInt64(length), alphabet: Array("aAbBx-\n".utf8))
      let expected = patterns.indices.map {
        naiveSearch(patterns[$0], input, shownLimit: 2, id: $0)
      }
      #expect(try GuardedBytes(input).search(LineSearch(set, shownLimit: 2)) == expected)
      // With bytes behind them, the last lines are found in the same pass.
      let longer = input + [10] + [UInt8](repeating: UInt8(ascii: "-"), count: 80)
      let more = patterns.indices.map { naiveSearch(patterns[$0], longer, shownLimit: 2, id: $0) }
      #expect(try whole(LineSearch(set, shownLimit: 2), longer) == more)
    }
  }

  @Test func theKernelReadsNothingBehindTheBytes() {
    for needleLength in 1...20 {
      let needle = randomBytes(needleLength, seed: 3, alphabet: Array("ab".utf8))
      for length in 1...150 {
        let input = randomBytes(length, seed: UInt64(length), alphabet: Array("ab".utf8))
        let guarded = GuardedBytes(input)
        for ignoresCase in [false, true] {
          let pattern = Pattern(needle, kind: .literal, ignoresCase: ignoresCase)
          let expected = naiveLiteral(pattern, input).first?.lowerBound
          let finder = LiteralFinder(needle, ignoresCase: ignoresCase)
          #expect(guarded.first(finder) == expected)
        }
      }
    }
  }
}

extension GuardedBytes {
  func first(_ finder: LiteralFinder) -> Int? {
    // SAFETY: byteCount bytes before the second page are readable as long as self lives.
    let span = unsafe RawSpan(_unsafeStart: base + page - byteCount, byteCount: byteCount)
    return finder.firstIndex(in: span)
  }
}

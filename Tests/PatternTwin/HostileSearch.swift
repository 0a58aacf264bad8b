public import PatternSearch
import ScanEngine
import TestSupport

/// Patterns and texts that are known to make searches slow or large.
public enum HostileSearch {
  public struct Patterns: Sendable, CustomStringConvertible {
    public let name: String
    public let make: @Sendable () -> [Pattern]
    public var description: String { name }
  }

  public struct Text: Sendable, CustomStringConvertible {
    public let name: String
    /// Makes it with about so many bytes in all.
    public let make: @Sendable (Int) -> [UInt8]
    public var description: String { name }
  }

  public static let patterns: [Patterns] =
    [
      "(a+)+$", "(a|aa)+$", "(.*)*x", ".*.*.*=.*", "(a?){30}a{30}", "abc.{0,32766}",
      ".{1000}a.{1000}b.{1000}", "((a{100}){100}){100}", "(x+x+)+y", "([a-zA-Z]+)*$",
      "(.*)\\1(.*)\\2x", "(?=(a+))\\1+b", "^(([a-z])+.)+[A-Z]([a-z])+$", "(?:a{0,1000}){0,1000}",
      "\\b(\\w+\\s*)+$", "(?:.?){0,500}q", "(a*)*b", "(?:(?:a|b)*c*)*d", "a.*b.*c.*d.*e",
      "(?<=a{200})b",
      "(?:[^\\n]{1,200}){1,200}z", "(?R)?a", "(a(?1)?b|a)+$", "(?=.*a)(?=.*b)(?=.*q).*",
      "[a-z]{1,1000}[0-9]",
    ].map { text in Patterns(name: text) { [Pattern(text)] } }
    + ["(\\w+\\s*)+$", "\\X+é", "(\\p{L}+)+$", "[^é]{1000}x", "(?:ä|ae|a)*b"].map { text in
      Patterns(name: "unicode " + text) {
        var pattern = Pattern(text)
        pattern.isUnicode = true
        return [pattern]
      }
    } + [
      Patterns(name: "1000 nested parentheses") {
        [Pattern(String(repeating: "(", count: 1000) + "a" + String(repeating: ")", count: 1000))]
      },
      Patterns(name: "40 nested groups") {
        [
          Pattern(
            String(repeating: "(?:a|", count: 40) + "b" + String(repeating: ")*", count: 40))
        ]
      },
      Patterns(name: "an alternation of 4096 bytes") {
        [Pattern((0..<1024).map { String(1000 + $0).suffix(3) }.joined(separator: "|") + "+")]
      },
      Patterns(name: "1000 expressions") {
        (0..<1000).map { Pattern("[a-z]{1,30}foo\($0)[0-9]*") }
      },
      Patterns(name: "1000 expressions on every line") { (0..<1000).map { Pattern(".*a\($0)?b") } },
      Patterns(name: "1000 back references") {
        (0..<1000).map { Pattern("([a-z])\\1\($0)") }
      },
      Patterns(name: "100000 random literals") {
        (0..<100_000).map {
          let bytes = randomBytes(4 + $0 % 17, seed: UInt64($0))
          return Pattern(bytes.map { $0 == 10 ? 11 : $0 }, kind: .literal)
        }
      },
      Patterns(name: "100000 words") {
        (0..<100_000).map {
          Pattern(
            randomBytes(5 + $0 % 8, seed: UInt64($0), alphabet: Array("abcdefghij ".utf8)),
            kind: .literal, ignoresCase: true)
        }
      },
    ]

  public static let texts: [Text] = [
    Text(name: "a line of a") { [UInt8](repeating: 97, count: $0) },
    Text(name: "a line of 'ab '") { count in
      [UInt8](repeatElement(Array("ab ".utf8), count: count / 3).joined())
    },
    Text(name: "short lines") { count in
      [UInt8]((0..<count / 16).map { Array("aab \($0) x foo\n".utf8) }.joined())
    },
    Text(name: "random bytes") { randomBytes($0, seed: 1) },
  ]

  /// What a search of a text for patterns, as alternatives, ends in, in a few words.
  public static func outcome(_ patterns: [Pattern], _ text: [UInt8]) -> String {
    let set: PatternSet
    do throws(PatternError) { set = try PatternSet(patterns) } catch {
      return "refused: \(error.situation)"
    }
    var options = LineSearch.Options()
    options.isByPattern = false
    // As many bytes at a time as a scan has in a tile.
    let cuts = Array(stride(from: 256 << 10, to: text.count, by: 256 << 10))
    do {
      let found = try feed(
        LineSearch(set, options: options), text, window: 0..<text.count, cuts: cuts
      ).finalize()
      return "\(found[0].lines) lines, \(found[0].matches) matches"
    } catch {
      return "failed: \(error.reason.prefix(70))"
    }
  }
}

/// What to search for.
///
/// Patterns are byte strings and match bytes: no encoding is assumed, a dot is one byte, and only
/// the ASCII letters have two cases, unless a pattern ``isUnicode``.
public struct Pattern: Hashable, Sendable {
  /// How the bytes of a pattern are read.
  public enum Kind: Hashable, Sendable {
    /// Every byte stands for itself, as with `grep -F`.
    case literal
    /// A Perl-compatible regular expression, as with `grep -P`.
    case regex
  }

  /// The pattern as it was written.
  public var bytes: [UInt8]
  public var kind: Kind
  /// Whether `a` and `A` are the same, for the 26 letters of ASCII.
  public var ignoresCase: Bool
  /// Whether a match counts only if no byte of `[A-Za-z0-9_]` stands right before or after it, as
  /// with `grep -w`. Where a longer match fails this test, a shorter or later one may pass it.
  public var matchesWords: Bool
  /// Whether a match counts only if it is a whole line, as with `grep -x`.
  public var matchesLines = false
  /// Whether the pattern matches characters: text is UTF-8, a dot is a character, classes and cases are
  /// Unicode's. Bytes that are not UTF-8 are matched by nothing.
  public var isUnicode = false
  /// What to call the pattern in answers; nil if it is called by ``bytes``.
  public var name: [UInt8]?

  public init(
    _ bytes: [UInt8], kind: Kind = .regex, ignoresCase: Bool = false, matchesWords: Bool = false
  ) {
    self.bytes = bytes
    self.kind = kind
    self.ignoresCase = ignoresCase
    self.matchesWords = matchesWords
  }

  /// What to call the pattern: its name, or else what was written.
  public var label: [UInt8] { name ?? bytes }

  /// Makes a pattern of the UTF-8 bytes of `text`.
  public init(
    _ text: String, kind: Kind = .regex, ignoresCase: Bool = false, matchesWords: Bool = false
  ) {
    self.init(Array(text.utf8), kind: kind, ignoresCase: ignoresCase, matchesWords: matchesWords)
  }
}

/// The bytes of a word as `\w`, `\b` and ``Pattern/matchesWords`` take it: `[A-Za-z0-9_]`.
@inline(__always)
func isWordByte(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
    true
  default:
    false
  }
}

@inline(__always)
func isLetter(_ byte: UInt8) -> Bool {
  let lower = byte | 0x20
  return lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z")
}

extension Pattern {
  /// Whether a match may hold a newline when lines are not cut: false only if that is certain.
  public var mayHoldNewline: Bool {
    if kind == .literal { return bytes.contains(newline) }
    guard let syntax = RegexSyntax(bytes, ignoresCase: ignoresCase, isUnicode: isUnicode) else {
      return true
    }
    return syntax.mayHoldNewline
  }
}

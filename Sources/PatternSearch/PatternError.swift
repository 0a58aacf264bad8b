/// Why patterns cannot be searched for.
public struct PatternError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What is wrong.
  public enum Situation: Equatable, Sendable {
    /// The regular expression does not compile; the reason is PCRE2's.
    case malformed
    /// The pattern asks for a newline, which no line holds.
    case containsNewline
    /// The pattern uses something that has no meaning when a file is searched line by line and
    /// piece by piece.
    case unsupported
    /// The pattern, or the number of patterns, is above a limit.
    case tooLarge
    /// There is no pattern at all.
    case noPattern
  }

  public let situation: Situation
  /// Which pattern: its position among those given, from 0; nil if it is about all of them.
  public let pattern: Int?
  /// Where in the pattern, in bytes from its start; nil if it is about the whole pattern.
  public let position: Int?
  /// What is wrong, in words.
  public let reason: String
  /// What to do about it.
  public let remedy: String

  public var description: String {
    var place = ""
    if let pattern { place = "pattern \(pattern + 1)" }
    if let position { place += (place.isEmpty ? "" : ", ") + "byte \(position + 1)" }
    return (place.isEmpty ? "" : place + ": ") + reason + "; " + remedy
  }
}

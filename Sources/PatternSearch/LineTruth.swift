import CPCRE2

/// The plain way to search one text for a pattern: PCRE2's interpreter, the expression as it was
/// written, the text as the whole subject. What every faster way is tested against.
@safe package final class LineTruth {
  private let isUnicode: Bool
  private let code: OpaquePointer
  private let matchData: OpaquePointer
  private let limits: OpaquePointer

  /// - Parameters:
  ///   - spansLines: Whether texts may have newlines, at which lines end.
  ///   - returnsEndLines: Whether a return, alone or before a newline, ends a line of such a text too.
  /// - Returns: nil if PCRE2 does not compile the expression.
  package init?(_ pattern: Pattern, spansLines: Bool = false, returnsEndLines: Bool = false) {
    var text = pattern.kind == .literal ? LineTruth.expression(of: pattern.bytes) : pattern.bytes
    // A quotation that was left open ends here.
    if pattern.matchesWords { text = Array("(?<!\\w)(?:".utf8) + text + Array("\\E)(?!\\w)".utf8) }
    if pattern.matchesLines { text = Array("^(?:".utf8) + text + Array("\\E)$".utf8) }
    var options =
      UInt32(pattern.isUnicode ? PCRE2_UTF : PCRE2_NEVER_UTF)
      | UInt32(pattern.isUnicode ? PCRE2_UCP : PCRE2_NEVER_UCP)
    if pattern.ignoresCase { options |= UInt32(PCRE2_CASELESS) }
    if spansLines { options |= UInt32(PCRE2_MULTILINE) | UInt32(PCRE2_ALT_CIRCUMFLEX) }
    var error: Int32 = 0
    var position = 0
    let context = unsafe pcre2_compile_context_create_8(nil)
    defer { unsafe pcre2_compile_context_free_8(context) }
    unsafe pcre2_set_newline_8(
      context, UInt32(returnsEndLines ? PCRE2_NEWLINE_ANYCRLF : PCRE2_NEWLINE_LF))
    text.append(0)
    guard
      let code = unsafe text.withUnsafeBufferPointer({
        unsafe pcre2_compile_8(
          $0.baseAddress, text.count - 1, options, &error, &position, context)
      })
    else { return nil }
    unsafe self.code = code
    isUnicode = pattern.isUnicode
    // SAFETY: these return nil only when memory is exhausted.
    unsafe matchData = pcre2_match_data_create_from_pattern_8(code, nil)!
    unsafe limits = pcre2_match_context_create_8(nil)!
    // Far below the limit of a search, so that what is decided here is decided there.
    unsafe pcre2_set_match_limit_8(limits, MatchSpace.matchLimit / 100)
  }

  deinit {
    unsafe pcre2_match_context_free_8(limits)
    unsafe pcre2_match_data_free_8(matchData)
    unsafe pcre2_code_free_8(code)
  }

  /// An expression that matches nothing but the bytes.
  private static func expression(of bytes: [UInt8]) -> [UInt8] {
    bytes.flatMap { $0 < 0x80 ? hexEscape($0) : [$0] }
  }

  /// What one run says.
  package enum Answer: Equatable {
    case match(Range<Int>)
    case none
    /// PCRE2 gives up.
    case undecided
  }

  /// The first match that starts at or after `start`. If the pattern matches characters, nothing sees
  /// over a byte that is not UTF-8.
  package func firstMatch(in text: [UInt8], from start: Int = 0) -> Answer {
    guard isUnicode else { return firstMatch(in: text, 0..<text.count, from: start) }
    for stretch in stretches(of: text) where stretch.upperBound >= start {
      let answer = firstMatch(in: text, stretch, from: max(start, stretch.lowerBound))
      if answer != .none { return answer }
    }
    return .none
  }

  private func firstMatch(in text: [UInt8], _ stretch: Range<Int>, from start: Int) -> Answer {
    var options = UInt32(PCRE2_NO_JIT)
    if stretch.lowerBound > 0 { options |= UInt32(PCRE2_NOTBOL) }
    if stretch.upperBound < text.count { options |= UInt32(PCRE2_NOTEOL) }
    let first = stretch.lowerBound
    // One byte more, so that an empty text has an address.
    let status = unsafe (text[stretch] + [0]).withUnsafeBufferPointer {
      unsafe pcre2_match_8(
        code, $0.baseAddress, stretch.count, start - first, options, matchData, limits)
    }
    if status == PCRE2_ERROR_NOMATCH { return .none }
    guard status > 0 else { return .undecided }
    let vector = unsafe pcre2_get_ovector_pointer_8(matchData)!
    return unsafe .match(first + vector[0]..<first + max(vector[0], vector[1]))
  }

  /// The longest stretches of a text that are UTF-8, and its ends.
  private func stretches(of text: [UInt8]) -> [Range<Int>] {
    var stretches: [Range<Int>] = []
    var bytes = text.makeIterator()
    var parser = Unicode.UTF8.ForwardParser()
    var (first, index) = (0, 0)
    while true {
      switch parser.parseScalar(from: &bytes) {
      case .valid(let character): index += character.count
      case .error(let length):
        if first < index || index == 0 { stretches.append(first..<index) }
        index += length
        first = index
      case .emptyInput: return stretches + [first..<index]
      }
    }
  }

  /// The matches in a line without its newline, as ``PatternMatches/matches`` counts them.
  ///
  /// - Returns: nil if PCRE2 gives up.
  package func matches(in line: [UInt8]) -> [Range<Int>]? {
    var found: [Range<Int>] = []
    var position = 0
    while position <= line.count {
      let answer = firstMatch(in: line, from: position)
      if answer == .undecided { return nil }
      guard case .match(let match) = answer else { break }
      position = match.isEmpty ? match.upperBound + 1 : match.upperBound
      if match.isEmpty, match.upperBound == found.last?.upperBound { continue }
      found.append(match)
    }
    return found
  }
}

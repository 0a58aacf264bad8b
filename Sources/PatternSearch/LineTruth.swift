import CPCRE2

/// The plain way to search one line for a regular expression: PCRE2's interpreter, the expression as
/// it was written, the line as the whole subject. What every faster way is tested against.
@safe package final class LineTruth {
  private let code: OpaquePointer
  private let matchData: OpaquePointer
  private let limits: OpaquePointer

  /// - Returns: nil if PCRE2 does not compile the expression.
  package init?(_ pattern: Pattern) {
    var text = pattern.bytes
    if pattern.matchesWords { text = Array("(?<!\\w)(?:".utf8) + text + Array(")(?!\\w)".utf8) }
    let options = pattern.ignoresCase ? UInt32(PCRE2_CASELESS) : 0
    var error: Int32 = 0
    var position = 0
    let context = unsafe pcre2_compile_context_create_8(nil)
    defer { unsafe pcre2_compile_context_free_8(context) }
    unsafe pcre2_set_newline_8(context, UInt32(PCRE2_NEWLINE_LF))
    text.append(0)
    guard
      let code = unsafe text.withUnsafeBufferPointer({
        unsafe pcre2_compile_8(
          $0.baseAddress, text.count - 1, options, &error, &position, context)
      })
    else { return nil }
    unsafe self.code = code
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

  /// The matches in a line without its newline, as ``PatternMatches/matches`` counts them.
  ///
  /// - Returns: nil if PCRE2 gives up.
  package func matches(in line: [UInt8]) -> [Range<Int>]? {
    var found: [Range<Int>] = []
    var position = 0
    while position <= line.count {
      // One byte more, so that an empty line has an address.
      let status = unsafe (line + [0]).withUnsafeBufferPointer {
        unsafe pcre2_match_8(
          code, $0.baseAddress, line.count, position, UInt32(PCRE2_NO_JIT), matchData,
          limits)
      }
      if status == PCRE2_ERROR_NOMATCH { break }
      guard status > 0 else { return nil }
      let vector = unsafe pcre2_get_ovector_pointer_8(matchData)!
      let match = unsafe vector[0]..<max(vector[0], vector[1])
      position = match.isEmpty ? match.upperBound + 1 : match.upperBound
      if match.isEmpty, match.upperBound == found.last?.upperBound { continue }
      found.append(match)
    }
    return found
  }
}

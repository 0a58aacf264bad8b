import CPCRE2

/// A compiled regular expression that is run on lines.
///
/// PCRE2 decides what matches and where: leftmost-first, as `grep -P` and ripgrep do. The
/// corresponding C type is `pcre2_code`. Nothing in it changes after `init`, so threads share it.
@safe final class LineRegex: @unchecked Sendable {
  /// Why an expression does not compile: PCRE2's reason, and where, in bytes.
  struct Fault: Error {
    let position: Int
    let reason: String
  }

  private let code: OpaquePointer
  private let isJIT: Bool
  /// How many bytes before the start of a search must be held, at the most.
  let lookbehind: Int

  /// - Parameters:
  ///   - manyLines: Whether `^` and `$` match at every newline of the subject, for an expression
  ///     no match of which can hold a newline.
  ///   - usesJIT: Whether to compile to machine code where PCRE2 can.
  init(
    _ source: [UInt8], ignoresCase: Bool, matchesWords: Bool, manyLines: Bool = false,
    usesJIT: Bool = true
  ) throws(Fault) {
    let prefix = matchesWords ? Array("(?<!\\w)(?:".utf8) : []
    // \E ends a quotation that the pattern left open, which would swallow the parenthesis.
    let suffix = matchesWords ? Array("\\E)(?!\\w)".utf8) : []
    let text = prefix + source + suffix
    // Bytes, not characters, whatever a pattern says.
    var options = UInt32(PCRE2_NEVER_UTF) | UInt32(PCRE2_NEVER_UCP)
    if ignoresCase { options |= UInt32(PCRE2_CASELESS) }
    if manyLines { options |= UInt32(PCRE2_MULTILINE) | UInt32(PCRE2_ALT_CIRCUMFLEX) }
    let context = unsafe pcre2_compile_context_create_8(nil)
    defer { unsafe pcre2_compile_context_free_8(context) }
    unsafe pcre2_set_newline_8(context, UInt32(PCRE2_NEWLINE_LF))
    var error: Int32 = 0
    var position = 0
    let compiled = unsafe text.withUnsafeBufferPointer {
      // An empty array may have no address; PCRE2 wants one.
      let start = unsafe $0.baseAddress ?? UnsafePointer(bitPattern: 1)!
      return unsafe pcre2_compile_8(start, $0.count, options, &error, &position, context)
    }
    guard let compiled = unsafe compiled else {
      throw Fault(
        position: min(max(0, position - prefix.count), source.count),
        reason: LineRegex.message(error))
    }
    unsafe code = compiled
    isJIT =
      if usesJIT {
        unsafe pcre2_jit_compile_8(
          compiled, UInt32(PCRE2_JIT_COMPLETE) | UInt32(PCRE2_JIT_PARTIAL_HARD)) == 0
      } else {
        false
      }
    var longest: UInt32 = 0
    _ = unsafe pcre2_pattern_info_8(compiled, UInt32(PCRE2_INFO_MAXLOOKBEHIND), &longest)
    // PCRE2 gives the longest single lookbehind; each opened group could nest another one.
    let groups = text.count { $0 == UInt8(ascii: "(") }
    lookbehind = (Int(longest) + 1) * (groups + 1) + 16
  }

  deinit { unsafe pcre2_code_free_8(code) }

  private static func message(_ error: Int32) -> String {
    var text = [UInt8](repeating: 0, count: 256)
    let count = unsafe text.withUnsafeMutableBufferPointer {
      unsafe pcre2_get_error_message_8(error, $0.baseAddress, $0.count)
    }
    return String(decoding: text.prefix(max(0, Int(count))), as: UTF8.self)
  }

  /// What one run found.
  enum Found {
    case match(Int, Int)
    /// A match that starts here would need bytes after the subject's end.
    case partial(Int)
    case none
    /// A limit was exceeded, or PCRE2 failed otherwise.
    case failure(String)
  }

  /// Looks for a match in `subject` that starts at or after `start`.
  ///
  /// - Parameters:
  ///   - isPartial: Whether bytes follow the subject, so that a run that reaches its end has not
  ///     been decided.
  ///   - isLineStart: Whether the subject's first byte is a line's first byte.
  ///   - isLineEnd: Whether the subject ends where a line ends; not looked at if `isPartial`.
  @inline(__always)
  func match(
    _ subject: UnsafePointer<UInt8>, _ count: Int, from start: Int, isPartial: Bool = false,
    isLineStart: Bool = true, isLineEnd: Bool = true, in space: MatchSpace
  ) -> Found {
    var options: UInt32 = 0
    if isPartial {
      options |= UInt32(PCRE2_PARTIAL_HARD)
    } else if !isLineEnd {
      options |= UInt32(PCRE2_NOTEOL)
    }
    if !isLineStart { options |= UInt32(PCRE2_NOTBOL) }
    // SAFETY: the caller promises count readable bytes and start <= count. pcre2_jit_match skips
    // only checks of its arguments.
    var status =
      if isJIT {
        unsafe pcre2_jit_match_8(
          code, subject, count, start, options, space.matchData, space.context)
      } else {
        unsafe pcre2_match_8(code, subject, count, start, options, space.matchData, space.context)
      }
    if status == PCRE2_ERROR_JIT_STACKLIMIT {
      // The interpreter keeps its stack on the heap, within the limit set in `MatchSpace`.
      options |= UInt32(PCRE2_NO_JIT)
      status = unsafe pcre2_match_8(
        code, subject, count, start, options, space.matchData, space.context)
    }
    // SAFETY: the vector has one pair, which is set for full and partial matches. 0 means that the
    // pattern has more groups than pairs.
    if status >= 0 { return unsafe .match(space.ovector[0], space.ovector[1]) }
    if status == PCRE2_ERROR_NOMATCH { return .none }
    if status == PCRE2_ERROR_PARTIAL { return unsafe .partial(space.ovector[0]) }
    return .failure(LineRegex.message(status))
  }
}

/// What a thread needs to run PCRE2: the corresponding C types are `pcre2_match_data`,
/// `pcre2_match_context` and `pcre2_jit_stack`.
@safe final class MatchSpace {
  let matchData: OpaquePointer
  let context: OpaquePointer
  let ovector: UnsafeMutablePointer<Int>
  private let stack: OpaquePointer?
  /// What a ``CandidateFinder`` found, and what it needs for it.
  let candidates = CandidateList()

  /// Steps of one attempt to match. Exponential expressions end here in well under a second.
  static var matchLimit: UInt32 { 5_000_000 }

  init() {
    // SAFETY: these return nil only when memory is exhausted.
    unsafe matchData = pcre2_match_data_create_8(1, nil)!
    unsafe context = pcre2_match_context_create_8(nil)!
    unsafe ovector = pcre2_get_ovector_pointer_8(matchData)
    unsafe stack = pcre2_jit_stack_create_8(32 << 10, 1 << 20, nil)
    unsafe pcre2_jit_stack_assign_8(context, nil, UnsafeMutableRawPointer(stack))
    unsafe pcre2_set_match_limit_8(context, MatchSpace.matchLimit)
    unsafe pcre2_set_depth_limit_8(context, MatchSpace.matchLimit)
    unsafe pcre2_set_heap_limit_8(context, 64 << 10)  // in KiB
  }

  deinit {
    unsafe pcre2_jit_stack_free_8(stack)
    unsafe pcre2_match_context_free_8(context)
    unsafe pcre2_match_data_free_8(matchData)
  }
}

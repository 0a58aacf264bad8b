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
  /// The same, with a look at the clock at every step; nil if the limits of PCRE2 do.
  private let clocked: OpaquePointer?
  /// How many bytes of one line the expression may be tried on without the clock.
  let freeByteCount: Int
  private let isJIT: Bool
  private let isUnicode: Bool
  private let returnsEndLines: Bool
  /// Whether a match that does not start where a search does starts after a newline, as with `.*`.
  private let startsLines: Bool
  /// A byte that every match holds, if one is known.
  private let requiredByte: UInt8?
  /// How many bytes before the start of a search must be held, at the most.
  let lookbehind: Int

  /// How an expression is used.
  struct Use {
    var ignoresCase = false
    var matchesWords = false
    var matchesLines = false
    var isUnicode = false
    /// Whether `^` and `$` match at every newline of the subject.
    var manyLines = false
    /// Whether a return, alone or before a newline, ends a line too.
    var returnsEndLines = false
    /// Whether to compile to machine code where PCRE2 can.
    var usesJIT = true
    /// See ``Backtracking/freeByteCount``.
    var freeByteCount = Int.max

    init(_ pattern: Pattern) {
      ignoresCase = pattern.ignoresCase
      matchesWords = pattern.matchesWords
      matchesLines = pattern.matchesLines
      isUnicode = pattern.isUnicode
    }

    fileprivate var prefix: [UInt8] {
      Array(((matchesLines ? "^(?:" : "") + (matchesWords ? "(?<!\\w)(?:" : "")).utf8)
    }

    fileprivate var suffix: [UInt8] {
      // \E ends a quotation that the pattern left open, which would swallow the parenthesis.
      Array(
        ((matchesWords || matchesLines ? "\\E" : "") + (matchesWords ? ")(?!\\w)" : "")
          + (matchesLines ? ")$" : "")).utf8)
    }

    fileprivate var options: UInt32 {
      var options = UInt32(PCRE2_USE_OFFSET_LIMIT)
      if isUnicode {
        options |= UInt32(PCRE2_UTF) | UInt32(PCRE2_UCP) | UInt32(PCRE2_MATCH_INVALID_UTF)
      } else {
        // Bytes, not characters, whatever a pattern says.
        options |= UInt32(PCRE2_NEVER_UTF) | UInt32(PCRE2_NEVER_UCP)
      }
      if ignoresCase { options |= UInt32(PCRE2_CASELESS) }
      if manyLines { options |= UInt32(PCRE2_MULTILINE) | UInt32(PCRE2_ALT_CIRCUMFLEX) }
      return options
    }
  }

  init(_ source: [UInt8], _ use: Use) throws(Fault) {
    let prefix = use.prefix
    let text = prefix + source + use.suffix
    let context = unsafe pcre2_compile_context_create_8(nil)
    defer { unsafe pcre2_compile_context_free_8(context) }
    unsafe pcre2_set_newline_8(
      context, UInt32(use.returnsEndLines ? PCRE2_NEWLINE_ANYCRLF : PCRE2_NEWLINE_LF))
    var error: Int32 = 0
    var position = 0
    func compile(_ options: UInt32) -> OpaquePointer? {
      unsafe text.withUnsafeBufferPointer {
        // An empty array may have no address; PCRE2 wants one.
        let start = unsafe $0.baseAddress ?? UnsafePointer(bitPattern: 1)!
        return unsafe pcre2_compile_8(start, $0.count, options, &error, &position, context)
      }
    }
    guard let compiled = unsafe compile(use.options) else {
      throw Fault(
        position: min(max(0, position - prefix.count), source.count),
        reason: LineRegex.message(error))
    }
    unsafe code = compiled
    isUnicode = use.isUnicode
    returnsEndLines = use.returnsEndLines
    // Where a return may end a line alone, the JIT finds a start of a line that the interpreter passes
    // over: `^\n` in a return and a newline.
    let modes = UInt32(PCRE2_JIT_COMPLETE) | UInt32(PCRE2_JIT_PARTIAL_HARD)
    isJIT =
      if use.usesJIT && !use.returnsEndLines {
        unsafe pcre2_jit_compile_8(compiled, modes) == 0
      } else {
        false
      }
    // The interpreter counts every step.
    freeByteCount = isJIT ? use.freeByteCount : Int.max
    unsafe clocked =
      freeByteCount < Int.max ? compile(use.options | UInt32(PCRE2_AUTO_CALLOUT)) : nil
    if let clocked = unsafe clocked { _ = unsafe pcre2_jit_compile_8(clocked, modes) }
    var (lastType, lastCode): (UInt32, UInt32) = (0, 0)
    _ = unsafe pcre2_pattern_info_8(compiled, UInt32(PCRE2_INFO_LASTCODETYPE), &lastType)
    _ = unsafe pcre2_pattern_info_8(compiled, UInt32(PCRE2_INFO_LASTCODEUNIT), &lastCode)
    // It does not say whether its case matters.
    let isPlain = lastType == 1 && !isLetter(UInt8(lastCode)) && lastCode < 0x80
    requiredByte = isPlain ? UInt8(lastCode) : nil
    var firstCode: UInt32 = 0
    _ = unsafe pcre2_pattern_info_8(compiled, UInt32(PCRE2_INFO_FIRSTCODETYPE), &firstCode)
    startsLines = firstCode == 2 && !use.returnsEndLines
    var longest: UInt32 = 0
    _ = unsafe pcre2_pattern_info_8(compiled, UInt32(PCRE2_INFO_MAXLOOKBEHIND), &longest)
    // PCRE2 gives the longest single lookbehind; each opened group could nest another one.
    let groups = text.count { $0 == UInt8(ascii: "(") }
    // It counts characters, which have up to four bytes.
    lookbehind = (use.isUnicode ? 4 : 1) * (Int(longest) + 1) * (groups + 1) + 16
  }

  deinit {
    unsafe pcre2_code_free_8(code)
    unsafe pcre2_code_free_8(clocked)
  }

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
  ///   - hasShortLines: Whether no match can reach further than ``freeByteCount`` bytes, though the subject
  ///     does.
  func match(
    _ subject: UnsafePointer<UInt8>, _ count: Int, from start: Int, isPartial: Bool = false,
    isLineStart: Bool = true, isLineEnd: Bool = true, hasShortLines: Bool = false,
    in space: MatchSpace
  ) -> Found {
    var options: UInt32 = 0
    if isPartial {
      options |= UInt32(PCRE2_PARTIAL_HARD)
    } else if !isLineEnd {
      options |= UInt32(PCRE2_NOTEOL)
    }
    if !isLineStart { options |= UInt32(PCRE2_NOTBOL) }
    var status = PCRE2_ERROR_NOMATCH
    let isClocked = !hasShortLines && count - start > freeByteCount
    var end = count
    if isClocked, !isPartial, let requiredByte {
      // Clocked code does not look for it, and may try for long where it is missing.
      end = unsafe lastIndex(of: requiredByte, subject, start, count)
      if end < start { return .none }
    }
    let code = unsafe isClocked ? clocked ?? self.code : self.code
    // Starts are tried a few at a time: what takes long can be told from what does not.
    var tried = start
    repeat {
      let limit = space.limitStarts(after: tried, end, isClocked: isClocked)
      // SAFETY: the caller promises count readable bytes and start <= count. pcre2_jit_match skips
      // only checks of its arguments.
      status =
        if isJIT {
          unsafe pcre2_jit_match_8(
            code, subject, count, tried, options, space.matchData, space.context)
        } else {
          unsafe pcre2_match_8(
            code, subject, count, tried, options, space.matchData, space.context)
        }
      if status == PCRE2_ERROR_JIT_STACKLIMIT {
        // The interpreter keeps its stack on the heap, within the limit set in `MatchSpace`.
        status = unsafe pcre2_match_8(
          code, subject, count, tried, options | UInt32(PCRE2_NO_JIT), space.matchData,
          space.context)
      }
      guard status == PCRE2_ERROR_NOMATCH, let limit else { break }
      if !space.mayGoOn() { return .failure("it takes more than a second") }
      tried = limit + 1
      // PCRE2 knows this too, but tries where a search starts all the same.
      if startsLines { tried = unsafe firstNewline(subject, limit, count) + 1 }
      while isUnicode, tried < count, unsafe subject[tried] & 0xC0 == 0x80 { tried += 1 }
      // PCRE2 passes over a newline that it comes to from a return, but not over one it begins at.
      if returnsEndLines, tried < count, unsafe subject[tried] == newline { tried -= 1 }
    } while tried <= count
    // SAFETY: the vector has one pair, which is set for full and partial matches. 0 means that the
    // pattern has more groups than pairs.
    if status >= 0 { return unsafe .match(space.ovector[0], space.ovector[1]) }
    if status == PCRE2_ERROR_NOMATCH { return .none }
    if status == PCRE2_ERROR_PARTIAL { return unsafe .partial(space.ovector[0]) }
    if status == PCRE2_ERROR_CALLOUT { return .failure("it takes more than a second") }
    return .failure(LineRegex.message(status))
  }
}

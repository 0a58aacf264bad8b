#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
#if canImport(CHyperscan)
  import CHyperscan
#endif

/// An expression that no line outside its matches need be looked at for.
struct CandidateExpression {
  /// The pattern's position among all.
  let id: Int
  /// No match of it holds a newline.
  let text: [UInt8]
  let ignoresCase: Bool
  /// Whether it is only escaped bytes, of which Hyperscan takes any.
  let isLiteral: Bool
  /// Whether Hyperscan may take it for a simpler one that matches wherever this one does.
  var isPrefilter = false
}

/// A line that may hold a match of one pattern.
struct Candidate {
  let id: Int
  /// The line's bytes without its newline, in the searched region.
  let range: Range<Int>
}

/// The candidates of one region, in ascending order for each pattern, each line once.
@safe final class CandidateList {
  fileprivate(set) var lines: [Candidate] = []
  /// The last candidate line of each pattern.
  fileprivate var last: [Range<Int>] = []
  fileprivate var isAscending = true
  /// How many more reports are worth taking.
  fileprivate var budget = 0
  fileprivate var base: UnsafeRawPointer?
  fileprivate var byteCount = 0

  #if canImport(CHyperscan)
    fileprivate var scratch: OpaquePointer?

    deinit { _ = unsafe hs_free_scratch(scratch) }
  #endif

  /// Notes that pattern `id` may match up to `end`.
  ///
  /// - Returns: Whether to go on.
  @inline(__always)
  fileprivate func note(_ id: Int, _ end: Int) -> Bool {
    budget -= 1
    let previous = last[id]
    // Ends within a line that was noted are the common case in a flood.
    if end >= previous.lowerBound && end <= previous.upperBound { return budget > 0 }
    guard end <= byteCount, let base = unsafe base else { return true }
    // A match lies in one line, and an empty one may stand at either end of it.
    let start = unsafe lastNewline(base, 0, end) + 1
    // Behind the last newline there is no line.
    if start == byteCount { return true }
    let stop = unsafe firstNewline(base, end, byteCount)
    if start < previous.lowerBound { isAscending = false }
    last[id] = start..<stop
    lines.append(Candidate(id: id, range: start..<stop))
    return budget > 0
  }

  /// Empties the list for another region.
  fileprivate func forget(patternCount: Int) {
    if last.count != patternCount {
      last = [Range<Int>](repeating: -1 ..< -1, count: patternCount)
    }
    for line in lines { last[line.id] = -1 ..< -1 }
    lines.removeAll(keepingCapacity: true)
  }

  fileprivate func putInOrder() {
    guard !isAscending else { return }
    lines.sort { ($0.id, $0.range.lowerBound) < ($1.id, $1.range.lowerBound) }
    var kept: [Candidate] = []
    for line in lines where kept.last.map({ $0.id != line.id || $0.range != line.range }) ?? true {
      kept.append(line)
    }
    lines = kept
  }
}

/// Finds the lines that may hold matches of any of many expressions, in one pass over the bytes.
///
/// This is Hyperscan; it is never asked where a match starts, and what it reports is decided by
/// PCRE2 on the line. It may read a few bytes past what it is given: see ``slack``.
@safe package final class CandidateFinder: @unchecked Sendable {
  /// How many readable bytes there must be after a region.
  static var slack: Int { 64 }

  /// Up to so many expressions, a scan is given up where they match nearly everywhere.
  private static var fewIDs: Int { 4 }

  /// The patterns it looks for.
  let ids: Set<Int>

  /// Whether the library of the given version is known not to lose matches.
  ///
  /// Hyperscan 5.4.0 to 5.4.2 are. Larger numbers are Vectorscan's, of which 5.4.9 loses matches
  /// (of `b.`, for one).
  package static func isTrusted(version: String) -> Bool {
    let number = version.split(separator: " ").first ?? ""
    return number == "5.4.0" || number == "5.4.1" || number == "5.4.2"
  }

  /// Whether there is a library that is trusted and runs on this processor.
  package static var isAvailable: Bool {
    #if canImport(CHyperscan)
      unsafe isTrusted(version: String(cString: hs_version())) && hs_valid_platform() == HS_SUCCESS
    #else
      false
    #endif
  }

  #if canImport(CHyperscan)
    private let database: OpaquePointer
    /// What the scratch of every thread is cloned from.
    private let prototype: OpaquePointer
    private let patternCount: Int

    /// - Parameter patternCount: Number of all patterns; every id is below it.
    /// - Returns: nil if the library is not trusted here or takes none of the expressions.
    init?(_ expressions: [CandidateExpression], patternCount: Int) {
      guard CandidateFinder.isAvailable else { return nil }
      var accepted = expressions.filter { CandidateFinder.accepts($0) }
      var compiled: OpaquePointer?
      // What passes alone may still be refused together; each round drops one of them.
      for _ in 0..<8 where unsafe compiled == nil && !accepted.isEmpty {
        var refused = -1
        unsafe compiled = CandidateFinder.compile(accepted, &refused)
        if unsafe compiled == nil {
          guard accepted.indices.contains(refused) else { return nil }
          accepted.remove(at: refused)
        }
      }
      guard let compiled = unsafe compiled else { return nil }
      var scratch: OpaquePointer?
      guard unsafe hs_alloc_scratch(compiled, &scratch) == HS_SUCCESS, let scratch = unsafe scratch
      else {
        unsafe hs_free_database(compiled)
        return nil
      }
      unsafe database = compiled
      unsafe prototype = scratch
      self.patternCount = patternCount
      ids = Set(accepted.map(\.id))
    }

    deinit {
      unsafe hs_free_scratch(prototype)
      unsafe hs_free_database(database)
    }

    private static func flags(_ expression: CandidateExpression) -> UInt32 {
      UInt32(HS_FLAG_MULTILINE) | (expression.ignoresCase ? UInt32(HS_FLAG_CASELESS) : 0)
        | (expression.isPrefilter ? UInt32(HS_FLAG_PREFILTER) : 0)
    }

    /// How deep groups may be nested: the time to look at them doubles with each repeated one.
    private static var nestingLimit: Int { 16 }

    private static func nesting(of text: [UInt8]) -> Int {
      var (depth, deepest) = (0, 0)
      for byte in text {
        if byte == UInt8(ascii: "(") { depth += 1 }
        if byte == UInt8(ascii: ")") { depth -= 1 }
        deepest = max(deepest, depth)
      }
      return deepest
    }

    private static func accepts(_ expression: CandidateExpression) -> Bool {
      // Expressions are C strings.
      if expression.isLiteral { return true }
      guard !expression.text.contains(0),
        nesting(of: expression.text) <= CandidateFinder.nestingLimit
      else { return false }
      var report: UnsafeMutablePointer<hs_expr_info_t>?
      var fault: UnsafeMutablePointer<hs_compile_error_t>?
      let status = unsafe (expression.text + [0]).withUnsafeBytes {
        unsafe hs_expression_info(
          $0.bindMemory(to: CChar.self).baseAddress, flags(expression), &report, &fault)
      }
      defer {
        unsafe free(report)
        unsafe hs_free_compile_error(fault)
      }
      return status == HS_SUCCESS
    }

    /// With few expressions, searching every line for each of them costs less than finding and then
    /// searching most lines one by one.
    private func isWorthwhile(_ list: CandidateList) -> Bool {
      list.budget > 0
        && (ids.count > CandidateFinder.fewIDs || list.lines.count < 8 + list.byteCount / 512)
    }

    /// - Parameter refused: Set to the index of the expression that cannot be compiled, or to -1.
    private static func compile(
      _ expressions: [CandidateExpression], _ refused: inout Int
    ) -> OpaquePointer? {
      var texts: [UInt8] = []
      var starts: [Int] = []
      for expression in expressions {
        starts.append(texts.count)
        texts += expression.text + [0]
      }
      let flags = expressions.map { CandidateFinder.flags($0) }
      let ids = expressions.map { UInt32($0.id) }
      var database: OpaquePointer?
      var fault: UnsafeMutablePointer<hs_compile_error_t>?
      unsafe texts.withUnsafeBytes { texts in
        let base = unsafe texts.bindMemory(to: CChar.self).baseAddress!
        // SAFETY: every start is the index of a string in texts that ends with 0.
        let pointers: [UnsafePointer<CChar>?] = unsafe starts.map { unsafe base + $0 }
        _ = unsafe hs_compile_multi(
          pointers, flags, ids, UInt32(expressions.count), UInt32(HS_MODE_BLOCK), nil, &database,
          &fault)
      }
      if let fault = unsafe fault {
        refused = unsafe Int(fault.pointee.expression)
        unsafe hs_free_compile_error(fault)
      }
      return unsafe database
    }

    /// Fills `list` with the lines of a region that may match.
    ///
    /// - Parameter region: Whole lines, with ``slack`` readable bytes after them.
    /// - Returns: Whether the region was scanned. If not, the lines must be found otherwise: the
    ///   expressions match so often that a finder does not pay.
    func find(
      in base: UnsafeRawPointer, _ byteCount: Int, into list: CandidateList
    ) -> Bool {
      guard let length = UInt32(exactly: byteCount) else { return false }
      if unsafe list.scratch == nil {
        guard unsafe hs_clone_scratch(prototype, &list.scratch) == HS_SUCCESS else { return false }
      }
      list.forget(patternCount: patternCount)
      list.isAscending = true
      // A report for every few bytes costs more than searching every line.
      list.budget = ids.count > CandidateFinder.fewIDs ? Int.max : 1024 + byteCount / 32
      unsafe list.base = base
      list.byteCount = byteCount
      // SAFETY: the list outlives the call, which is the only time the callback runs.
      let status = unsafe hs_scan(
        database, base.assumingMemoryBound(to: CChar.self), length, 0, list.scratch,
        { id, _, end, _, context in
          unsafe Unmanaged<CandidateList>.fromOpaque(context!).takeUnretainedValue()
            .note(Int(id), Int(end)) ? 0 : 1
        }, Unmanaged.passUnretained(list).toOpaque())
      unsafe list.base = nil
      guard status == HS_SUCCESS, isWorthwhile(list) else { return false }
      list.putInOrder()
      return true
    }
  #else
    init?(_ expressions: [CandidateExpression], patternCount: Int) { return nil }

    func find(in base: UnsafeRawPointer, _ byteCount: Int, into list: CandidateList) -> Bool {
      false
    }
  #endif
}

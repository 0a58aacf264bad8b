#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
#if canImport(CHyperscan)
  import CHyperscan
#endif

/// Finds the lines that may hold matches of any of many expressions, in one pass over the bytes.
///
/// This is Hyperscan; it is never asked where a match starts, and what it reports is decided by
/// PCRE2 on the line. It may read a few bytes past what it is given: see ``CandidateList/slack``.
@safe package final class HyperscanFinder: CandidateFinder, @unchecked Sendable {
  /// Up to so many expressions, a scan is given up where they match nearly everywhere.
  private static var fewIDs: Int { 4 }

  let ids: Set<Int>
  let name = "Hyperscan"

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
      guard HyperscanFinder.isAvailable else { return nil }
      var accepted = expressions.filter { HyperscanFinder.accepts($0) }
      var compiled: OpaquePointer?
      // What passes alone may still be refused together; each round drops one of them.
      for _ in 0..<8 where unsafe compiled == nil && !accepted.isEmpty {
        var refused = -1
        unsafe compiled = HyperscanFinder.compile(accepted, &refused)
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
        nesting(of: expression.text) <= HyperscanFinder.nestingLimit
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
      let flags = expressions.map { HyperscanFinder.flags($0) }
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

    func find(
      in base: UnsafeRawPointer, _ byteCount: Int, into list: CandidateList
    ) -> Bool {
      guard let length = UInt32(exactly: byteCount) else { return false }
      if unsafe list.scratch == nil {
        guard unsafe hs_clone_scratch(prototype, &list.scratch) == HS_SUCCESS else { return false }
      }
      // A report for every few bytes costs more than searching every line.
      unsafe list.begin(
        base, byteCount, patternCount: patternCount,
        budget: ids.count > HyperscanFinder.fewIDs ? Int.max : 1024 + byteCount / 32)
      // SAFETY: the list outlives the call, which is the only time the callback runs.
      let status = unsafe hs_scan(
        database, base.assumingMemoryBound(to: CChar.self), length, 0, list.scratch,
        { id, _, end, _, context in
          unsafe Unmanaged<CandidateList>.fromOpaque(context!).takeUnretainedValue()
            .note(Int(id), Int(end)) ? 0 : 1
        }, Unmanaged.passUnretained(list).toOpaque())
      list.end()
      guard status == HS_SUCCESS, ids.count > HyperscanFinder.fewIDs || list.isWorthwhile else {
        return false
      }
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

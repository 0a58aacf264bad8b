import CPCRE2

/// What a thread needs to run PCRE2: the corresponding C types are `pcre2_match_data`,
/// `pcre2_match_context` and `pcre2_jit_stack`.
@safe final class MatchSpace {
  let matchData: OpaquePointer
  let context: OpaquePointer
  let ovector: UnsafeMutablePointer<Int>
  private let stack: OpaquePointer?
  /// What a ``CandidateFinder`` found, and what it needs for it.
  let candidates = CandidateList()

  /// A subject with more bytes than this from the start on is searched a few starts at a time.
  private static var freeByteCount: Int { 4096 }
  /// How many bytes may be gone over before the time is looked at, if each start goes to the end.
  private static var unwatchedByteCount: Int { 256 << 20 }
  private static var startCounts: ClosedRange<Int> { 32...4096 }
  /// How many steps of clocked code pass by before the time is looked at.
  private static var unwatchedSteps: Int { 1 << 16 }

  private var budget = TimeBudget()
  private var steps = 0
  private var isLimited = false

  /// Gives the next text a budget of its own.
  @inline(__always)
  func beginText() { budget = TimeBudget() }

  /// Has the next run try only some starts.
  ///
  /// - Parameters:
  ///   - end: No match starts behind it.
  ///   - isClocked: Whether the run looks at the clock itself.
  /// - Returns: The last start that is tried; nil if all are.
  @inline(__always)
  func limitStarts(after start: Int, _ end: Int, isClocked: Bool) -> Int? {
    let rest = end - start
    if rest <= MatchSpace.freeByteCount, !isClocked {
      if isLimited {
        unsafe pcre2_set_offset_limit_8(context, Int(bitPattern: UInt.max))
        unsafe pcre2_set_match_limit_8(context, MatchSpace.matchLimit)
        isLimited = false
      }
      return nil
    }
    isLimited = true
    guard !isClocked else {
      unsafe pcre2_set_offset_limit_8(context, end)
      unsafe pcre2_set_match_limit_8(context, UInt32.max)
      return nil
    }
    let counts = MatchSpace.startCounts
    let limit =
      start
      + min(counts.upperBound, max(counts.lowerBound, MatchSpace.unwatchedByteCount / rest))
    unsafe pcre2_set_offset_limit_8(context, limit)
    // To go over a text and back is no sign of trouble, however long it is.
    let steps = UInt32(clamping: rest + 1 << 20)
    unsafe pcre2_set_match_limit_8(context, max(MatchSpace.matchLimit, steps))
    return limit
  }

  /// Whether the search of the current text may go on; asked after a limited run that found nothing.
  func mayGoOn() -> Bool { !budget.isSpent }

  /// Counts a step of clocked code.
  ///
  /// - Returns: Whether to go on.
  @inline(__always)
  fileprivate func step() -> Bool {
    steps &+= 1
    return steps % MatchSpace.unwatchedSteps != 0 || mayGoOn()
  }

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
    // SAFETY: the context ends with the space.
    unsafe pcre2_set_callout_8(
      context,
      { _, space in
        // The space is in use meanwhile; to retain it at every step would cost more than the step.
        unsafe Unmanaged<MatchSpace>.fromOpaque(space!)._withUnsafeGuaranteedRef { $0.step() }
          ? 0 : PCRE2_ERROR_CALLOUT
      }, Unmanaged.passUnretained(self).toOpaque())
  }

  deinit {
    unsafe pcre2_jit_stack_free_8(stack)
    unsafe pcre2_match_context_free_8(context)
    unsafe pcre2_match_data_free_8(matchData)
  }
}

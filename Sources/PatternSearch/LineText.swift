/// The held bytes of one line and where they lie.
@safe struct LineText {
  /// The address of the first held byte.
  let base: UnsafeRawPointer
  /// Where the held bytes start and end within the line. The end is the line's end, or lies more
  /// than ``Match/reach`` bytes after every match that is recorded.
  let start: Int
  let end: Int
  /// Where the line starts in the input.
  let offset: UInt64
  /// Number of newlines before the line, from the start of the value's window.
  let newlinesBefore: UInt64
}

extension LineText {
  func copy(_ from: Int, _ to: Int) -> [UInt8] {
    precondition(start <= from && from <= to && to <= end)
    // SAFETY: base addresses end - start readable bytes, and the range lies within them.
    return unsafe [UInt8](UnsafeRawBufferPointer(start: base + (from - start), count: to - from))
  }

  /// The byte at an index of the line.
  ///
  /// - Precondition: `start <= index < end`.
  @inline(__always)
  func byte(at index: Int) -> UInt8 {
    // SAFETY: the index lies among the held bytes.
    unsafe base.load(fromByteOffset: index - start, as: UInt8.self)
  }
}

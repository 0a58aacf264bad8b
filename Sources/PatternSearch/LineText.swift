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
  /// What characters are searched in: the longest stretches that are UTF-8, and the ends of the line.
  /// nil if all of it is one stretch.
  var stretches: [Range<Int>]?
}

extension LineText {
  /// The same line, after a look at the bytes before `end`, where a character starts.
  ///
  /// PCRE2's own way with bytes that are not UTF-8 depends on where a search begins.
  ///
  /// - Parameter isLineEnd: Whether the line ends at `end`.
  @inline(never)
  func stretched(upTo end: Int, isLineEnd: Bool) -> LineText {
    // SAFETY: the bytes start..<end are held.
    let bytes = unsafe UnsafeBufferPointer(
      start: base.assumingMemoryBound(to: UInt8.self), count: end - start)
    if (try? unsafe UTF8Span(validating: bytes.span)) != nil { return self }
    var stretches: [Range<Int>] = []
    var first = start
    var index = start
    while index < end {
      if let width = characterWidth(at: index, upTo: end) {
        index += width
        continue
      }
      // An empty stretch counts only where the line starts.
      if first < index || index == 0 { stretches.append(first..<index) }
      index += 1
      first = index
    }
    if first < end || isLineEnd { stretches.append(first..<end) }
    var line = self
    line.stretches = stretches
    return line
  }

  /// Number of bytes of the character that starts at `index`; nil if none does.
  private func characterWidth(at index: Int, upTo end: Int) -> Int? {
    let first = byte(at: index)
    let (width, second): (Int, ClosedRange<UInt8>) =
      switch first {
      case 0..<0x80: (1, 0...0)
      case 0xC2...0xDF: (2, 0x80...0xBF)
      case 0xE0: (3, 0xA0...0xBF)
      case 0xED: (3, 0x80...0x9F)
      case 0xE1...0xEF: (3, 0x80...0xBF)
      case 0xF0: (4, 0x90...0xBF)
      case 0xF1...0xF3: (4, 0x80...0xBF)
      case 0xF4: (4, 0x80...0x8F)
      default: (0, 0...0)
      }
    if width == 1 { return 1 }
    guard width > 1, index + width <= end, second.contains(byte(at: index + 1)) else { return nil }
    for place in index + 2..<index + width where byte(at: place) & 0xC0 != 0x80 { return nil }
    return width
  }

  /// The stretches that end at or after `index`; nil if all of it is one stretch.
  func stretches(from index: Int) -> ArraySlice<Range<Int>>? {
    guard let stretches else { return nil }
    var (low, high) = (0, stretches.count)
    while low < high {
      let middle = (low + high) / 2
      if stretches[middle].upperBound < index { low = middle + 1 } else { high = middle }
    }
    return stretches[low...]
  }

  /// The start of the character that the byte at `index` belongs to; `index` itself if it is in none.
  func characterStart(_ index: Int) -> Int {
    var place = index
    // A character has at most four bytes; what is longer is no UTF-8.
    while place > max(start, index - 3), place < end, byte(at: place) & 0xC0 == 0x80 { place -= 1 }
    return place < end && byte(at: place) >= 0xC0 ? place : index
  }

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

/// Whether the bytes are UTF-8.
func isValidUTF8(_ base: UnsafeRawPointer, _ byteCount: Int) -> Bool {
  // SAFETY: callers pass readable bytes.
  let bytes = unsafe UnsafeBufferPointer(
    start: base.assumingMemoryBound(to: UInt8.self), count: byteCount)
  return (try? unsafe UTF8Span(validating: bytes.span)) != nil
}

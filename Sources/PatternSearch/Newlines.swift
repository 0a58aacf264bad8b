#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

let newline = UInt8(ascii: "\n")

/// The index of the first newline in `start..<end`; `end` if there is none.
@inline(__always)
func firstNewline(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) -> Int {
  // SAFETY: callers pass a range of readable bytes.
  guard start < end, let hit = unsafe memchr(base + start, Int32(newline), end - start) else {
    return end
  }
  return unsafe UnsafeRawPointer(hit) - base
}

/// The index of the last newline in `start..<end`; `start - 1` if there is none.
func lastNewline(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) -> Int {
  unsafe lastIndex(of: newline, base, start, end)
}

/// The index of the last `byte` in `start..<end`; `start - 1` if there is none.
func lastIndex(of byte: UInt8, _ base: UnsafeRawPointer, _ start: Int, _ end: Int) -> Int {
  var index = end
  let wanted = SIMD16<UInt8>(repeating: byte)
  while index - 16 >= start {
    // SAFETY: the sixteen bytes before index lie in the range.
    let block = unsafe base.loadUnaligned(fromByteOffset: index - 16, as: SIMD16<UInt8>.self)
    // SAFETY: a mask of 16 lanes and two words have the same size and no invalid patterns.
    let lanes = unsafe unsafeBitCast(block .== wanted, to: SIMD2<UInt64>.self)
    if lanes[1] != 0 { return index - 1 - lanes[1].leadingZeroBitCount / 8 }
    if lanes[0] != 0 { return index - 9 - lanes[0].leadingZeroBitCount / 8 }
    index -= 16
  }
  while index > start {
    index -= 1
    if unsafe base.load(fromByteOffset: index, as: UInt8.self) == byte { return index }
  }
  return start - 1
}

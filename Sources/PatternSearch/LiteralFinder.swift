#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Finds a byte string.
///
/// Two bytes of the needle, the rarest by ``ByteFrequency``, are compared at sixteen starts at a
/// time; only where both agree the whole needle is. The method is that of W. Muła, "SIMD-friendly
/// algorithms for substring searching" (2016), with the choice of bytes after ripgrep's `memchr`.
///
/// No byte outside the given range is read.
package struct LiteralFinder: Sendable {
  /// The needle; its letters are lower case if case is ignored.
  let needle: [UInt8]
  let foldsCase: Bool
  private let firstProbe: Int
  private let secondProbe: Int

  /// - Parameter needle: Not empty.
  package init(_ needle: [UInt8], ignoresCase: Bool) {
    precondition(!needle.isEmpty)
    foldsCase = ignoresCase && needle.contains(where: isLetter)
    let folds = foldsCase
    self.needle = folds ? needle.map { isLetter($0) ? $0 | 0x20 : $0 } : needle
    func weight(_ index: Int) -> Int {
      ByteFrequency.weight(needle[index], foldsCase: folds)
    }
    // Bytes far behind the start would make every scan of a short line fall to the slow end.
    let candidates = needle.indices.prefix(255)
    let rarest = candidates.min { weight($0) < weight($1) }!
    let other =
      candidates.filter { needle[$0] != needle[rarest] }.min { weight($0) < weight($1) }
      ?? (rarest == 0 ? candidates.last! : 0)
    firstProbe = min(rarest, other)
    secondProbe = max(rarest, other)
  }

  /// The weights of the two bytes that are compared first, together.
  var probeWeight: Int {
    ByteFrequency.weight(needle[firstProbe], foldsCase: foldsCase)
      + ByteFrequency.weight(needle[secondProbe], foldsCase: foldsCase)
  }

  /// The index of the first occurrence that lies in `start..<end` of the bytes at `base`; -1 if
  /// there is none.
  ///
  /// - Complexity: O(`end - start`) unless the text is made of near misses; at worst times the
  ///   needle's length.
  @inline(__always)
  func next(_ base: UnsafeRawPointer, from start: Int, end: Int) -> Int {
    if end - start < needle.count { return -1 }
    if foldsCase { return unsafe scan(base, start, end, folds: true) }
    if needle.count == 1 {
      // SAFETY: start..<end is readable by the caller's promise.
      guard let hit = unsafe memchr(base + start, Int32(needle[0]), end - start) else { return -1 }
      return unsafe UnsafeRawPointer(hit) - base
    }
    return unsafe scan(base, start, end, folds: false)
  }

  /// The same for tests and for callers with a span.
  package func firstIndex(in bytes: RawSpan, from start: Int = 0) -> Int? {
    let found = unsafe bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return -1 }
      return unsafe next(base, from: start, end: buffer.count)
    }
    return found < 0 ? nil : found
  }

  private typealias Block = SIMD16<UInt8>

  @inline(never)
  private func scan(_ base: UnsafeRawPointer, _ start: Int, _ end: Int, folds: Bool) -> Int {
    // Two copies, so that the choice is made once and not for every block.
    folds ? unsafe kernel(base, start, end, true) : unsafe kernel(base, start, end, false)
  }

  @inline(__always)
  private func kernel(_ base: UnsafeRawPointer, _ start: Int, _ end: Int, _ folds: Bool) -> Int {
    let lastStart = end - needle.count
    let firstByte = needle[firstProbe]
    let secondByte = needle[secondProbe]
    let firstWanted = Block(repeating: firstByte)
    let secondWanted = Block(repeating: secondByte)
    let firstFold = Block(repeating: isLetter(firstByte) ? 0x20 : 0)
    let secondFold = Block(repeating: isLetter(secondByte) ? 0x20 : 0)
    // SAFETY: probes are below the needle's length, so base + probe + p + 15 < end for every
    // p + 15 <= lastStart; that holds for each call below.
    let first = unsafe base + firstProbe
    let second = unsafe base + secondProbe

    @inline(__always) func agree(_ p: Int) -> SIMD2<UInt64> {
      var a = unsafe first.loadUnaligned(fromByteOffset: p, as: Block.self)
      var b = unsafe second.loadUnaligned(fromByteOffset: p, as: Block.self)
      if folds {
        a |= firstFold
        b |= secondFold
      }
      // SAFETY: a mask of 16 lanes and two words have the same size and no invalid patterns.
      return unsafe unsafeBitCast((a .== firstWanted) .& (b .== secondWanted), to: SIMD2.self)
    }

    var p = start
    while p + 63 <= lastStart {
      let m0 = agree(p)
      let m1 = agree(p + 16)
      let m2 = agree(p + 32)
      let m3 = agree(p + 48)
      let any = m0 | m1 | m2 | m3
      if any[0] | any[1] != 0 {
        var found = unsafe verify(base, m0, p, folds)
        if found < 0 { found = unsafe verify(base, m1, p + 16, folds) }
        if found < 0 { found = unsafe verify(base, m2, p + 32, folds) }
        if found < 0 { found = unsafe verify(base, m3, p + 48, folds) }
        if found >= 0 { return found }
      }
      p += 64
    }
    while p + 15 <= lastStart {
      let found = unsafe verify(base, agree(p), p, folds)
      if found >= 0 { return found }
      p += 16
    }
    if p <= lastStart, lastStart - 15 >= start {
      // The last block overlaps the one before it; what that one saw is masked out.
      let overlap = p - (lastStart - 15)
      var mask = agree(lastStart - 15)
      let cleared = UInt64.max << UInt64(8 * (overlap & 7))
      if overlap < 8 { mask[0] &= cleared } else { mask = SIMD2(0, mask[1] & cleared) }
      return unsafe verify(base, mask, lastStart - 15, folds)
    }
    while p <= lastStart {
      if unsafe isNeedle(base + p, folds) { return p }
      p += 1
    }
    return -1
  }

  /// The first start among the sixteen from `p` on that `mask` names and the needle confirms; or -1.
  @inline(__always)
  private func verify(
    _ base: UnsafeRawPointer, _ mask: SIMD2<UInt64>, _ p: Int, _ folds: Bool
  ) -> Int {
    for half in 0..<2 {
      var lanes = mask[half]
      while lanes != 0 {
        let lane = lanes.trailingZeroBitCount >> 3
        let start = p + half * 8 + lane
        if unsafe isNeedle(base + start, folds) { return start }
        lanes &= ~(0xFF << UInt64(lane * 8))
      }
    }
    return -1
  }

  @inline(__always)
  private func isNeedle(_ start: UnsafeRawPointer, _ folds: Bool) -> Bool {
    unsafe needle.withUnsafeBytes { needle in
      // SAFETY: callers pass starts at or before the last one where a whole needle lies in range.
      if !folds { return unsafe memcmp(start, needle.baseAddress!, needle.count) == 0 }
      for index in 0..<needle.count {
        let byte = unsafe start.load(fromByteOffset: index, as: UInt8.self)
        let wanted = unsafe needle[index]
        if byte != wanted && !(isLetter(wanted) && byte | 0x20 == wanted) { return false }
      }
      return true
    }
  }
}

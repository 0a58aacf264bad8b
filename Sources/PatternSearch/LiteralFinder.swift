#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
import CLiteralScan

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
  /// What a scan by AVX2 needs; nil where there is none.
  private let pair: literal_scan_pair?

  /// - Parameters:
  ///   - needle: Not empty.
  ///   - isPortable: Whether to do without what only some processors have.
  package init(_ needle: [UInt8], ignoresCase: Bool, isPortable: Bool = false) {
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
    func fold(_ probe: Int) -> UInt8 { folds && isLetter(needle[probe]) ? 0x20 : 0 }
    pair =
      isPortable || literal_scan_is_available() == 0
      ? nil
      : literal_scan_pair(
        first_at: firstProbe, second_at: secondProbe, first: self.needle[firstProbe],
        second: self.needle[secondProbe], first_fold: fold(firstProbe),
        second_fold: fold(secondProbe))
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
    if foldsCase { return unsafe scan(base, start, end, folds: true, nil) }
    if needle.count == 1 {
      // SAFETY: start..<end is readable by the caller's promise.
      guard let hit = unsafe memchr(base + start, Int32(needle[0]), end - start) else { return -1 }
      return unsafe UnsafeRawPointer(hit) - base
    }
    return unsafe scan(base, start, end, folds: false, nil)
  }

  /// The same, and counts newlines in passing where that is cheaper than to count them apart.
  ///
  /// - Parameter numbering: That of the region at `base`; what is counted is noted there.
  func next(
    _ base: UnsafeRawPointer, from start: Int, end: Int, _ numbering: inout LineNumbering
  ) -> Int {
    if !numbering.isWanted || needle.count == 1 || end - start < needle.count {
      return unsafe next(base, from: start, end: end)
    }
    return unsafe withUnsafeMutablePointer(to: &numbering) { numbering in
      unsafe scan(base, start, end, folds: foldsCase, numbering)
    }
  }

  /// The same for tests and for callers with a span.
  package func firstIndex(in bytes: RawSpan, from start: Int = 0) -> Int? {
    let found = unsafe bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return -1 }
      return unsafe next(base, from: start, end: buffer.count)
    }
    return found < 0 ? nil : found
  }

  /// So many blocks without a hit are passed before newlines are counted: close hits would pay for it.
  private static var uncountedBlocks: Int { 16 }

  private func scan(
    _ base: UnsafeRawPointer, _ start: Int, _ end: Int, folds: Bool,
    _ numbering: UnsafeMutablePointer<LineNumbering>?
  ) -> Int {
    let lastStart = end - needle.count
    // SAFETY: probes are below the needle's length, so base + probe + p + 15 < end for every
    // p + 15 <= lastStart; that holds for each call below.
    let probes = unsafe Probes(
      first: base + firstProbe, second: base + secondProbe, firstByte: needle[firstProbe],
      secondByte: needle[secondProbe])

    var p = start
    var counts = false
    while p + 63 <= lastStart {
      let rest = (lastStart + 1 - p) / 64
      let blockCount =
        unsafe numbering == nil || counts ? rest : min(rest, LiteralFinder.uncountedBlocks)
      let skipped = unsafe skip(base, p, blockCount, probes, folds, counts ? numbering : nil)
      p += 64 * skipped
      counts = unsafe numbering != nil && skipped == blockCount
      if skipped == blockCount { continue }
      for block in 0..<4 {
        let mask = probes.agreement(at: p + 16 * block, folds: folds)
        let found = unsafe verify(base, mask, p + 16 * block, folds)
        if found >= 0 { return found }
      }
      p += 64
    }
    while p + 15 <= lastStart {
      let found = unsafe verify(base, probes.agreement(at: p, folds: folds), p, folds)
      if found >= 0 { return found }
      p += 16
    }
    if p <= lastStart, lastStart - 15 >= start {
      // The last block overlaps the one before it; what that one saw is masked out.
      let overlap = p - (lastStart - 15)
      var mask = probes.agreement(at: lastStart - 15, folds: folds)
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

  /// How many blocks of 64 starts from `p` on have none where both probes agree.
  ///
  /// - Parameter numbering: Where to note the newlines of these blocks; nil if they are not wanted.
  @inline(__always)
  private func skip(
    _ base: UnsafeRawPointer, _ p: Int, _ blockCount: Int, _ probes: Probes, _ folds: Bool,
    _ numbering: UnsafeMutablePointer<LineNumbering>?
  ) -> Int {
    guard var pair else {
      return folds
        ? probes.foldingSkip(from: p, blockCount: blockCount)
        : probes.skip(from: p, blockCount: blockCount)
    }
    // SAFETY: every probe of these blocks lies in the range that is searched.
    let place = unsafe base.assumingMemoryBound(to: UInt8.self) + p
    guard let numbering = unsafe numbering else {
      return unsafe literal_scan_skip(&pair, place, blockCount, nil)
    }
    var newlines: UInt64 = 0
    let skipped = unsafe literal_scan_skip(&pair, place, blockCount, &newlines)
    unsafe numbering.pointee.note(newlines, in: p..<p + 64 * skipped, base)
    return skipped
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

  /// Whether the needle stands at `start`, where as many bytes are readable as it has.
  @inline(__always)
  func isNeedle(_ start: UnsafeRawPointer) -> Bool { unsafe isNeedle(start, foldsCase) }

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

/// Two bytes that must stand at two places, looked for at many starts at a time.
@safe private struct Probes {
  typealias Block = SIMD16<UInt8>

  // SAFETY: whoever makes one promises that the blocks it is asked about are readable from both.
  private let first: UnsafeRawPointer
  private let second: UnsafeRawPointer
  private let firstWanted: Block
  private let secondWanted: Block
  private let firstFold: Block
  private let secondFold: Block

  @inline(__always)
  init(first: UnsafeRawPointer, second: UnsafeRawPointer, firstByte: UInt8, secondByte: UInt8) {
    unsafe self.first = unsafe first
    unsafe self.second = unsafe second
    firstWanted = Block(repeating: firstByte)
    secondWanted = Block(repeating: secondByte)
    firstFold = Block(repeating: isLetter(firstByte) ? 0x20 : 0)
    secondFold = Block(repeating: isLetter(secondByte) ? 0x20 : 0)
  }

  /// All ones in the byte of each of the sixteen starts from `p` on where both bytes agree.
  @inline(__always)
  func agreement(at p: Int, folds: Bool) -> SIMD2<UInt64> {
    var a = unsafe first.loadUnaligned(fromByteOffset: p, as: Block.self)
    var b = unsafe second.loadUnaligned(fromByteOffset: p, as: Block.self)
    if folds {
      a |= firstFold
      b |= secondFold
    }
    // SAFETY: a mask of 16 lanes and two words have the same size and no invalid patterns.
    return unsafe unsafeBitCast((a .== firstWanted) .& (b .== secondWanted), to: SIMD2.self)
  }

  /// How many blocks of 64 starts from `p` on have none where both bytes agree.
  ///
  /// This loop is where a search spends its time. It stands alone and the choice of folding is made
  /// outside of it: with either inside, the compiler keeps its counters in memory.
  @inline(never)
  func skip(from p: Int, blockCount: Int) -> Int {
    Probes.skip(from: p, blockCount) { agreement(at: $0, folds: false) }
  }

  /// The same with letters of either case.
  @inline(never)
  func foldingSkip(from p: Int, blockCount: Int) -> Int {
    Probes.skip(from: p, blockCount) { agreement(at: $0, folds: true) }
  }

  @inline(__always)
  private static func skip(
    from p: Int, _ blockCount: Int, _ agreement: (Int) -> SIMD2<UInt64>
  ) -> Int {
    var block = 0
    while block < blockCount {
      let start = p &+ block &* 64
      let any =
        (agreement(start) | agreement(start &+ 16))
        | (agreement(start &+ 32) | agreement(start &+ 48))
      if any[0] | any[1] != 0 { return block }
      block &+= 1
    }
    return blockCount
  }
}

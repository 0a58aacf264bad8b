/// Finds the magic numbers of both kinds of frames, at any alignment.
///
/// The second and the fourth byte of sixteen places are compared at a time, which is enough to tell nearly all
/// places apart: in random bytes one in 32,768 is left, and the others of its four bytes decide.
enum MagicSearch {
  private typealias Block = SIMD16<UInt8>

  // 28 B5 2F FD, and 50 to 5F 2A 4D 18.
  private static let zstdSecond = Block(repeating: 0xB5)
  private static let zstdFourth = Block(repeating: 0xFD)
  private static let skippableSecond = Block(repeating: 0x2A)
  private static let skippableFourth = Block(repeating: 0x18)

  /// Calls a closure with the index of each magic number that lies in the bytes as a whole, in order.
  ///
  /// - Complexity: O(*n*); about 0.05 ns a byte where there is none.
  static func forEach(in bytes: borrowing RawSpan, _ body: (Int) -> Void) {
    unsafe bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return }
      unsafe search(base, buffer.count, body)
    }
  }

  private static func search(
    _ base: UnsafeRawPointer, _ byteCount: Int, _ body: (Int) -> Void
  ) {
    let (b5, fd) = (zstdSecond, zstdFourth)
    let (star, cancel) = (skippableSecond, skippableFourth)

    // SAFETY: a mask of 16 lanes and 16 bytes have the same size and no invalid patterns.
    @inline(__always) func equal(_ block: Block, _ byte: Block) -> Block {
      unsafe unsafeBitCast(block .== byte, to: Block.self)
    }
    @inline(__always) func hits(_ index: Int) -> Block {
      // SAFETY: index + 19 <= byteCount at every call; the loads need no alignment.
      let second = unsafe base.loadUnaligned(fromByteOffset: index &+ 1, as: Block.self)
      let fourth = unsafe base.loadUnaligned(fromByteOffset: index &+ 3, as: Block.self)
      return (equal(second, b5) & equal(fourth, fd))
        | (equal(second, star) & equal(fourth, cancel))
    }
    @inline(__always) func halves(_ block: Block) -> SIMD2<UInt64> {
      unsafe unsafeBitCast(block, to: SIMD2<UInt64>.self)
    }
    @inline(__always) func report(_ block: Block, _ index: Int) {
      let halves = halves(block)
      for half in 0..<2 {
        var lanes = halves[half]
        while lanes != 0 {
          let lane = lanes.trailingZeroBitCount >> 3
          let start = index + half * 8 + lane
          if unsafe isMagic(base + start) { body(start) }
          lanes &= ~(0xFF << UInt64(lane * 8))
        }
      }
    }

    var index = 0
    while index + 67 <= byteCount {
      let (a, b, c, d) = (hits(index), hits(index + 16), hits(index + 32), hits(index + 48))
      let any = halves((a | b) | (c | d))
      if any[0] | any[1] != 0 {
        report(a, index)
        report(b, index + 16)
        report(c, index + 32)
        report(d, index + 48)
      }
      index += 64
    }
    while index + 4 <= byteCount {
      if unsafe isMagic(base + index) { body(index) }
      index += 1
    }
  }

  @inline(__always)
  private static func isMagic(_ start: UnsafeRawPointer) -> Bool {
    // SAFETY: callers pass places with four readable bytes.
    isMagic(UInt32(littleEndian: unsafe start.loadUnaligned(as: UInt32.self)))
  }

  /// Whether four bytes, read as a little-endian number, are a magic number.
  @inline(__always)
  static func isMagic(_ word: UInt32) -> Bool {
    word == 0xFD2F_B528 || word & 0xFFFF_FFF0 == 0x184D_2A50
  }
}

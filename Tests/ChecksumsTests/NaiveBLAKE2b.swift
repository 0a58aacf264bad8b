/// The naive twin of BLAKE2b: RFC 7693 line by line, with tables and loops, over an input that is there as a whole.
struct NaiveBLAKE2b {
  let digestByteCount: Int

  /// The first 64 bits of the fractional parts of the square roots of the first eight primes (section 2.6).
  private static let vector: [UInt64] = [
    0x6A09_E667_F3BC_C908, 0xBB67_AE85_84CA_A73B, 0x3C6E_F372_FE94_F82B, 0xA54F_F53A_5F1D_36F1,
    0x510E_527F_ADE6_82D1, 0x9B05_688C_2B3E_6C1F, 0x1F83_D9AB_FB41_BD6B, 0x5BE0_CD19_137E_2179,
  ]

  /// Section 2.7.
  private static let schedule: [[Int]] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
    [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
    [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
    [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
    [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
    [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
    [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
    [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
    [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
  ]

  func digest(_ input: [UInt8]) -> [UInt8] {
    var state = Self.vector
    state[0] ^= 0x0101_0000 ^ UInt64(digestByteCount)
    let blockCount = max(1, (input.count + 127) / 128)
    for index in 0..<blockCount {
      let end = min(input.count, 128 * (index + 1))
      let bytes = Array(input[128 * index..<end])
      compress(
        &state, bytes + Array(repeating: 0, count: 128 - bytes.count), UInt64(end),
        isLast: index == blockCount - 1)
    }
    let bytes = state.flatMap { word in
      (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(8 * $0)) }
    }
    return Array(bytes.prefix(digestByteCount))
  }

  private func compress(
    _ state: inout [UInt64], _ block: [UInt8], _ byteCount: UInt64, isLast: Bool
  ) {
    let words = (0..<16).map { word in
      (0..<8).reversed().reduce(0 as UInt64) { $0 << 8 | UInt64(block[8 * word + $1]) }
    }
    var v = state + Self.vector
    v[12] ^= byteCount
    if isLast { v[14] = ~v[14] }
    func rotated(_ word: UInt64, _ count: UInt64) -> UInt64 { word >> count | word << (64 - count) }
    func mix(_ a: Int, _ b: Int, _ c: Int, _ d: Int, _ x: UInt64, _ y: UInt64) {
      v[a] = v[a] &+ v[b] &+ x
      v[d] = rotated(v[d] ^ v[a], 32)
      v[c] = v[c] &+ v[d]
      v[b] = rotated(v[b] ^ v[c], 24)
      v[a] = v[a] &+ v[b] &+ y
      v[d] = rotated(v[d] ^ v[a], 16)
      v[c] = v[c] &+ v[d]
      v[b] = rotated(v[b] ^ v[c], 63)
    }
    for round in 0..<12 {
      let order = Self.schedule[round % 10]
      for column in 0..<4 {
        mix(
          column, column + 4, column + 8, column + 12, words[order[2 * column]],
          words[order[2 * column + 1]])
      }
      for diagonal in 0..<4 {
        mix(
          diagonal, 4 + (diagonal + 1) % 4, 8 + (diagonal + 2) % 4, 12 + (diagonal + 3) % 4,
          words[order[8 + 2 * diagonal]], words[order[9 + 2 * diagonal]])
      }
    }
    for index in 0..<8 { state[index] ^= v[index] ^ v[index + 8] }
  }
}

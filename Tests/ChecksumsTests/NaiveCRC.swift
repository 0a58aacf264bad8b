/// The naive twin of a CRC: one bit at a time, and long runs of zero bytes by matrices, which share
/// nothing with the polynomial arithmetic under test.
struct NaiveCRC<Word: FixedWidthInteger & UnsignedInteger & Sendable>: Sendable {
  /// The polynomial without its highest coefficient, reflected.
  let reflected: Word

  /// The checksum of `bytes` and then `zeroCount` bytes of zero.
  func checksum(_ bytes: [UInt8], thenZeros zeroCount: UInt64 = 0) -> Word {
    var register = ~Word.zero
    for byte in bytes {
      register ^= Word(byte)
      for _ in 0..<8 { register = shifted(register) }
    }
    return ~afterZeros(register, zeroCount)
  }

  private func shifted(_ register: Word) -> Word {
    (register >> 1) ^ (register & 1 == 0 ? 0 : reflected)
  }

  /// Applies, for each bit of the count, the matrix of that many zero bytes. Column i of a matrix is
  /// what becomes of a register with only bit i set.
  private func afterZeros(_ register: Word, _ zeroCount: UInt64) -> Word {
    var register = register
    var matrix = (0..<Word.bitWidth).map { bit in
      (0..<8).reduce(Word(1) << bit) { column, _ in shifted(column) }
    }
    var bits = zeroCount
    while bits != 0 {
      if bits & 1 != 0 { register = product(matrix, register) }
      matrix = matrix.map { product(matrix, $0) }
      bits >>= 1
    }
    return register
  }

  private func product(_ matrix: [Word], _ vector: Word) -> Word {
    (0..<Word.bitWidth).reduce(0) { sum, bit in
      vector >> bit & 1 == 0 ? sum : sum ^ matrix[bit]
    }
  }
}

/// `word` in as many lower-case hexadecimal digits as it has room for.
func hex<Word: FixedWidthInteger & UnsignedInteger>(_ word: Word) -> String {
  let digits = String(word, radix: 16)
  return String(repeating: "0", count: Word.bitWidth / 4 - digits.count) + digits
}

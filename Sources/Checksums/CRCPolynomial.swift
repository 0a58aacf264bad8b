/// The polynomial P over GF(2) by which a CRC divides, with the arithmetic modulo P that appends one
/// CRC to another.
///
/// A word holds a polynomial of lower degree than P in reflected bit order: its most significant bit
/// is the coefficient of x⁰.
struct CRCPolynomial<Word: FixedWidthInteger & UnsignedInteger & Sendable>: Sendable {
  /// The coefficients of P without the highest, reflected.
  private let reflected: Word
  /// x to the power of 8·2ᵏ, for every bit k of a byte count.
  private let bytePowers: [Word]

  /// Makes a polynomial of degree `Word.bitWidth`.
  ///
  /// - Parameter reflected: Its coefficients without the highest, in reflected bit order.
  init(reflected: Word) {
    self.reflected = reflected
    // The bit for x⁸ is the ninth from the top.
    var power = Word(1) << (Word.bitWidth - 9)
    var powers: [Word] = []
    for _ in 0..<UInt64.bitWidth {
      powers.append(power)
      power = Self.product(power, power, modulo: reflected)
    }
    bytePowers = powers
  }

  /// `checksum` times x to the power of 8·`byteCount`: what becomes of a CRC when so many more bytes
  /// follow, before their own CRC is added.
  ///
  /// - Complexity: O(log `byteCount`) products, each of at most `Word.bitWidth` steps.
  func advance(_ checksum: Word, past byteCount: UInt64) -> Word {
    var result = checksum
    var bits = byteCount
    while bits != 0 {
      result = Self.product(bytePowers[bits.trailingZeroBitCount], result, modulo: reflected)
      bits &= bits - 1
    }
    return result
  }

  /// The product of two polynomials modulo P: adds up those multiples of `right` by a power of x
  /// that `left` asks for.
  private static func product(_ left: Word, _ right: Word, modulo reflected: Word) -> Word {
    var wanted = left
    var multiple = right
    var sum: Word = 0
    while wanted != 0 {
      if wanted.leadingZeroBitCount == 0 { sum ^= multiple }
      wanted <<= 1
      // Times x: where x to the degree of P comes up, P is taken away.
      multiple = (multiple >> 1) ^ (multiple & 1 == 0 ? 0 : reflected)
    }
    return sum
  }
}

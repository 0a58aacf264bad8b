/// A set of byte values.
struct ByteSet: Hashable, Sendable {
  private var words = SIMD4<UInt64>.zero

  init() {}

  init(_ range: ClosedRange<UInt8>) { insert(range) }

  init(_ bytes: String) {
    for byte in bytes.utf8 { insert(byte) }
  }

  static let all = ByteSet(0...255)
  static let digits = ByteSet(UInt8(ascii: "0")...UInt8(ascii: "9"))
  static let lowers = ByteSet(UInt8(ascii: "a")...UInt8(ascii: "z"))
  static let uppers = ByteSet(UInt8(ascii: "A")...UInt8(ascii: "Z"))
  static let word = digits.union(lowers).union(uppers).union(ByteSet("_"))
  /// What `\s` matches in the C locale: space, tab, newline, vertical tab, form feed, return.
  static let space = ByteSet(9...13).union(ByteSet(" "))

  @inline(__always)
  func contains(_ byte: UInt8) -> Bool {
    words[Int(byte >> 6)] >> UInt64(byte & 63) & 1 != 0
  }

  mutating func insert(_ byte: UInt8) { words[Int(byte >> 6)] |= 1 << UInt64(byte & 63) }

  mutating func insert(_ range: ClosedRange<UInt8>) {
    for byte in range { insert(byte) }
  }

  mutating func remove(_ byte: UInt8) { words[Int(byte >> 6)] &= ~(1 << UInt64(byte & 63)) }

  func union(_ other: ByteSet) -> ByteSet {
    var joined = self
    joined.words |= other.words
    return joined
  }

  func isDisjoint(with other: ByteSet) -> Bool { words & other.words == .zero }

  var inverted: ByteSet {
    var opposite = self
    opposite.words = ~words
    return opposite
  }

  /// The set with both cases of every letter in it.
  var foldingCase: ByteSet {
    var folded = self
    for byte in UInt8(ascii: "a")...UInt8(ascii: "z") where contains(byte) || contains(byte ^ 0x20)
    {
      folded.insert(byte)
      folded.insert(byte ^ 0x20)
    }
    return folded
  }

  var isEmpty: Bool { words == .zero }

  /// The values, if they are neighbours.
  var range: ClosedRange<UInt8>? {
    guard let first = (0...255).first(where: { contains(UInt8($0)) }) else { return nil }
    let last = (0...255).last { contains(UInt8($0)) }!
    let range = UInt8(first)...UInt8(last)
    return range.allSatisfy(contains) ? range : nil
  }

  /// 1 for every byte of the set, 0 for the others.
  var table: [UInt8] { (0...255).map { contains(UInt8($0)) ? 1 : 0 } }

  /// The set as a character class that PCRE2 and Hyperscan read alike.
  var classText: [UInt8] {
    var text = Array("[".utf8)
    var byte = 0
    while byte < 256 {
      guard contains(UInt8(byte)) else {
        byte += 1
        continue
      }
      var last = byte
      while last < 255, contains(UInt8(last + 1)) { last += 1 }
      text += hexEscape(UInt8(byte))
      if last > byte { text += Array("-".utf8) + hexEscape(UInt8(last)) }
      byte = last + 1
    }
    return text + Array("]".utf8)
  }
}

/// A byte as `\xHH`.
func hexEscape(_ byte: UInt8) -> [UInt8] {
  let digits = Array("0123456789abcdef".utf8)
  return Array("\\x".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
}

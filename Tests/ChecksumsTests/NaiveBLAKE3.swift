/// BLAKE3 as the paper writes it: a recursion over the whole input, a word at a time.
enum NaiveBLAKE3 {
  private static let initialValue: [UInt32] = [
    0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB,
    0x5BE0_CD19,
  ]

  static func hash(_ input: [UInt8], byteCount: Int = 32) -> [UInt8] {
    answer(input[...], initialValue, 0, byteCount)
  }

  static func keyedHash(_ input: [UInt8], key: [UInt8], byteCount: Int = 32) -> [UInt8] {
    answer(input[...], words(key[...]), 16, byteCount)
  }

  static func derivedKey(_ input: [UInt8], context: String, byteCount: Int = 32) -> [UInt8] {
    let key = answer(Array(context.utf8)[...], initialValue, 32, 32)
    return answer(input[...], words(key[...]), 64, byteCount)
  }

  private static func answer(
    _ input: ArraySlice<UInt8>, _ key: [UInt32], _ mode: UInt32, _ byteCount: Int
  ) -> [UInt8] {
    let root = node(input, at: 0, key, mode)
    var output: [UInt8] = []
    var counter: UInt64 = 0
    while output.count < byteCount {
      for word in compress(root.value, root.block, counter, root.byteCount, root.flags | 8) {
        for shift in stride(from: 0 as UInt32, to: 32, by: 8) {
          output.append(UInt8(truncatingIfNeeded: word >> shift))
        }
      }
      counter += 1
    }
    return Array(output.prefix(byteCount))
  }

  /// What the last compression of a node takes.
  private struct Node {
    var value: [UInt32]
    var block: [UInt32]
    var counter: UInt64
    var byteCount: UInt32
    var flags: UInt32

    var chained: [UInt32] {
      Array(NaiveBLAKE3.compress(value, block, counter, byteCount, flags).prefix(8))
    }
  }

  private static func node(
    _ input: ArraySlice<UInt8>, at chunk: UInt64, _ key: [UInt32], _ mode: UInt32
  ) -> Node {
    if input.count <= 1024 { return leaf(input, chunk, key, mode) }
    // The left half has as many whole chunks as a power of two can, and leaves something to the right.
    var leftCount = 1
    while 2 * leftCount * 1024 < input.count { leftCount *= 2 }
    let left = node(input.prefix(leftCount * 1024), at: chunk, key, mode)
    let right = node(
      input.dropFirst(leftCount * 1024), at: chunk + UInt64(leftCount), key, mode)
    return Node(
      value: key, block: left.chained + right.chained, counter: 0, byteCount: 64, flags: mode | 4)
  }

  private static func leaf(
    _ input: ArraySlice<UInt8>, _ chunk: UInt64, _ key: [UInt32], _ mode: UInt32
  ) -> Node {
    var value = key
    var flags = mode | 1
    var rest = input
    while rest.count > 64 {
      value = Array(compress(value, words(rest.prefix(64)), chunk, 64, flags).prefix(8))
      flags = mode
      rest = rest.dropFirst(64)
    }
    let zeros = Array(repeating: 0 as UInt8, count: 64 - rest.count)
    return Node(
      value: value, block: words((rest + zeros)[...]), counter: chunk,
      byteCount: UInt32(rest.count), flags: flags | 2)
  }

  private static func words(_ bytes: ArraySlice<UInt8>) -> [UInt32] {
    stride(from: bytes.startIndex, to: bytes.endIndex, by: 4).map { start in
      (0..<4).reduce(0) { $0 | UInt32(bytes[start + $1]) << UInt32(8 * $1) }
    }
  }

  private static func compress(
    _ value: [UInt32], _ block: [UInt32], _ counter: UInt64, _ byteCount: UInt32, _ flags: UInt32
  ) -> [UInt32] {
    var v =
      value + initialValue.prefix(4) + [
        UInt32(truncatingIfNeeded: counter), UInt32(truncatingIfNeeded: counter >> 32), byteCount,
        flags,
      ]
    var m = block
    func turn(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }
    func mix(_ a: Int, _ b: Int, _ c: Int, _ d: Int, _ x: UInt32, _ y: UInt32) {
      for (word, first, second) in [(x, 16, 12), (y, 8, 7)] as [(UInt32, UInt32, UInt32)] {
        v[a] = v[a] &+ v[b] &+ word
        v[d] = turn(v[d] ^ v[a], first)
        v[c] = v[c] &+ v[d]
        v[b] = turn(v[b] ^ v[c], second)
      }
    }
    let permutation = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8]
    for _ in 0..<7 {
      for column in 0..<4 {
        mix(column, column + 4, column + 8, column + 12, m[2 * column], m[2 * column + 1])
      }
      for line in 0..<4 {
        mix(
          line, (line + 1) % 4 + 4, (line + 2) % 4 + 8, (line + 3) % 4 + 12, m[2 * line + 8],
          m[2 * line + 9])
      }
      m = permutation.map { m[$0] }
    }
    return (0..<8).map { v[$0] ^ v[$0 + 8] } + (0..<8).map { v[$0 + 8] ^ value[$0] }
  }
}

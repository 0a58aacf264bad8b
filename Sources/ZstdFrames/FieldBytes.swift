import ScanEngine

/// The bytes of one header, gathered from as many tiles as they are spread over.
struct FieldBytes: Sendable {
  // 18 bytes is the longest: magic number, descriptor, window, dictionary, content size.
  private var storage = InlineArray<18, UInt8>(repeating: 0)
  private(set) var count = 0

  subscript(index: Int) -> UInt8 {
    precondition(index < count)
    return storage[index]
  }

  /// Takes up to `needed - count` bytes of `bytes` from `index` on.
  ///
  /// - Returns: How many it took.
  mutating func gather(_ bytes: borrowing RawSpan, from index: Int, needed: Int) -> Int {
    let step = min(needed - count, bytes.byteCount - index)
    for position in 0..<step { storage[count + position] = bytes.byte(at: index + position) }
    count += step
    return step
  }

  mutating func removeAll() { count = 0 }

  /// The little-endian number of `byteCount` bytes (0 to 8) at `index`; 0 if there are none.
  func number(at index: Int, byteCount: Int) -> UInt64 {
    precondition(index + byteCount <= count)
    var value: UInt64 = 0
    for position in (index..<index + byteCount).reversed() {
      value = value << 8 | UInt64(storage[position])
    }
    return value
  }

  /// The little-endian number of four bytes at `index`.
  func word(at index: Int) -> UInt32 {
    precondition(index + 4 <= count)
    return UInt32(storage[index]) | UInt32(storage[index + 1]) << 8
      | UInt32(storage[index + 2]) << 16 | UInt32(storage[index + 3]) << 24
  }

  /// The bytes from an index on.
  func suffix(from start: Int) -> FieldBytes {
    var rest = FieldBytes()
    for index in start..<count { rest.storage[index - start] = storage[index] }
    rest.count = count - start
    return rest
  }

  var bytes: [UInt8] { (0..<count).map { storage[$0] } }
}

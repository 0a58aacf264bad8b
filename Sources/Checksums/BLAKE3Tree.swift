import CBlake3

/// The nodes of a BLAKE3 tree.
package struct BLAKE3Tree: Sendable {
  /// Which functions hash several chunks side by side.
  package enum Kernel: UInt32, CaseIterable, Sendable {
    case baseline, sse41, avx2, avx512

    /// The best one that this processor has.
    package static let best = Kernel(rawValue: UInt32(blake3_best_kernel().rawValue))!

    fileprivate var number: blake3_kernel { blake3_kernel(rawValue) }
  }

  /// What a node is to its parent.
  typealias Value = SIMD8<UInt32>

  /// A complete subtree.
  struct Node: Sendable {
    /// A multiple of ``chunkCount``.
    var firstChunk: UInt64
    /// A power of two.
    var chunkCount: UInt64
    var value: Value
  }

  static let chunkByteCount = 1024
  static let wordCount = 8
  private static let blockByteCount = 64
  private static let keyByteCount = 32

  /// Section 2.2, table 3.
  private enum Flag {
    static let chunkStart: UInt32 = 1
    static let chunkEnd: UInt32 = 2
    static let parent: UInt32 = 4
    static let root: UInt32 = 8
    static let keyedHash: UInt32 = 16
    static let deriveKeyContext: UInt32 = 32
    static let deriveKeyMaterial: UInt32 = 64
  }

  /// Section 2.2: those of SHA-256.
  private static let initialValue = Value(
    0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB,
    0x5BE0_CD19)

  private let key: Value
  private let flags: UInt32
  private let kernel: Kernel

  init(_ mode: BLAKE3.Mode, _ kernel: Kernel) {
    self.kernel = kernel
    switch mode {
    case .hash: (key, flags) = (Self.initialValue, 0)
    case .keyed(let bytes):
      precondition(bytes.count == Self.keyByteCount, "a key has 32 bytes")
      (key, flags) = (Self.value(bytes), Flag.keyedHash)
    case .derivedKey(let context):
      let names = BLAKE3Tree(key: Self.initialValue, flags: Flag.deriveKeyContext, kernel)
      let bytes = BLAKE3(tree: names, Array(context.utf8)).output(byteCount: Self.keyByteCount)
      (key, flags) = (Self.value(bytes), Flag.deriveKeyMaterial)
    }
  }

  private init(key: Value, flags: UInt32, _ kernel: Kernel) {
    (self.key, self.flags, self.kernel) = (key, flags, kernel)
  }

  private static func value(_ bytes: [UInt8]) -> Value {
    var value = Value()
    for (index, byte) in bytes.enumerated() {
      value[index / 4] |= UInt32(byte) << UInt32(index % 4 * 8)
    }
    return value
  }

  // MARK: Many chunks

  /// Hashes neighbouring chunks of a subtree, none of which is the whole input.
  ///
  /// - Parameters:
  ///   - count: How many; a power of two. `bytes` has 1024 times as many.
  ///   - room: Words to work with, as many as ``wordCount`` for each chunk.
  /// - Returns: The halves of the subtree; a single chunk has only a left one.
  func subtree(
    _ bytes: UnsafeRawBufferPointer, _ count: Int, at index: UInt64, _ room: inout [UInt32]
  ) -> (left: Value, right: Value?) {
    precondition(bytes.count == count * Self.chunkByteCount && room.count >= count * Self.wordCount)
    return unsafe withWords(key) { key in
      unsafe room.withUnsafeMutableBufferPointer { room in
        let words = room.baseAddress!
        // SAFETY: the sizes were checked; a parent is written where its children were read.
        unsafe blake3_hash_chunks(
          kernel.number, bytes.assumingMemoryBound(to: UInt8.self).baseAddress!, count, key, index,
          flags, words)
        var left = count
        while left > 2 {
          left /= 2
          unsafe blake3_hash_parents(kernel.number, words, left, key, flags, words)
        }
        func value(_ number: Int) -> Value {
          var value = Value()
          for word in 0..<Self.wordCount {
            value[word] = unsafe words[number * Self.wordCount + word]
          }
          return value
        }
        return (value(0), left == 2 ? value(1) : nil)
      }
    }
  }

  // MARK: One node

  /// What the last step of a node takes.
  private struct Block {
    var input: Value
    var bytes: [UInt8]
    var counter: UInt64 = 0
    var flags: UInt32
  }

  /// A chunk that is neither the whole input nor complete.
  func chunk(_ bytes: [UInt8], at index: UInt64) -> Value {
    value(compress(lastBlock(ofChunk: bytes, at: index)))
  }

  func parent(_ left: Value, _ right: Value) -> Value { value(compress(block(left, right))) }

  /// The answer for an input of one chunk.
  func rootChunk(_ bytes: [UInt8], byteCount: Int) -> [UInt8] {
    output(lastBlock(ofChunk: bytes, at: 0), byteCount)
  }

  /// The answer for an input of more than one chunk.
  func root(_ left: Value, _ right: Value, byteCount: Int) -> [UInt8] {
    output(block(left, right), byteCount)
  }

  private func block(_ left: Value, _ right: Value) -> Block {
    var bytes: [UInt8] = []
    for value in [left, right] {
      for index in 0..<Self.wordCount { bytes += Self.bytes(value[index]) }
    }
    return Block(input: key, bytes: bytes, flags: flags | Flag.parent)
  }

  private func lastBlock(ofChunk bytes: [UInt8], at index: UInt64) -> Block {
    precondition(bytes.count <= Self.chunkByteCount)
    var block = Block(input: key, bytes: [], counter: index, flags: flags | Flag.chunkStart)
    var start = 0
    while bytes.count - start > Self.blockByteCount {
      block.bytes = Array(bytes[start..<start + Self.blockByteCount])
      block.input = value(compress(block))
      block.flags = flags
      start += Self.blockByteCount
    }
    block.bytes = Array(bytes[start...])
    block.flags |= Flag.chunkEnd
    return block
  }

  /// Section 2.6.
  private func output(_ block: Block, _ byteCount: Int) -> [UInt8] {
    var block = block
    block.flags |= Flag.root
    var output: [UInt8] = []
    block.counter = 0
    while output.count < byteCount {
      for word in compress(block) { output += Self.bytes(word) }
      block.counter += 1
    }
    return Array(output.prefix(byteCount))
  }

  private static func bytes(_ word: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: word >> UInt32(8 * $0)) }
  }

  private func value(_ words: [UInt32]) -> Value { Value(words.prefix(Self.wordCount)) }

  private func compress(_ block: Block) -> [UInt32] {
    let bytes =
      block.bytes
      + Array(repeating: 0, count: Self.blockByteCount - block.bytes.count)
    return unsafe withWords(block.input) { input in
      unsafe Array(unsafeUninitializedCapacity: 2 * Self.wordCount) { words, count in
        // SAFETY: `bytes` is a whole block, `words` has room for sixteen.
        unsafe blake3_compress(
          input, bytes, block.counter, UInt32(block.bytes.count), block.flags, words.baseAddress!)
        count = 2 * Self.wordCount
      }
    }
  }

  private func withWords<Result>(
    _ value: Value, _ body: (UnsafePointer<UInt32>) -> Result
  ) -> Result {
    unsafe withUnsafeBytes(of: value) { bytes in
      unsafe body(bytes.assumingMemoryBound(to: UInt32.self).baseAddress!)
    }
  }
}

extension BLAKE3 {
  /// What a tree gives for some bytes.
  fileprivate init(tree: BLAKE3Tree, _ bytes: [UInt8]) {
    self.init(tree)
    start(with: bytes)
  }
}

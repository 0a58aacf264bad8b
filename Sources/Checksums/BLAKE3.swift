public import ScanEngine

/// Computes BLAKE3: what `b3sum` prints. Any part of the input can be computed apart from the others.
///
/// The input is cut into chunks of 1024 bytes, which are the leaves of a tree. A part of the input that begins
/// anywhere holds the bytes up to its first chunk, the roots of the complete subtrees that lie in it, at most two
/// of a size, and the bytes of a chunk that is not complete: less than 6 KiB in all.
///
/// Source: J. O'Connor, J.-P. Aumasson, S. Neves, Z. Wilcox-O'Hearn, "BLAKE3: one function, fast everywhere"
/// (2021), section 2. The corresponding C functions are `blake3_hasher_update` and `blake3_hasher_finalize`.
public struct BLAKE3: MergeableAnalyzer {
  /// What is computed.
  public enum Mode: Sendable {
    /// The hash of the input.
    case hash
    /// A message authentication code with a key of 32 bytes.
    case keyed([UInt8])
    /// A key derived from the input, for the purpose that a context names: a string that is hard-coded,
    /// globally unique and says what the key is for.
    case derivedKey(context: String)
  }

  private let tree: BLAKE3Tree
  /// How many bytes of the input lie before those of this value; nil before its first byte.
  private var start: UInt64?
  /// The bytes before the first chunk that begins in it.
  private var head: [UInt8] = []
  /// Whether it has come to that chunk.
  private var hasChunks = false
  /// Complete subtrees, from left to right. Two of the same size that are the halves of a larger one are
  /// replaced by that one.
  private var nodes: [BLAKE3Tree.Node] = []
  /// The halves of the first node, if it begins with the input: it may turn out to be the whole.
  private var firstHalves: (left: BLAKE3Tree.Value, right: BLAKE3Tree.Value)?
  /// The bytes of the chunk that is not complete. The first chunk of the input stays here until more comes.
  private var tail: [UInt8] = []
  private var room: [UInt32] = []

  /// How many chunks are hashed at a time.
  private static let batchCount = 256
  private static let chunkByteCount = BLAKE3Tree.chunkByteCount

  /// Makes the hash of an empty input.
  public init() { self.init(.hash) }

  /// Makes the answer to an empty input.
  ///
  /// - Precondition: A key has 32 bytes.
  public init(_ mode: Mode) { tree = BLAKE3Tree(mode, .best) }

  /// The same with the functions for some processor, which must be one that this one can run.
  package init(_ mode: Mode, _ kernel: BLAKE3Tree.Kernel) { tree = BLAKE3Tree(mode, kernel) }

  init(_ tree: BLAKE3Tree) { self.tree = tree }

  /// Takes the first bytes of the input.
  mutating func start(with bytes: [UInt8]) {
    start = 0
    unsafe bytes.withUnsafeBytes { unsafe append($0) }
  }

  public var throughput: Double { 6 }
  public var takesLinesEarly: Bool { true }

  public mutating func update(_ tile: borrowing Tile) {
    if start == nil { start = tile.precedingByteCount }
    unsafe tile.bytes.withUnsafeBytes { unsafe append($0) }
  }

  /// How many bytes lie before the next chunk to be hashed.
  private var chunkIndex: UInt64 {
    if let last = nodes.last { return last.firstChunk + last.chunkCount }
    return (start! + UInt64(head.count)) / UInt64(Self.chunkByteCount)
  }

  private mutating func append(_ bytes: UnsafeRawBufferPointer) {
    var rest = unsafe bytes[...]
    if !hasChunks {
      let misplaced = Int(start! % UInt64(Self.chunkByteCount))
      let headCount = misplaced == 0 ? 0 : Self.chunkByteCount - misplaced
      let count = unsafe min(headCount - head.count, rest.count)
      unsafe head += rest.prefix(count)
      unsafe rest = rest.dropFirst(count)
      guard unsafe !rest.isEmpty else { return }
      hasChunks = true
    }
    if !tail.isEmpty {
      let count = unsafe min(Self.chunkByteCount - tail.count, rest.count)
      unsafe tail += rest.prefix(count)
      unsafe rest = rest.dropFirst(count)
      guard tail.count == Self.chunkByteCount, unsafe !rest.isEmpty || chunkIndex > 0 else {
        return
      }
      endTail()
    }
    while unsafe rest.count >= Self.chunkByteCount {
      let index = chunkIndex
      let whole = unsafe rest.count / Self.chunkByteCount
      if index == 0, whole == 1, unsafe rest.count == Self.chunkByteCount { break }
      // A subtree begins at a multiple of its size.
      let limit = index == 0 ? Self.batchCount : 1 << min(30, index.trailingZeroBitCount)
      let count = 1 << (Int.bitWidth - 1 - min(whole, limit, Self.batchCount).leadingZeroBitCount)
      let byteCount = count * Self.chunkByteCount
      unsafe append(UnsafeRawBufferPointer(rebasing: rest.prefix(byteCount)), count, at: index)
      unsafe rest = rest.dropFirst(byteCount)
    }
    unsafe tail += rest
  }

  /// Hashes a subtree.
  private mutating func append(_ bytes: UnsafeRawBufferPointer, _ count: Int, at index: UInt64) {
    if room.isEmpty { room = Array(repeating: 0, count: Self.batchCount * BLAKE3Tree.wordCount) }
    let halves = unsafe tree.subtree(bytes, count, at: index, &room)
    if let right = halves.right {
      if index == 0 { firstHalves = (halves.left, right) }
      push(
        BLAKE3Tree.Node(
          firstChunk: index, chunkCount: UInt64(count), value: tree.parent(halves.left, right)))
    } else {
      push(BLAKE3Tree.Node(firstChunk: index, chunkCount: 1, value: halves.left))
    }
  }

  private mutating func endTail() {
    let index = chunkIndex
    let bytes = tail
    tail.removeAll(keepingCapacity: true)
    unsafe bytes.withUnsafeBytes { unsafe append($0, 1, at: index) }
  }

  private mutating func push(_ node: BLAKE3Tree.Node) {
    var node = node
    while let last = nodes.last, last.chunkCount == node.chunkCount,
      last.firstChunk % (2 * last.chunkCount) == 0
    {
      nodes.removeLast()
      if last.firstChunk == 0 { firstHalves = (last.value, node.value) }
      node = BLAKE3Tree.Node(
        firstChunk: last.firstChunk, chunkCount: 2 * last.chunkCount,
        value: tree.parent(last.value, node.value))
    }
    nodes.append(node)
  }

  /// Appends the parts of the tree that follow.
  ///
  /// - Complexity: O(log n) for n bytes that follow.
  public mutating func merge(_ next: consuming BLAKE3) {
    guard next.start != nil else { return }
    guard start != nil else {
      self = next
      return
    }
    unsafe next.head.withUnsafeBytes { unsafe append($0) }
    guard next.hasChunks else { return }
    hasChunks = true
    if !tail.isEmpty { endTail() }
    for node in next.nodes { push(node) }
    tail = next.tail
  }

  public consuming func finalize() -> Digest {
    Digest(algorithm: .blake3, bytes: output(byteCount: ChecksumAlgorithm.blake3.digestByteCount))
  }

  /// The answer with as many bytes as somebody wants. Longer ones begin with the shorter ones.
  ///
  /// - Complexity: O(`byteCount`).
  public consuming func output(byteCount: Int) -> [UInt8] {
    guard !nodes.isEmpty else { return tree.rootChunk(tail, byteCount: byteCount) }
    if nodes.count == 1, tail.isEmpty, let halves = firstHalves {
      return tree.root(halves.left, halves.right, byteCount: byteCount)
    }
    var right = tail.isEmpty ? nodes.removeLast().value : tree.chunk(tail, at: chunkIndex)
    while nodes.count > 1 { right = tree.parent(nodes.removeLast().value, right) }
    return tree.root(nodes[0].value, right, byteCount: byteCount)
  }
}

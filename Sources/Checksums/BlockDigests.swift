public import ScanEngine

/// The digests of the blocks of one input, all of one size but the last.
public struct BlockDigestList: Equatable, Sendable {
  /// The algorithm that computed them.
  public let algorithm: ChecksumAlgorithm
  /// How many bytes a block has; the last one may have fewer.
  public let blockByteCount: UInt64
  /// All digests, one behind the other.
  public fileprivate(set) var bytes: [UInt8] = []

  /// How many blocks there are; none of an empty input.
  public var count: Int { bytes.count / algorithm.digestByteCount }

  /// The digest of one block.
  public subscript(index: Int) -> Digest {
    let byteCount = algorithm.digestByteCount
    return Digest(
      algorithm: algorithm, bytes: Array(bytes[index * byteCount..<(index + 1) * byteCount]))
  }

  /// Whether a block has a digest, told without making one.
  public func isEqual(_ index: Int, to digest: Digest) -> Bool {
    let start = index * digest.bytes.count
    return digest.algorithm == algorithm && index < count
      && bytes[start..<start + digest.bytes.count].elementsEqual(digest.bytes)
  }
}

/// Computes a digest of every block of the input, the first of which begins where the input does, each for itself, so that blocks are computed on all cores
/// whatever the algorithm.
///
/// A block belongs to the window that holds its first byte; whoever owns it reads on past the window's end.
public struct BlockDigests<Function: Analyzer>: MergeableAnalyzer
where Function.Output == Digest {
  private let fresh: Function
  private let blockByteCount: UInt64
  /// How many blocks count; the others are passed over.
  private let limit: UInt64
  /// The block that is being read, and where it starts.
  private var current: Function?
  private var currentStart: UInt64 = 0
  private var list: BlockDigestList

  /// - Parameters:
  ///   - function: A fresh analyzer, which sees each block as an input of its own.
  ///   - algorithm: What it computes.
  ///   - blockByteCount: At least 1.
  ///   - limit: How many blocks are wanted.
  init(
    _ function: Function, _ algorithm: ChecksumAlgorithm, blockByteCount: UInt64, limit: UInt64
  ) {
    precondition(blockByteCount > 0)
    fresh = function
    self.limit = limit
    self.blockByteCount = blockByteCount
    list = BlockDigestList(algorithm: algorithm, blockByteCount: blockByteCount)
  }

  public var throughput: Double { fresh.throughput }

  public var isOpen: Bool { current != nil }

  public mutating func update(_ tile: borrowing Tile) throws(AnalysisError) {
    var offset = tile.offset
    if current == nil {
      // What began before this window belongs to somebody else.
      let misplaced = tile.precedingByteCount % blockByteCount
      if misplaced > 0 {
        let (next, overflow) = offset.addingReportingOverflow(blockByteCount - misplaced)
        guard !overflow, next < tile.endOffset else { return }
        offset = next
      }
    }
    while offset < tile.endOffset {
      if current == nil {
        let preceding = tile.precedingByteCount + (offset - tile.offset)
        guard preceding / blockByteCount < limit else { return }
        (current, currentStart) = (fresh, offset)
      }
      offset = try take(tile, from: offset)
    }
    if tile.isLast { try endBlock() }
  }

  public mutating func readOn(_ tile: borrowing Tile) throws(AnalysisError) {
    guard current != nil else { return }
    _ = try take(tile, from: tile.offset)
    if tile.isLast { try endBlock() }
  }

  /// Takes bytes of the tile up to the end of the current block.
  ///
  /// - Returns: The offset of the first byte that was not taken.
  private mutating func take(
    _ tile: borrowing Tile, from offset: UInt64
  ) throws(AnalysisError) -> UInt64 {
    let left = blockByteCount - (offset - currentStart)
    let start = Int(offset - tile.offset)
    let count = Int(min(UInt64(tile.byteCount - start), left))
    let bytes = tile.bytes
    let part = Tile(
      surroundings: bytes.extracting(start..<start + count), start: 0, end: count,
      offset: offset - currentStart)
    try current?.update(part)
    if UInt64(count) == left { try endBlock() }
    return offset + UInt64(count)
  }

  private mutating func endBlock() throws(AnalysisError) {
    guard let block = current.take() else { return }
    list.bytes += try block.finalize().bytes
  }

  public mutating func merge(_ next: consuming BlockDigests) {
    if list.bytes.isEmpty, current == nil {
      self = next
    } else {
      list.bytes += next.list.bytes
      if next.current != nil { (current, currentStart) = (next.current, next.currentStart) }
    }
  }

  public consuming func finalize() throws(AnalysisError) -> BlockDigestList {
    try endBlock()
    return list
  }
}

extension ChecksumAlgorithm {
  /// A fresh analyzer of blocks. It is a `MergeableAnalyzer` for every algorithm.
  ///
  /// - Parameters:
  ///   - byteCount: The size of a block, but for the last one.
  ///   - limit: How many blocks are wanted, from the first on; what lies behind them costs nothing.
  /// - Precondition: A block has at least one byte.
  public func makeBlockAnalyzer(
    byteCount: UInt64, limit: UInt64 = .max
  ) -> any Analyzer<BlockDigestList> {
    func make<Function: Analyzer<Digest>>(_ function: Function) -> any Analyzer<BlockDigestList> {
      BlockDigests(function, self, blockByteCount: byteCount, limit: limit)
    }
    return make(makeAnalyzer())
  }
}

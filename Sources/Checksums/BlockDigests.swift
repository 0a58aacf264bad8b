public import ScanEngine

/// The digests of blocks of one input, all of one size but the last.
public struct BlockDigestList: Equatable, Sendable {
  /// The algorithm that computed them.
  public let algorithm: ChecksumAlgorithm
  /// How many bytes a block has; the last one may have fewer.
  public let blockByteCount: UInt64
  /// Which blocks were wanted.
  let selection: BlockSelection
  /// All digests, one behind the other.
  public fileprivate(set) var bytes: [UInt8] = []

  /// How many blocks there are of those that were wanted; none of an empty input.
  public var count: Int { bytes.count / algorithm.digestByteCount }

  /// The digest of one of them.
  public subscript(index: Int) -> Digest {
    let byteCount = algorithm.digestByteCount
    return Digest(
      algorithm: algorithm, bytes: Array(bytes[index * byteCount..<(index + 1) * byteCount]))
  }

  /// Whether a block, by its number in the input, has a digest; false of a block that is not there or was not wanted.
  public func isEqual(_ number: UInt64, to digest: Digest) -> Bool {
    guard digest.algorithm == algorithm, let rank = selection.rank(of: number), rank < count
    else { return false }
    let start = Int(rank) * digest.bytes.count
    return bytes[start..<start + digest.bytes.count].elementsEqual(digest.bytes)
  }
}

/// Computes digests of blocks of the input, the first of which begins where the input does, each for itself, so that blocks
/// are computed on all cores whatever the algorithm.
///
/// A block belongs to the window that holds its first byte; whoever owns it reads on past the window's end.
public struct BlockDigests<Function: Analyzer>: MergeableAnalyzer
where Function.Output == Digest {
  private let fresh: Function
  private let blockByteCount: UInt64
  /// The block that is being read, where it starts, and how many bytes it has if the input does not end before.
  private var current: Function?
  private var currentStart: UInt64 = 0
  private var currentByteCount: UInt64 = 0
  private var list: BlockDigestList

  /// - Parameters:
  ///   - function: A fresh analyzer, which sees each block as an input of its own.
  ///   - algorithm: What it computes.
  ///   - blockByteCount: At least 1.
  ///   - selection: Which blocks are wanted; the others are passed over.
  init(
    _ function: Function, _ algorithm: ChecksumAlgorithm, blockByteCount: UInt64,
    _ selection: BlockSelection
  ) {
    precondition(blockByteCount > 0)
    fresh = function
    self.blockByteCount = blockByteCount
    list = BlockDigestList(
      algorithm: algorithm, blockByteCount: blockByteCount, selection: selection)
  }

  public var throughput: Double { fresh.throughput }

  public var isOpen: Bool { current != nil }

  public mutating func update(_ tile: borrowing Tile) throws(AnalysisError) {
    var offset = tile.offset
    while offset < tile.endOffset {
      if current == nil {
        guard let first = firstBlock(in: tile, from: offset) else { return }
        (current, currentStart, currentByteCount) = (fresh, first.start, first.byteCount)
        offset = first.start
      }
      offset = try take(tile, from: offset)
    }
    if tile.isLast { try endBlock() }
  }

  /// The first block that is wanted, of those that begin at an offset in a tile or behind it; nil if none does in the tile.
  /// One that began before the window belongs to somebody else.
  private func firstBlock(
    in tile: borrowing Tile, from offset: UInt64
  ) -> (start: UInt64, byteCount: UInt64)? {
    let preceding = tile.precedingByteCount + (offset - tile.offset)
    let (quotient, remainder) = preceding.quotientAndRemainder(dividingBy: blockByteCount)
    guard let number = list.selection.next(from: quotient + (remainder > 0 ? 1 : 0)) else {
      return nil
    }
    let (start, overflow) = number.multipliedReportingOverflow(by: blockByteCount)
    let end = list.selection.byteCount
    guard !overflow, start < end, start - preceding < tile.endOffset - offset else { return nil }
    return (offset + (start - preceding), min(blockByteCount, end - start))
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
    let left = currentByteCount - (offset - currentStart)
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
      guard next.current != nil else { return }
      (current, currentStart) = (next.current, next.currentStart)
      currentByteCount = next.currentByteCount
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
  ///   - selection: Which blocks are wanted; the others cost nothing.
  /// - Precondition: A block has at least one byte.
  public func makeBlockAnalyzer(
    byteCount: UInt64, of selection: BlockSelection = .all
  ) -> any Analyzer<BlockDigestList> {
    func make<Function: Analyzer<Digest>>(_ function: Function) -> any Analyzer<BlockDigestList> {
      BlockDigests(function, self, blockByteCount: byteCount, selection)
    }
    return make(makeAnalyzer())
  }
}

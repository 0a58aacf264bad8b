import Checksums
import ScanEngine
import TestSupport
import Testing

@Suite struct BlockDigestsTests {
  @Test(arguments: ChecksumAlgorithm.allCases, [1, 7, 16, 40, 41, 64] as [UInt64])
  func obeysTheLaw(algorithm: ChecksumAlgorithm, blockByteCount: UInt64) throws {
    try checkLaw(algorithm.makeBlockAnalyzer(byteCount: blockByteCount), randomBytes(40, seed: 11))
  }

  @Test(arguments: ChecksumAlgorithm.allCases, [64, 100, 300] as [UInt64])
  func obeysTheLawOnALongerInput(algorithm: ChecksumAlgorithm, blockByteCount: UInt64) throws {
    try checkLaw(
      algorithm.makeBlockAnalyzer(byteCount: blockByteCount), randomBytes(300, seed: 12))
  }

  private func checkLaw<A: Analyzer>(_ analyzer: A, _ input: [UInt8]) throws
  where A.Output: Equatable {
    func open<Part: MergeableAnalyzer>(_ part: Part) throws where Part.Output == A.Output {
      try checkEveryMerge(part, input)
    }
    let mergeable = try #require(analyzer as? any MergeableAnalyzer<A.Output>)
    try open(mergeable)
  }

  /// Each block is an input of its own.
  @Test(arguments: ChecksumAlgorithm.allCases, [0, 1, 1024, 1025, 5000])
  func areThoseOfTheBlocks(algorithm: ChecksumAlgorithm, length: Int) throws {
    let input = randomBytes(length, seed: 13)
    let list = try whole(algorithm.makeBlockAnalyzer(byteCount: 1024), input)
    let blocks = stride(from: 0, to: length, by: 1024).map {
      Array(input[$0..<min(length, $0 + 1024)])
    }
    #expect(list.count == blocks.count)
    for (index, block) in blocks.enumerated() {
      let digest = try whole(algorithm.makeAnalyzer(), block)
      #expect(list[index] == digest)
      #expect(list.isEqual(UInt64(index), to: digest))
      #expect(!list.isEqual(UInt64(index + blocks.count), to: digest))
    }
  }

  private static let selections: [[UInt64]] = [
    [], [0], [5], [41], [.max], [2, 3, 4, 9], [9, 2, 2, 3], [0, 13, 12], [UInt64.max / 2, 1],
  ]

  /// As if the input ended there.
  @Test(
    arguments: [[0, 1, 5], [2], []] as [[UInt64]], [0, 1, 13, 14, 39, 40, 41, .max] as [UInt64])
  func blocksMayEndBeforeTheInputDoes(numbers: [UInt64], byteCount: UInt64) throws {
    let input = randomBytes(40, seed: 15)
    func analyzer(_ selection: BlockSelection) -> any Analyzer<BlockDigestList> {
      ChecksumAlgorithm.sha256.makeBlockAnalyzer(byteCount: 7, of: selection)
    }
    let selection = BlockSelection(numbers, inFirst: byteCount)
    try checkLaw(analyzer(selection), input)
    let cut = Array(input.prefix(Int(clamping: byteCount)))
    #expect(
      try whole(analyzer(selection), input).bytes
        == whole(analyzer(BlockSelection(numbers)), cut).bytes)
  }

  /// However the input is cut.
  @Test(arguments: selections, [1, 3, 7] as [UInt64])
  func onlyThoseThatAreWantedAreThere(numbers: [UInt64], blockByteCount: UInt64) throws {
    let input = randomBytes(40, seed: 14)
    let selection = BlockSelection(numbers)
    func analyzer() -> any Analyzer<BlockDigestList> {
      ChecksumAlgorithm.sha256.makeBlockAnalyzer(byteCount: blockByteCount, of: selection)
    }
    try checkLaw(analyzer(), input)
    let some = try whole(analyzer(), input)
    let all = try whole(
      ChecksumAlgorithm.sha256.makeBlockAnalyzer(byteCount: blockByteCount), input)
    let wanted = Set(numbers).filter { $0 < all.count }
    #expect(some.count == wanted.count)
    for number in 0..<all.count {
      #expect(
        some.isEqual(UInt64(number), to: all[number]) == wanted.contains(UInt64(number)),
        "\(number)")
    }
  }
}

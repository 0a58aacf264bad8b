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
      #expect(list.isEqual(index, to: digest))
      #expect(!list.isEqual(index + blocks.count, to: digest))
    }
  }
}

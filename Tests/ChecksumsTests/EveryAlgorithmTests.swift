import Checksums
import ScanEngine
import TestSupport
import Testing

@Suite struct EveryAlgorithmTests {
  /// Long enough for every path of XXH3, whose blocks have 1024 bytes.
  @Test(arguments: ChecksumAlgorithm.allCases, [0, 1, 2, 40, 2100])
  func obeysTheLaw(algorithm: ChecksumAlgorithm, length: Int) throws {
    try checkEveryCut(algorithm.makeAnalyzer(), randomBytes(length, seed: 5))
  }

  @Test(arguments: ChecksumAlgorithm.allCases)
  func aCopyGoesItsOwnWay(algorithm: ChecksumAlgorithm) throws {
    let bytes = randomBytes(3000, seed: 6)
    let fresh = algorithm.makeAnalyzer()
    let snapshot = try feed(fresh, bytes, window: 0..<1500)
    let straight = try feed(snapshot, bytes, window: 1500..<3000)
    let sidetracked = try feed(snapshot, bytes, window: 1..<1000)

    #expect(try fresh.finalize() == whole(fresh, []))
    #expect(try snapshot.finalize() == whole(algorithm.makeAnalyzer(), Array(bytes[..<1500])))
    #expect(try straight.finalize() == whole(algorithm.makeAnalyzer(), bytes))
    let other = Array(bytes[..<1500] + bytes[1..<1000])
    #expect(try sidetracked.finalize() == whole(algorithm.makeAnalyzer(), other))
  }

  @Test(arguments: ChecksumAlgorithm.allCases)
  func copiesGoOnInParallel(algorithm: ChecksumAlgorithm) async throws {
    let bytes = randomBytes(3000, seed: 7)
    let snapshot = try feed(algorithm.makeAnalyzer(), bytes, window: 0..<1500)
    let expected = try whole(algorithm.makeAnalyzer(), bytes)
    try await withThrowingTaskGroup(of: Digest.self) { group in
      for index in 0..<8 {
        group.addTask {
          try feed(snapshot, bytes, window: 1500..<3000, cuts: [2000 + index]).finalize()
        }
      }
      for try await digest in group { #expect(digest == expected) }
    }
  }

  @Test(arguments: ChecksumAlgorithm.allCases, [false, true])
  func readsNothingOutsideTheTile(algorithm: ChecksumAlgorithm, atEnd: Bool) throws {
    for length in Array(1...600) + [1024, 4096, 5000] {
      let bytes = randomBytes(length, seed: UInt64(length))
      let memory = GuardedMemory(byteCount: length, atEnd: atEnd)
      memory.fill(bytes)
      var analyzer = algorithm.makeAnalyzer()
      try update(&analyzer, memory, 0..<length)
      #expect(try analyzer.finalize() == whole(algorithm.makeAnalyzer(), bytes))
    }
  }

  @Test(arguments: ChecksumAlgorithm.allCases)
  func tellsInputsApart(algorithm: ChecksumAlgorithm) throws {
    let bytes = randomBytes(1000, seed: 8)
    let digest = try whole(algorithm.makeAnalyzer(), bytes)
    for index in [0, 1, 499, 998, 999] {
      var changed = bytes
      changed[index] ^= 1
      #expect(try whole(algorithm.makeAnalyzer(), changed) != digest)
    }
    // A sum of bytes cannot tell zeros.
    let more = algorithm == .sysv ? 1 as UInt8 : 0
    #expect(try whole(algorithm.makeAnalyzer(), bytes + [more]) != digest)
  }
}

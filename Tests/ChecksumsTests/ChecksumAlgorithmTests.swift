import Checksums
import ScanEngine
import TestSupport
import Testing

@Suite struct ChecksumAlgorithmTests {
  @Test(arguments: [
    ("crc32", ChecksumAlgorithm.crc32), ("CRC-32", .crc32), ("crc32b", .crc32), ("CRC_32", .crc32),
    ("CRC32C", .crc32c), ("crc-32c", .crc32c), ("Crc_32C", .crc32c),
    ("crc64", .crc64), ("CRC-64", .crc64), ("CRC-64/XZ", .crc64), ("crc64-xz", .crc64),
    ("xxh64", .xxh64), ("XXH64", .xxh64), ("XXH-64", .xxh64),
    ("xxh3", .xxh3), ("XXH3-64", .xxh3), ("xxh3_64", .xxh3),
    ("xxh128", .xxh128), ("XXH128", .xxh128), ("xxh3-128", .xxh128), ("XXH3_128", .xxh128),
    ("md5", .md5), ("MD-5", .md5), ("sha1", .sha1), ("SHA-1", .sha1),
    ("sha256", .sha256), ("SHA-256", .sha256), ("sha_256", .sha256), ("SHA2-256", .sha256),
    ("xxh32", .xxh32), ("XXH-32", .xxh32), ("cksum", .cksum), ("crc", .cksum), ("CRC", .cksum),
    ("sha384", .sha384), ("SHA-384", .sha384), ("sha512", .sha512), ("SHA-512", .sha512),
    ("sha224", .sha224), ("SHA-224", .sha224), ("sm3", .sm3), ("SM3", .sm3), ("sysv", .sysv),
    ("BSD", .bsd), ("blake2b", .blake2b()), ("BLAKE2b", .blake2b()), ("blake2b-512", .blake2b()),
    ("BLAKE2b-256", .blake2b(byteCount: 32)), ("blake2b_8", .blake2b(byteCount: 1)),
  ])
  func knowsTheSpelling(name: String, algorithm: ChecksumAlgorithm) {
    #expect(ChecksumAlgorithm(named: name) == algorithm)
  }

  /// SHA-512/256 is another digest than SHA-512.
  @Test(arguments: [
    "", " ", "-", "xxh", "sum", "sha", "sha2", "sha-3", "sha512-256",
    "sha512/256", "sha-25-6", "s-h-a256", "sha256 ", "md5\0", "md", "64", "blake2",
    "blake2b-", "blake2b-0", "blake2b-7", "blake2b-520", "blake2b-08", "blake2b-+8", "blake2b--8",
    "blake2b256", "blake2b-99999999999999999999",
  ])
  func knowsNoOtherName(name: String) {
    #expect(ChecksumAlgorithm(named: name) == nil)
  }

  @Test(arguments: ChecksumAlgorithm.allCases)
  func findsItsOwnNames(algorithm: ChecksumAlgorithm) {
    #expect(ChecksumAlgorithm(named: algorithm.name) == algorithm)
    #expect(ChecksumAlgorithm(named: algorithm.displayName) == algorithm)
  }

  @Test func displaysTheNamesOfTaggedLines() {
    #expect(
      ChecksumAlgorithm.allCases.map(\.displayName) == [
        "CRC32", "CRC32C", "CRC64", "XXH64", "XXH3", "XXH128", "MD5", "SHA1", "SHA256", "SHA384",
        "SHA512", "BLAKE3", "XXH32", "CRC", "SYSV", "BSD", "SHA224", "SM3", "BLAKE2b",
      ])
    #expect(ChecksumAlgorithm.blake2b(byteCount: 20).displayName == "BLAKE2b-160")
    #expect(ChecksumAlgorithm.blake2b(byteCount: 20).name == "blake2b-160")
  }

  @Test(arguments: ChecksumAlgorithm.allCases)
  func makesAnAnalyzerOfItsKind(algorithm: ChecksumAlgorithm) throws {
    let digest = try whole(algorithm.makeAnalyzer(), [1, 2, 3])
    #expect(digest.algorithm == algorithm)
    #expect(digest.bytes.count == algorithm.digestByteCount)
    #expect(digest.hex.utf8.count == 2 * algorithm.digestByteCount)
  }

  @Test(arguments: ChecksumAlgorithm.allCases)
  func onlyCRCsSumsAndTreesAreMergeable(algorithm: ChecksumAlgorithm) {
    let isMergeable = algorithm.makeAnalyzer() is any MergeableAnalyzer
    #expect(isMergeable == [.crc32, .crc32c, .crc64, .blake3, .cksum, .sysv].contains(algorithm))
  }

  /// The planner lets cheap sequential analyzers ride with others: the order is what it goes by.
  @Test func saysWhichAnalyzersAreCheap() {
    func throughput(_ algorithm: ChecksumAlgorithm) -> Double {
      algorithm.makeAnalyzer().throughput
    }
    #expect(throughput(.xxh3) > throughput(.xxh64))
    #expect(throughput(.xxh64) > throughput(.sha256))
    #expect(throughput(.sha256) > throughput(.md5))
    #expect(throughput(.crc32) > throughput(.xxh64))
  }
}

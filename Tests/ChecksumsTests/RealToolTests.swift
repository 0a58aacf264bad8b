import Checksums
import SystemPackage
import TestSupport
import Testing

/// Our digests against those of the tools people use.
@Suite struct RealToolTests {
  /// Lengths around the blocks and the special cases of all the algorithms.
  private static let byteCounts = [
    0, 1, 3, 4, 8, 9, 16, 17, 55, 56, 63, 64, 65, 111, 112, 128, 129, 240, 241, 1024, 1025, 65_537,
    1 << 20 + 3,
  ]

  /// What a shell command prints of a file, its `$1`.
  private func output(of command: String, for bytes: [UInt8]) throws -> String {
    let directory = try TemporaryDirectory()
    let program = try Program.shell(command, [directory.file(bytes).string])
    try #require(program.status == 0, "\(command): \(program.errorText)")
    return program.text
  }

  private func agrees(
    _ algorithm: ChecksumAlgorithm, _ command: String, byteCounts: [Int] = byteCounts
  ) throws {
    for byteCount in byteCounts {
      let bytes = randomBytes(byteCount, seed: UInt64(byteCount))
      let printed = try output(of: command, for: bytes)
      let words = printed.split { $0.isWhitespace }.map {
        $0.hasPrefix("XXH3_") ? $0.dropFirst("XXH3_".count) : $0
      }
      let digits = 2 * algorithm.digestByteCount
      let expected = try #require(
        words.first { $0.utf8.count == digits && $0.allSatisfy(\.isHexDigit) }, "\(printed)")
      #expect(try whole(algorithm.makeAnalyzer(), bytes).hex == expected, "\(byteCount) bytes")
    }
  }

  @Test(
    .enabled(if: Program.succeeds("sha512sum --version"), "needs coreutils"),
    arguments: [ChecksumAlgorithm.md5, .sha1, .sha256, .sha384, .sha512])
  func agreesWithCoreutils(algorithm: ChecksumAlgorithm) throws {
    try agrees(algorithm, "\(algorithm.rawValue)sum < \"$1\"")
  }

  @Test(
    .enabled(if: Program.succeeds("cksum -a crc32b"), "needs coreutils 9.6"))
  func agreesWithCksum() throws {
    for byteCount in Self.byteCounts {
      let bytes = randomBytes(byteCount, seed: UInt64(byteCount))
      let printed = try output(of: "cksum -a crc32b < \"$1\"", for: bytes)
      let expected = try #require(printed.split(separator: " ").first.flatMap { UInt32($0) })
      #expect(try whole(CRC32(), bytes).hex == hex(expected), "\(byteCount) bytes")
    }
  }

  @Test(
    .enabled(if: Program.succeeds("xxhsum -H3"), "needs xxhsum"),
    arguments: [(ChecksumAlgorithm.xxh64, 1), (.xxh128, 2), (.xxh3, 3)])
  func agreesWithXXHSum(algorithm: ChecksumAlgorithm, option: Int) throws {
    try agrees(algorithm, "xxhsum -H\(option) < \"$1\"")
  }

  @Test(
    .enabled(if: Program.succeeds("rhash --crc32c /dev/null"), "needs rhash"),
    arguments: [ChecksumAlgorithm.crc32, .crc32c])
  func agreesWithRHash(algorithm: ChecksumAlgorithm) throws {
    try agrees(algorithm, "rhash --simple --\(algorithm.rawValue) - < \"$1\"")
  }

  /// A block of xz carries the CRC-64 of its content. One thread makes one block; an empty file has
  /// none.
  @Test(.enabled(if: Program.succeeds("xz --version"), "needs xz"))
  func agreesWithXZ() throws {
    try agrees(
      .crc64,
      """
      xz -0 --threads=1 --check=crc64 --stdout "$1" > "$1.xz" && xz --robot --list -vv "$1.xz"
      code=$?
      rm -f "$1.xz"
      exit $code
      """,
      byteCounts: Array(Self.byteCounts.dropFirst()))
  }
}

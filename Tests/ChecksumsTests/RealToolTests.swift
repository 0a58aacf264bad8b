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
    arguments: [ChecksumAlgorithm.md5, .sha1, .sha224, .sha256, .sha384, .sha512])
  func agreesWithCoreutils(algorithm: ChecksumAlgorithm) throws {
    try agrees(algorithm, "\(algorithm.name)sum < \"$1\"")
  }

  @Test(
    .enabled(if: Program.succeeds("b2sum --version"), "needs coreutils"),
    arguments: [8, 16, 104, 160, 256, 384, 504, 512])
  func agreesWithB2Sum(bitCount: Int) throws {
    let algorithm = try #require(ChecksumAlgorithm(blake2bBitCount: bitCount))
    try agrees(algorithm, "b2sum --length \(bitCount) < \"$1\"")
  }

  @Test(.enabled(if: Program.succeeds("cksum -a sm3 </dev/null"), "needs coreutils 9.0"))
  func agreesWithTheSM3OfCksum() throws {
    try agrees(.sm3, "cksum -a sm3 --untagged < \"$1\"")
  }

  @Test(
    .enabled(if: Program.succeeds("sum </dev/null"), "needs coreutils"),
    arguments: [(ChecksumAlgorithm.sysv, "-s"), (.bsd, "-r")])
  func agreesWithSum(algorithm: ChecksumAlgorithm, option: String) throws {
    for byteCount in Self.byteCounts + [65_535, 65_536, 1 << 24] {
      let bytes = randomBytes(byteCount, seed: UInt64(byteCount))
      let printed = try output(of: "sum \(option) < \"$1\"", for: bytes)
      let expected = try #require(printed.split(separator: " ").first.flatMap { UInt16($0) })
      #expect(try whole(algorithm.makeAnalyzer(), bytes).hex == hex(expected), "\(byteCount) bytes")
    }
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

  @Test(.enabled(if: Program.succeeds("cksum </dev/null"), "needs coreutils"))
  func agreesWithTheCksumOfPOSIX() throws {
    for byteCount in Self.byteCounts + [255, 256, 65_535, 65_536, 1 << 24] {
      let bytes = randomBytes(byteCount, seed: UInt64(byteCount))
      let printed = try output(of: "cksum < \"$1\"", for: bytes)
      let expected = try #require(printed.split(separator: " ").first.flatMap { UInt32($0) })
      #expect(try whole(CKSum(), bytes).hex == hex(expected), "\(byteCount) bytes")
    }
  }

  @Test(
    .enabled(if: Program.succeeds("xxhsum -H3"), "needs xxhsum"),
    arguments: [(ChecksumAlgorithm.xxh32, 0), (.xxh64, 1), (.xxh128, 2), (.xxh3, 3)])
  func agreesWithXXHSum(algorithm: ChecksumAlgorithm, option: Int) throws {
    try agrees(algorithm, "xxhsum -H\(option) < \"$1\"")
  }

  @Test(
    .enabled(if: Program.succeeds("rhash --crc32c /dev/null"), "needs rhash"),
    arguments: [ChecksumAlgorithm.crc32, .crc32c])
  func agreesWithRHash(algorithm: ChecksumAlgorithm) throws {
    try agrees(algorithm, "rhash --simple --\(algorithm.name) - < \"$1\"")
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

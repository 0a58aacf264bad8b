public import ScanEngine

/// The checksum and hash algorithms of this library.
public enum ChecksumAlgorithm: Hashable, Sendable {
  /// See ``CRC32``.
  case crc32
  /// See ``CRC32C``.
  case crc32c
  /// See ``CRC64``.
  case crc64
  /// See ``XXH64``.
  case xxh64
  /// XXH3 with 64 bits; see ``XXH3``.
  case xxh3
  /// XXH3 with 128 bits; see ``XXH128``.
  case xxh128
  /// See ``MD5``.
  case md5
  /// See ``SHA1``.
  case sha1
  /// See ``SHA256``.
  case sha256
  /// See ``SHA384``.
  case sha384
  /// See ``SHA512``.
  case sha512
  /// See ``BLAKE3``.
  case blake3
  /// See ``XXH32``.
  case xxh32
  /// The CRC of POSIX, with the length of the input in it; see ``CKSum``.
  case cksum
  /// See ``SysVSum``.
  case sysv
  /// See ``BSDSum``.
  case bsd
  /// See ``SHA224``.
  case sha224
  /// See ``SM3``.
  case sm3
  /// See ``BLAKE2b``. Digests of different lengths are those of different algorithms.
  case blake2b(byteCount: Int = 64)

  /// Finds an algorithm by any spelling in common use, such as `SHA-256`, `sha256` or `sha_256`.
  ///
  /// Case does not matter and an underscore is as good as a hyphen. `blake2b-256` is BLAKE2b with a digest of 256 bits.
  /// Nil if nothing has that name.
  public init?(named name: String) {
    let spelling = String(name.lowercased().map { $0 == "_" ? "-" : $0 })
    if let found = Self.allCases.first(where: { $0.spellings.contains(spelling) }) {
      self = found
    } else {
      let prefix = "blake2b-"
      guard spelling.hasPrefix(prefix), let bitCount = Int(spelling.dropFirst(prefix.count)),
        spelling == "\(prefix)\(bitCount)"
      else { return nil }
      self.init(blake2bBitCount: bitCount)
    }
  }

  /// BLAKE2b with a digest of so many bits; nil unless they are a multiple of 8 from 8 to 512.
  public init?(blake2bBitCount bitCount: Int) {
    guard bitCount % 8 == 0, (8...512).contains(bitCount) else { return nil }
    self = .blake2b(byteCount: bitCount / 8)
  }

  /// Whether it is BLAKE2b, of any length.
  public var isBLAKE2b: Bool { if case .blake2b = self { true } else { false } }

  /// Every accepted spelling, in lower case and with hyphens.
  private var spellings: [String] {
    switch self {
    // cksum says crc32b, since its plain `crc` is the other CRC-32, that of POSIX.
    case .crc32: ["crc32", "crc-32", "crc32b"]
    case .crc32c: ["crc32c", "crc-32c"]
    case .crc64: ["crc64", "crc-64", "crc64-xz", "crc-64-xz", "crc-64/xz"]
    case .xxh64: ["xxh64", "xxh-64"]
    case .xxh3: ["xxh3", "xxh3-64"]
    case .xxh128: ["xxh128", "xxh-128", "xxh3-128"]
    case .md5: ["md5", "md-5"]
    case .sha1: ["sha1", "sha-1"]
    case .sha256: ["sha256", "sha-256", "sha2-256"]
    case .sha384: ["sha384", "sha-384", "sha2-384"]
    case .sha512: ["sha512", "sha-512", "sha2-512"]
    case .blake3: ["blake3", "blake-3", "b3"]
    case .xxh32: ["xxh32", "xxh-32"]
    case .cksum: ["cksum", "crc"]
    case .sysv: ["sysv"]
    case .bsd: ["bsd"]
    case .sha224: ["sha224", "sha-224", "sha2-224"]
    case .sm3: ["sm3", "sm-3"]
    case .blake2b: ["blake2b"]
    }
  }

  /// The name in lower case, fit for scripts and files: `sha256`, and `blake2b-256` for a digest that is shorter than
  /// usual.
  public var name: String {
    guard case .blake2b(let byteCount) = self else { return spellings[0] }
    return byteCount == 64 ? "blake2b" : "blake2b-\(8 * byteCount)"
  }

  /// The name that tagged output lines carry, such as `SHA256` in `SHA256 (file) = …`.
  public var displayName: String {
    switch self {
    case .cksum: "CRC"
    case .blake2b: "BLAKE2b" + name.dropFirst("blake2b".count)
    default: name.uppercased()
    }
  }

  /// Number of bytes in a digest.
  public var digestByteCount: Int {
    switch self {
    case .sysv, .bsd: 2
    case .crc32, .crc32c, .xxh32, .cksum: 4
    case .crc64, .xxh64, .xxh3: 8
    case .xxh128, .md5: 16
    case .sha1: 20
    case .sha224: 28
    case .sha256, .sm3, .blake3: 32
    case .sha384: 48
    case .sha512: 64
    case .blake2b(let byteCount): byteCount
    }
  }

  /// A fresh analyzer. It is a `MergeableAnalyzer` where the algorithm allows it: for the CRCs, the sum of
  /// System V and BLAKE3.
  public func makeAnalyzer() -> any Analyzer<Digest> {
    switch self {
    case .crc32: CRC32()
    case .crc32c: CRC32C()
    case .crc64: CRC64()
    case .xxh64: XXH64()
    case .xxh3: XXH3()
    case .xxh128: XXH128()
    case .md5: MD5()
    case .sha1: SHA1()
    case .sha256: SHA256()
    case .sha384: SHA384()
    case .sha512: SHA512()
    case .blake3: BLAKE3()
    case .xxh32: XXH32()
    case .cksum: CKSum()
    case .sysv: SysVSum()
    case .bsd: BSDSum()
    case .sha224: SHA224()
    case .sm3: SM3()
    case .blake2b(let byteCount): BLAKE2b(digestByteCount: byteCount)
    }
  }
}

extension ChecksumAlgorithm: CaseIterable {
  /// Every algorithm, BLAKE2b with its usual length.
  public static let allCases: [ChecksumAlgorithm] = [
    .crc32, .crc32c, .crc64, .xxh64, .xxh3, .xxh128, .md5, .sha1, .sha256, .sha384, .sha512,
    .blake3,
    .xxh32, .cksum, .sysv, .bsd, .sha224, .sm3, .blake2b(),
  ]
}

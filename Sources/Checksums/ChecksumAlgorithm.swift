public import ScanEngine

/// The checksum and hash algorithms of this library.
///
/// The raw value is the name in lower case without hyphen, fit for scripts and files.
public enum ChecksumAlgorithm: String, CaseIterable, Sendable {
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

  /// Finds an algorithm by any spelling in common use, such as `SHA-256`, `sha256` or `sha_256`.
  ///
  /// Case does not matter and an underscore is as good as a hyphen. Nil if nothing has that name.
  public init?(named name: String) {
    let spelling = String(name.lowercased().map { $0 == "_" ? "-" : $0 })
    guard let found = Self.allCases.first(where: { $0.spellings.contains(spelling) }) else {
      return nil
    }
    self = found
  }

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
    }
  }

  /// The name that tagged output lines carry, such as `SHA256` in `SHA256 (file) = …`.
  public var displayName: String { rawValue.uppercased() }

  /// Number of bytes in a digest.
  public var digestByteCount: Int {
    switch self {
    case .crc32, .crc32c: 4
    case .crc64, .xxh64, .xxh3: 8
    case .xxh128, .md5: 16
    case .sha1: 20
    case .sha256, .blake3: 32
    case .sha384: 48
    case .sha512: 64
    }
  }

  /// A fresh analyzer. It is a `MergeableAnalyzer` where the algorithm allows it: for the CRCs and BLAKE3.
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
    }
  }
}

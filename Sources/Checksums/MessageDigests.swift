public import Crypto
public import ScanEngine

/// A cryptographic hash function that this library has a name for; those of swift-crypto have all that is asked for here.
public protocol MessageDigestFunction: Sendable {
  static var algorithm: ChecksumAlgorithm { get }
  /// Gigabytes a second; see `Analyzer.throughput`.
  static var throughput: Double { get }

  /// Makes the hash of an empty input.
  init()
  /// Takes the next bytes, and keeps no pointer to them.
  mutating func update(bufferPointer: UnsafeRawBufferPointer)
  /// The digest of the bytes so far.
  var digestBytes: [UInt8] { get }
}

extension HashFunction where Self: MessageDigestFunction {
  public var digestBytes: [UInt8] { Array(finalize()) }
}

/// Computes a cryptographic hash, byte after byte: no part can be computed apart.
public struct MessageDigest<Function: MessageDigestFunction>: Analyzer {
  private var function = Function()

  /// Makes the hash of an empty input.
  public init() {}

  public var throughput: Double { Function.throughput }
  public var takesLinesEarly: Bool { true }

  public mutating func update(_ tile: borrowing Tile) {
    // SAFETY: the function reads the bytes during the call and keeps no pointer.
    unsafe tile.bytes.withUnsafeBytes { unsafe function.update(bufferPointer: $0) }
  }

  public consuming func finalize() -> Digest {
    Digest(algorithm: Function.algorithm, bytes: function.digestBytes)
  }
}

/// MD5, for comparison with old lists: anybody can make two inputs with one digest. Source: RFC 1321.
public typealias MD5 = MessageDigest<Insecure.MD5>

/// SHA-1, for comparison with old lists: inputs with one digest have been made. Source: FIPS 180-4.
public typealias SHA1 = MessageDigest<Insecure.SHA1>

/// SHA-256. Source: FIPS 180-4.
public typealias SHA256 = MessageDigest<Crypto.SHA256>

/// SHA-384. Source: FIPS 180-4.
public typealias SHA384 = MessageDigest<Crypto.SHA384>

/// SHA-512. Source: FIPS 180-4.
public typealias SHA512 = MessageDigest<Crypto.SHA512>

extension Insecure.MD5: MessageDigestFunction {
  public static var algorithm: ChecksumAlgorithm { .md5 }
  public static var throughput: Double { 0.7 }
}

extension Insecure.SHA1: MessageDigestFunction {
  public static var algorithm: ChecksumAlgorithm { .sha1 }
  public static var throughput: Double { 1.3 }
}

extension Crypto.SHA256: MessageDigestFunction {
  public static var algorithm: ChecksumAlgorithm { .sha256 }
  public static var throughput: Double { 1.3 }
}

extension Crypto.SHA384: MessageDigestFunction {
  public static var algorithm: ChecksumAlgorithm { .sha384 }
  public static var throughput: Double { 0.5 }
}

extension Crypto.SHA512: MessageDigestFunction {
  public static var algorithm: ChecksumAlgorithm { .sha512 }
  public static var throughput: Double { 0.5 }
}

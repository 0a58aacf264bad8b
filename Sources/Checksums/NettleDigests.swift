import CNettle

/// SHA-224. Source: FIPS 180-4.
public typealias SHA224 = MessageDigest<NettleSHA224>

/// SM3, the hash function of the Chinese standard GB/T 32905-2016. Source: draft-sca-cfrg-sm3-02.
public typealias SM3 = MessageDigest<NettleSM3>

/// SHA-224 of Nettle. The corresponding C functions are `sha224_update` and `sha224_digest`.
public struct NettleSHA224: MessageDigestFunction {
  public static var algorithm: ChecksumAlgorithm { .sha224 }
  public static var throughput: Double { 1.7 }

  private var context = sha256_ctx()

  public init() {
    // SAFETY: the function writes the context.
    unsafe nettle_sha224_init(&context)
  }

  public mutating func update(bufferPointer bytes: UnsafeRawBufferPointer) {
    // SAFETY: the function reads `count` bytes from `base` during the call, and changes the context.
    guard let base = unsafe bytes.assumingMemoryBound(to: UInt8.self).baseAddress else { return }
    unsafe nettle_sha256_update(&context, bytes.count, base)
  }

  public var digestBytes: [UInt8] {
    var (context, digest) = (context, [UInt8](repeating: 0, count: Int(SHA224_DIGEST_SIZE)))
    // SAFETY: the function writes as many bytes as the digest has room for.
    unsafe nettle_sha224_digest(&context, digest.count, &digest)
    return digest
  }
}

/// SM3 of Nettle. The corresponding C functions are `sm3_update` and `sm3_digest`.
public struct NettleSM3: MessageDigestFunction {
  public static var algorithm: ChecksumAlgorithm { .sm3 }
  public static var throughput: Double { 0.5 }

  private var context = sm3_ctx()

  public init() {
    // SAFETY: the function writes the context.
    unsafe nettle_sm3_init(&context)
  }

  public mutating func update(bufferPointer bytes: UnsafeRawBufferPointer) {
    // SAFETY: the function reads `count` bytes from `base` during the call, and changes the context.
    guard let base = unsafe bytes.assumingMemoryBound(to: UInt8.self).baseAddress else { return }
    unsafe nettle_sm3_update(&context, bytes.count, base)
  }

  public var digestBytes: [UInt8] {
    var (context, digest) = (context, [UInt8](repeating: 0, count: Int(SM3_DIGEST_SIZE)))
    // SAFETY: the function writes as many bytes as the digest has room for.
    unsafe nettle_sm3_digest(&context, digest.count, &digest)
    return digest
  }
}

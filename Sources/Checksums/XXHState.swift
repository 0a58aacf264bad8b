import CXXHash

/// Progress of one xxHash computation, with value semantics.
///
/// The header of xxHash forbids to hold a state inline in a program that links to the library
/// dynamically, since its layout may change, and demands an alignment of 64 bytes. So a state lives
/// where the library allocates it, and copies of this value share it until one takes more bytes.
struct XXHState: Sendable {
  /// Which hash the state is for. The two widths of XXH3 have the same type of state.
  enum Variant {
    case xxh32
    case xxh64
    case xxh3
    case xxh128
  }

  private var storage: Storage

  /// Makes the state of an empty input. The seed is 0.
  init(_ variant: Variant) {
    storage = Storage(variant)
    storage.reset()
  }

  mutating func update(_ bytes: RawSpan) {
    if !isKnownUniquelyReferenced(&storage) { storage = storage.copy() }
    storage.update(bytes)
  }

  /// The hash of the bytes so far.
  var digest: Digest { storage.digest }
}

/// Owns a state that the library allocated.
///
/// Sendable because nobody changes it but ``XXHState``, and only when it holds the only reference.
@safe private final class Storage: @unchecked Sendable {
  private let variant: XXHState.Variant
  // SAFETY: points to a live state of the type that the variant asks for, until `deinit`.
  private let state: OpaquePointer

  init(_ variant: XXHState.Variant) {
    self.variant = variant
    let allocated =
      switch variant {
      case .xxh32: unsafe XXH32_createState()
      case .xxh64: unsafe XXH64_createState()
      case .xxh3, .xxh128: unsafe XXH3_createState()
      }
    guard let allocated = unsafe allocated else { fatalError("out of memory") }
    unsafe state = allocated
  }

  deinit {
    switch variant {
    case .xxh32: unsafe XXH32_freeState(state)
    case .xxh64: unsafe XXH64_freeState(state)
    case .xxh3, .xxh128: unsafe XXH3_freeState(state)
    }
  }

  func reset() {
    let code =
      switch variant {
      case .xxh32: unsafe XXH32_reset(state, 0)
      case .xxh64: unsafe XXH64_reset(state, 0)
      case .xxh3: unsafe XXH3_64bits_reset(state)
      case .xxh128: unsafe XXH3_128bits_reset(state)
      }
    precondition(code == XXH_OK)
  }

  func copy() -> Storage {
    let copied = Storage(variant)
    switch variant {
    case .xxh32: unsafe XXH32_copyState(copied.state, state)
    case .xxh64: unsafe XXH64_copyState(copied.state, state)
    case .xxh3, .xxh128: unsafe XXH3_copyState(copied.state, state)
    }
    return copied
  }

  func update(_ bytes: RawSpan) {
    unsafe bytes.withUnsafeBytes { buffer in
      // The library calls a null pointer an error, however few bytes it is to have.
      guard let base = buffer.baseAddress else { return }
      let code =
        switch variant {
        case .xxh32: unsafe XXH32_update(state, base, buffer.count)
        case .xxh64: unsafe XXH64_update(state, base, buffer.count)
        case .xxh3: unsafe updateXXH3(state, base, buffer.count)
        case .xxh128: unsafe updateXXH128(state, base, buffer.count)
        }
      precondition(code == XXH_OK)
    }
  }

  var digest: Digest {
    switch variant {
    case .xxh32:
      return Digest(algorithm: .xxh32, words: unsafe XXH32_digest(state))
    case .xxh64:
      return Digest(algorithm: .xxh64, words: unsafe XXH64_digest(state))
    case .xxh3:
      return Digest(algorithm: .xxh3, words: unsafe XXH3_64bits_digest(state))
    case .xxh128:
      let hash = unsafe XXH3_128bits_digest(state)
      return Digest(algorithm: .xxh128, words: hash.high64, hash.low64)
    }
  }
}

// On x86-64 the plain functions run SSE2 code; these choose AVX2 or AVX-512 at run time and are
// more than twice as fast. Elsewhere the plain functions are the best there are.
#if arch(x86_64)
  private let updateXXH3 = unsafe XXH3_64bits_update_dispatch
  private let updateXXH128 = unsafe XXH3_128bits_update_dispatch
#else
  private let updateXXH3 = unsafe XXH3_64bits_update
  private let updateXXH128 = unsafe XXH3_128bits_update
#endif

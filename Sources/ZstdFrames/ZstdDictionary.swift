import CZstd

/// A dictionary for decoding, prepared once and shared by all who decode.
///
/// The corresponding C type is `ZSTD_DDict`.
@safe public final class ZstdDictionary: @unchecked Sendable {
  // SAFETY: nothing changes after `init`; libzstd lets any number of threads use one.
  let prepared: OpaquePointer
  /// What frames call it (RFC 8878, section 5); nil for bytes without the form of a dictionary, which are
  /// taken as content that came before.
  public let id: UInt32?

  /// Prepares a dictionary.
  ///
  /// - Returns: nil if the bytes begin as a dictionary does, but are none.
  public init?(_ bytes: [UInt8]) {
    let created = unsafe bytes.withUnsafeBytes { unsafe ZSTD_createDDict($0.baseAddress, $0.count) }
    guard let created = unsafe created else { return nil }
    unsafe prepared = created
    let id = unsafe ZSTD_getDictID_fromDDict(created)
    self.id = id == 0 ? nil : id
  }

  deinit { _ = unsafe ZSTD_freeDDict(prepared) }
}

/// What decoding may use, and how far it may go.
public struct DecodingSettings: Sendable {
  /// The largest window that a frame may ask for, in bytes. 128 MiB, as with zstd.
  public var windowByteCountLimit: UInt64 = 128 << 20
  /// The dictionaries that frames may need.
  public var dictionaries: [ZstdDictionary] = []
  /// How many bytes of content may come out; nil for a limit that grows with what was read, which no
  /// file reaches that was not made to: 1 TiB, and a hundred times the compressed bytes.
  public var contentByteCountLimit: UInt64?

  public init() {}

  /// The exponents of two that a window limit can have.
  public static var windowLogs: ClosedRange<Int> { 10...31 }

  /// The smallest exponent that allows a window; nil if libzstd cannot decode with one that large.
  public static func windowLog(for byteCount: UInt64) -> Int? {
    windowLogs.first { UInt64(1) << $0 >= byteCount }
  }

  /// How many bytes of content may have come out when `compressedByteCount` bytes have gone in.
  public func contentLimit(afterReading compressedByteCount: UInt64) -> UInt64 {
    if let contentByteCountLimit { return contentByteCountLimit }
    let (product, overflow) = compressedByteCount.multipliedReportingOverflow(by: 100)
    return overflow ? .max : product.addingReportingOverflow(1 << 40).partialValue
  }

  /// The dictionary for a frame; nil if it needs none.
  ///
  /// A frame that names none may have been made with one all the same: as with zstd it is decoded with
  /// the one that was given, if there is just one.
  func dictionary(for header: FrameHeader) throws(DecodingError) -> ZstdDictionary? {
    guard let id = header.dictionaryID else {
      return dictionaries.count == 1 ? dictionaries[0] : nil
    }
    guard let match = dictionaries.first(where: { $0.id == id }) else {
      throw .dictionaryRequired(id: id)
    }
    return match
  }
}

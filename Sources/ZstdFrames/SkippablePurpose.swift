extension Frame.Purpose {
  /// How many of its last bytes tell what a skippable frame is.
  static let byteCount: UInt64 = 9

  static let seekTableMagic: UInt32 = 0x184D_2A5E
  private static let footerMagic: UInt32 = 0x8F92_EAB1
  private static let frameSizeMagic: UInt32 = 0x184D_2A50

  /// - Parameter lastBytes: The last nine bytes of its content, or all if there are fewer.
  init?(_ magicNumber: UInt32, _ contentByteCount: UInt32, lastBytes: FieldBytes) {
    if magicNumber == Self.frameSizeMagic, contentByteCount == 4, lastBytes.count == 4 {
      self = .frameSize(byteCount: lastBytes.word(at: 0))
      return
    }
    guard magicNumber == Self.seekTableMagic, lastBytes.count == 9,
      lastBytes.word(at: 5) == Self.footerMagic, lastBytes[4] & 0x7C == 0
    else { return nil }
    let entryByteCount: UInt64 = lastBytes[4] & 0x80 == 0 ? 8 : 12
    let frameCount = lastBytes.word(at: 0)
    guard UInt64(frameCount) * entryByteCount + Self.byteCount == UInt64(contentByteCount) else {
      return nil
    }
    self = .seekTable(frameCount: frameCount)
  }
}

extension Frame.Purpose: CustomStringConvertible {
  public var description: String {
    switch self {
    case .seekTable(let frameCount): "a seek table of \(frameCount) frames"
    case .frameSize(let byteCount): "the size of the next frame, \(byteCount)"
    }
  }
}

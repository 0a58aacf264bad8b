/// What the headers of all frames say together: what `zstd -l` tells of a file.
public struct ArchiveSummary: Equatable, Sendable {
  /// How a walk over headers ended.
  public enum Ending: Equatable, Sendable {
    case complete
    /// It does not begin as a frame does, or what follows a frame does not; the clause says more, if there is
    /// more to say.
    case noZstd(String?)
    /// A frame ends behind the end of the input: at `position`.
    case truncated(position: UInt64)
    /// A frame cannot be followed; why not.
    case damaged(String)
  }

  public var ending = Ending.complete
  public var zstdFrameCount: UInt64 = 0
  public var skippableFrameCount: UInt64 = 0
  /// Size of the input.
  public var byteCount: UInt64 = 0
  /// Size of the content by the frames' headers, also of the last one if it is damaged.
  public var contentByteCount: UInt64 = 0
  /// Whether a frame does not say how much content it has.
  public var isContentUnknown = false
  /// Whether a frame has a checksum.
  public var hasChecksum = false
  /// The last checksum.
  public var checksum: UInt32?
  /// What the last zstd frame asks a decoder for.
  public var windowByteCount: UInt64 = 0
  public var dictionaryID: UInt32 = 0

  public init() {}
}

extension ArchiveSummary {
  private static let shortestFrame = 6
  private static let windowLimit: UInt64 = 1 << 31

  /// Goes over the headers of an input, as `zstd -l` does.
  ///
  /// - Parameter settings: With which frames are decoded whose header does not say how much content they
  ///   have; nil if they are not.
  public init(of input: CarvingInput, decoding settings: DecodingSettings?) throws(CarvingStop) {
    self.init()
    let examiner = settings.map { FrameExaminer(input, $0) }
    var offset: UInt64 = 0
    while ending == .complete {
      let count = try ArchiveSummary.available(at: offset, input)
      if count == 0, offset > 0, offset == input.byteCount { break }
      guard count >= Self.shortestFrame else {
        // A skip may have led behind the end.
        ending =
          offset > input.byteCount
          ? .truncated(position: offset)
          : .noZstd("reached end of file with incomplete frame")
        break
      }
      try take(&offset, input, examiner)
    }
    byteCount = input.byteCount
  }

  /// How many bytes there are, up to the length of the longest header.
  private static func available(at offset: UInt64, _ input: CarvingInput) throws(CarvingStop) -> Int
  {
    for count in [18, 14, 8, 7, 6] where try input.field(at: offset, byteCount: count) != nil {
      return count
    }
    return try input.field(at: offset, byteCount: 1) == nil ? 0 : 1
  }

  private mutating func take(
    _ offset: inout UInt64, _ input: CarvingInput, _ examiner: FrameExaminer?
  ) throws(CarvingStop) {
    let magic = try input.field(at: offset, byteCount: MagicNumber.byteCount)!
    switch MagicNumber(magic.word(at: 0)) {
    case .zstd: try takeFrame(&offset, input, examiner)
    case .skippable:
      // What is missing of the size counts as zeros.
      var size: UInt64 = 0
      for place in (4..<8).reversed() {
        let byte = try input.field(at: offset + UInt64(place), byteCount: 1)
        size = size << 8 | UInt64(byte?[0] ?? 0)
      }
      skippableFrameCount += 1
      offset += 8 + size
      if offset > input.byteCount { ending = .truncated(position: offset) }
    case .legacy, .unknown: ending = .noZstd(nil)
    }
  }

  private mutating func takeFrame(
    _ offset: inout UInt64, _ input: CarvingInput, _ examiner: FrameExaminer?
  ) throws(CarvingStop) {
    let start = offset
    let descriptor = FrameHeader.Descriptor(
      try input.field(at: start, byteCount: MagicNumber.byteCount + 1)![MagicNumber.byteCount])
    guard !descriptor.hasReservedBit,
      let field = try input.field(at: start, byteCount: descriptor.headerByteCount),
      case let header = FrameHeader(field),
      header.isSingleSegment || header.windowByteCount <= Self.windowLimit
    else {
      isContentUnknown = true
      ending = .damaged("could not decode frame header")
      return
    }
    if let content = header.contentByteCount {
      contentByteCount &+= content
    } else if let examiner {
      let found = try examiner.examine(
        at: start, limit: input.byteCount, tellsDamage: false, isExpected: true)
      if case .whole = found.result {
        contentByteCount += found.contentByteCount
      } else {
        isContentUnknown = true
      }
    } else {
      isContentUnknown = true
    }
    windowByteCount = header.windowByteCount
    dictionaryID = header.dictionaryID ?? 0
    offset += UInt64(header.byteCount)
    while true {
      guard
        let bits = try input.field(at: offset, byteCount: 3, isFar: true)?.number(
          at: 0, byteCount: 3)
      else {
        ending = .damaged("Error while reading block header")
        return
      }
      let kind = bits >> 1 & 3
      guard kind < 3 else {
        ending = .damaged("unsupported block type")
        return
      }
      offset += 3 + (kind == 1 ? 1 : bits >> 3)
      if bits & 1 != 0 { break }
    }
    if header.hasChecksum {
      hasChecksum = true
      guard let stored = try input.field(at: offset, byteCount: 4, isFar: true) else {
        ending = .damaged("could not read checksum")
        return
      }
      checksum = stored.word(at: 0)
      offset += 4
    }
    zstdFrameCount += 1
    if offset > input.byteCount { ending = .truncated(position: offset) }
  }
}

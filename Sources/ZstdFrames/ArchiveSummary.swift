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
  /// Size of the content by the frames' headers, also of the last one if it is damaged; modulo 2^64, since headers
  /// may say anything.
  public var contentByteCount: UInt64 = 0
  /// Whether a frame does not say how much content it has.
  public var isContentUnknown = false
  /// Whether a frame has a checksum.
  public var hasChecksum = false
  /// The last checksum.
  public var checksum: UInt32?
  /// What the last zstd frame asks a decoder for.
  public var windowByteCount: UInt64 = 0
  /// Where the seek table, or a header of pzstd, does not agree with the frames, so that it was not used; nil
  /// if there is none, or all agree.
  public var disagreement: UInt64?
  public var dictionaryID: UInt32 = 0

  public init() {}
}

extension ArchiveSummary {
  private static let shortestFrame = 6
  /// Windows from here on are too large for libzstd, which looks at the exponent alone.
  private static let windowLimit: UInt64 = 1 << 32
  /// What libzstd takes for sizes that are not known, and from here on.
  private static let unknownSize = UInt64.max - 1

  /// Goes over the headers of an input, as `zstd -l` does.
  ///
  /// A file that ends with a seek table is gone over from frame to frame, and frames that pzstd announces are
  /// passed over as a whole; in others every block header is looked at.
  ///
  /// - Parameter settings: With which frames are decoded whose header does not say how much content they
  ///   have; nil if they are not.
  public init(of input: CarvingInput, decoding settings: DecodingSettings?) throws(CarvingStop) {
    self.init()
    try read(input, decoding: settings)
  }

  /// The same, of a fresh value: if it cannot go on, what it has found up to there is kept.
  public mutating func read(
    _ input: CarvingInput, decoding settings: DecodingSettings?
  ) throws(CarvingStop) {
    let examiner = settings.map { FrameExaminer(input, $0) }
    if let table = try SeekTable(atEndOf: input), try take(table, input, usesSizes: settings != nil)
    {
      byteCount = input.byteCount - input.start
      return
    }
    var offset = input.start
    while ending == .complete {
      byteCount = offset - input.start
      let count = try ArchiveSummary.available(at: offset, input)
      if count == 0, offset > input.start, offset == input.byteCount { break }
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
    byteCount = input.byteCount - input.start
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

  /// Goes from frame to frame by a seek table.
  ///
  /// - Parameter usesSizes: Whether the table's word is taken for what frames do not declare.
  /// - Returns: Whether table and frames agree; if not, nothing was taken.
  private mutating func take(
    _ table: SeekTable, _ input: CarvingInput, usesSizes: Bool
  ) throws(CarvingStop) -> Bool {
    var found = ArchiveSummary()
    var offset = input.start
    var isGood = true
    try table.forEach(input, prefetchesHeaders: true) { entry throws(CarvingStop) in
      isGood = try found.take(entry, at: offset, input, usesSizes: usesSizes)
      guard isGood else { return false }
      offset += entry.byteCount
      return offset <= table.frameOffset
    }
    // A table that lists itself, or all but skippable frames, is left to the walk.
    guard isGood, offset == table.frameOffset else {
      disagreement = offset
      return false
    }
    found.skippableFrameCount += 1
    // There is no saying where a checksum stands without looking for it, and it matters only if there is one.
    guard found.zstdFrameCount > 1 else { return false }
    self = found
    return true
  }

  /// - Returns: Whether the frame there may be what an entry of a seek table says.
  private mutating func take(
    _ entry: SeekTable.Entry, at offset: UInt64, _ input: CarvingInput, usesSizes: Bool
  ) throws(CarvingStop) -> Bool {
    guard let head = try input.field(at: offset, byteCount: 5, isFar: true) else { return false }
    switch MagicNumber(head.word(at: 0)) {
    case .skippable:
      guard let whole = try input.field(at: offset, byteCount: 8, isFar: true),
        entry == SeekTable.Entry(byteCount: UInt64(whole.word(at: 4)) + 8, contentByteCount: 0)
      else { return false }
      skippableFrameCount += 1
      return true
    case .legacy, .unknown: return false
    case .zstd: break
    }
    let descriptor = FrameHeader.Descriptor(head[MagicNumber.byteCount])
    guard !descriptor.hasReservedBit,
      let field = try input.field(
        at: offset, byteCount: descriptor.headerByteCount, isFar: true),
      entry.byteCount > UInt64(descriptor.headerByteCount)
    else { return false }
    let header = FrameHeader(field)
    guard header.isSingleSegment || header.windowByteCount < Self.windowLimit,
      header.contentByteCount == nil || header.contentByteCount == entry.contentByteCount
    else { return false }
    zstdFrameCount += 1
    if header.contentByteCount != nil || usesSizes {
      contentByteCount &+= entry.contentByteCount
    } else {
      isContentUnknown = true
    }
    hasChecksum = hasChecksum || header.hasChecksum
    windowByteCount = header.windowByteCount
    dictionaryID = header.dictionaryID ?? 0
    return true
  }

  /// Where the frame ends by what pzstd wrote before it, if another frame or nothing follows there.
  private func announcedEnd(
    of start: UInt64, _ header: FrameHeader, _ input: CarvingInput
  ) throws(CarvingStop) -> UInt64? {
    guard start >= input.start + 12, let before = try input.field(at: start - 12, byteCount: 12),
      case .frameSize(let byteCount)? = Frame.Purpose(
        before.word(at: 0), before.word(at: 4), lastBytes: before.suffix(from: 8))
    else { return nil }
    let end = start + UInt64(byteCount)
    guard UInt64(byteCount) > UInt64(header.byteCount) + (header.hasChecksum ? 4 : 0),
      end <= input.byteCount
    else { return nil }
    if end == input.byteCount { return end }
    guard let next = try input.field(at: end, byteCount: MagicNumber.byteCount, isFar: true),
      MagicSearch.isMagic(next.word(at: 0))
    else { return nil }
    return end
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
      header.isSingleSegment || header.windowByteCount < Self.windowLimit
    else {
      isContentUnknown = true
      ending = .damaged("could not decode frame header")
      return
    }
    if let content = header.contentByteCount, content < Self.unknownSize {
      contentByteCount &+= content
    } else if let examiner {
      let found = try examiner.examine(
        at: start, limit: input.byteCount, tellsDamage: false, isExpected: true)
      if case .whole = found.result {
        contentByteCount &+= found.contentByteCount
      } else {
        isContentUnknown = true
      }
    } else {
      isContentUnknown = true
    }
    windowByteCount = header.windowByteCount
    dictionaryID = header.dictionaryID ?? 0
    if let end = try announcedEnd(of: start, header, input) {
      offset = end - (header.hasChecksum ? 4 : 0)
    } else {
      offset += UInt64(header.byteCount)
      guard try passBlocks(&offset, input) else { return }
    }
    if header.hasChecksum {
      hasChecksum = true
      guard let stored = try input.field(at: offset, byteCount: 4, isFar: true) else {
        // Those bytes of it that are there take the place of those of the one before.
        var bytes = checksum ?? 0
        for place in 0..<3 {
          let byte = try input.field(at: offset + UInt64(place), byteCount: 1)
          guard let byte else { break }
          bytes = bytes & ~(0xFF << UInt32(8 * place)) | UInt32(byte[0]) << UInt32(8 * place)
        }
        checksum = bytes
        ending = .damaged("could not read checksum")
        return
      }
      checksum = stored.word(at: 0)
      offset += 4
    }
    zstdFrameCount += 1
    if offset > input.byteCount { ending = .truncated(position: offset) }
  }

  /// - Returns: Whether the last block was passed.
  private mutating func passBlocks(
    _ offset: inout UInt64, _ input: CarvingInput
  ) throws(CarvingStop) -> Bool {
    input.walksForward = true
    defer { input.walksForward = false }
    while true {
      guard
        let bits = try input.field(at: offset, byteCount: 3, isFar: true)?.number(
          at: 0, byteCount: 3)
      else {
        ending = .damaged("Error while reading block header")
        return false
      }
      let kind = bits >> 1 & 3
      guard kind < 3 else {
        ending = .damaged("unsupported block type")
        return false
      }
      offset += 3 + (kind == 1 ? 1 : bits >> 3)
      if bits & 1 != 0 { return true }
    }
  }
}

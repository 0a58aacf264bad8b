import ScanEngine

/// What a candidate turned out to be.
struct ExaminedFrame {
  /// What was found.
  enum Result {
    /// Nothing.
    case none
    /// It decodes to its end.
    case whole
    /// Its blocks lead to an end, but it could not be decoded.
    case undecoded(DecodingError)
    /// It begins as a frame does; a block at `goodEnd` is bad.
    case damaged(CarvedFrame.Damage, goodEnd: UInt64)
  }

  var result = Result.none
  /// Why it is no frame, or not whole.
  var reason: CarvedFrame.Damage?
  /// Where the last compressed block ends that decoded, or else the header: what comes behind it may belong
  /// to other frames.
  var soundEnd: UInt64 = 0
  /// Where it ends; a damaged one with its first bad block.
  var endOffset: UInt64 = 0
  var kind = Frame.Kind.skippable(magicNumber: 0, contentByteCount: 0)
  var contentByteCount: UInt64 = 0
  /// What it took to find out, in about as many bytes read.
  var cost: UInt64 = 0

  var isConfirmed: Bool {
    switch result {
    case .whole, .undecoded: true
    case .none, .damaged: false
    }
  }
}

/// Finds out whether a zstd frame begins at some place: by its header, the headers of its first blocks, and
/// then by decoding it block by block, in memory that does not grow with it.
@safe final class FrameExaminer {
  /// Blocks whose headers are looked at before anything is decoded.
  private static let headersFirst = 8
  private static let outputByteCount = 256 << 10

  private let input: CarvingInput
  private let settings: DecodingSettings
  private var decoder: FrameDecoder
  private let output: UnsafeMutableRawBufferPointer
  // Of the frame that is being decoded.
  private var compressed: UInt64 = 0
  private var content: UInt64 = 0
  private var isEnded = false
  private var good = GoodPart()
  private var soundEnd: UInt64 = 0
  /// Is told how many compressed bytes were decoded, block by block.
  var onDecoded: ((UInt64) -> Void)?
  /// Is shown the content, piece by piece.
  var onContent: ((UnsafeRawBufferPointer) -> Void)?

  /// What of a frame decodes.
  private struct GoodPart {
    var endOffset: UInt64 = 0
    var blocks = BlockCounts()
    /// Whether that does not happen by chance.
    var isCredible = false

    mutating func append(_ block: CarvedBlock, of chain: BlockChain) {
      guard !block.isIdle else { return }
      // One short block that is not compressed means nothing, unless the frame ends with it: it "decodes"
      // whatever is in it.
      isCredible =
        blocks.total > 0 || block.kind == .compressed || block.isLast
        || block.size == chain.header.blockByteCountLimit
      (endOffset, blocks) = (chain.offset, chain.blocks)
    }
  }

  init(_ input: CarvingInput, _ settings: DecodingSettings) {
    self.input = input
    self.settings = settings
    decoder = FrameDecoder(settings)
    unsafe output = .allocate(byteCount: Self.outputByteCount, alignment: 64)
  }

  deinit { unsafe output.deallocate() }

  /// Looks at one candidate.
  ///
  /// - Parameters:
  ///   - offset: Where the magic number starts.
  ///   - limit: The frame must end at or before it, or else there is none.
  ///   - tellsDamage: Whether a frame that begins well and goes on badly is something.
  ///   - isExpected: Whether there should be a frame, so that nothing has to speak for it.
  func examine(
    at offset: UInt64, limit: UInt64, tellsDamage: Bool, isExpected: Bool = false
  ) throws(CarvingStop) -> ExaminedFrame {
    var found = ExaminedFrame()
    found.soundEnd = offset + UInt64(MagicNumber.byteCount)
    let header: FrameHeader
    switch try self.header(at: offset) {
    case .success(let read): header = read
    case .failure(let damage):
      found.reason = damage
      return found
    }
    let jumps = input.jumpCount
    var chain = BlockChain(
      header, from: offset + UInt64(header.byteCount), limit: limit, allowsIdle: isExpected)
    soundEnd = chain.offset
    var isWorthIt = isExpected
    if !isExpected { isWorthIt = try beginsWell(chain, &found, mayBreak: tellsDamage) }
    if isWorthIt {
      do throws(BrokenChain) {
        try decode(from: offset, &chain, &found)
      } catch {
        try end(error, chain, &found, tellsDamage: tellsDamage)
      }
      found.soundEnd = soundEnd
    }
    found.cost += (input.jumpCount - jumps) * CarvingInput.jumpCost
    return found
  }

  /// The header of a frame that should begin somewhere; nil if there is none.
  func readHeader(at offset: UInt64) throws(CarvingStop) -> FrameHeader? {
    if case .success(let header) = try header(at: offset) { header } else { nil }
  }

  private func header(
    at offset: UInt64
  ) throws(CarvingStop) -> Result<FrameHeader, CarvedFrame.Damage> {
    guard let start = try input.field(at: offset, byteCount: MagicNumber.byteCount + 1) else {
      return .failure(.decoding(.truncated))
    }
    let descriptor = FrameHeader.Descriptor(start[MagicNumber.byteCount])
    guard !descriptor.hasReservedBit else {
      return .failure(.defect(.reservedBit(offset: offset + UInt64(MagicNumber.byteCount))))
    }
    guard let whole = try input.field(at: offset, byteCount: descriptor.headerByteCount) else {
      return .failure(.decoding(.truncated))
    }
    return .success(FrameHeader(whole))
  }

  /// Whether the headers of the first blocks are as they should be.
  ///
  /// - Parameter mayBreak: Whether the first one suffices.
  private func beginsWell(
    _ first: BlockChain, _ found: inout ExaminedFrame, mayBreak: Bool
  ) throws(CarvingStop) -> Bool {
    var chain = first
    for number in 0..<Self.headersFirst {
      found.cost += 64
      do throws(BrokenChain) {
        if try chain.next(input).isLast {
          _ = try chain.checksum(input)
          return true
        }
      } catch {
        if case .stop(let stop) = error { throw stop }
        return mayBreak && number > 0
      }
    }
    return true
  }

  // MARK: Decoding

  /// Decodes the whole frame.
  private func decode(
    from offset: UInt64, _ chain: inout BlockChain, _ found: inout ExaminedFrame
  ) throws(BrokenChain) {
    (compressed, content, isEnded) = (0, 0, false)
    good = GoodPart(endOffset: chain.offset)
    if let error = begin(chain.header) { return try walk(&chain, &found, insteadOf: error) }
    found.endOffset = chain.offset
    if let error = try feed(offset..<chain.offset) {
      guard error.isLimit else { throw .damage(.decoding(error)) }
      return try walk(&chain, &found, insteadOf: error)
    }
    while !chain.isAtEnd {
      let block = try chain.next(input)
      found.endOffset = block.endOffset
      found.cost += 64 + (block.endOffset - block.offset)
      let before = content
      if let error = try feed(block.offset..<block.endOffset) {
        if error.isLimit { return try walk(&chain, &found, insteadOf: error) }
        // libzstd compares sizes, but calls all of it corruption.
        if chain.isAtEnd, let declared = chain.header.contentByteCount,
          !(chain.leastContent...chain.mostContent).contains(declared)
        {
          throw .damage(.decoding(.contentSizeMismatch(declared: declared)))
        }
        throw .damage(.decoding(error))
      }
      found.cost += (content - before) / 4
      good.append(block, of: chain)
      if block.kind == .compressed { soundEnd = chain.offset }
    }
    let checksum = try chain.checksum(input)
    if let checksum {
      found.endOffset = chain.offset + 4
      if let error = try feed(chain.offset..<chain.offset + 4) {
        switch error {
        case .checksumMismatch: throw .damage(.decoding(.checksumMismatch(stored: checksum)))
        default: throw .damage(.decoding(error))
        }
      }
    }
    guard isEnded else { throw .damage(.decoding(.corrupt(reason: "it does not end"))) }
    if let declared = chain.header.contentByteCount, declared != content {
      throw .damage(.decoding(.contentSizeMismatch(declared: declared)))
    }
    // Nothing but the end would speak for it, and zeros are everywhere.
    if checksum == nil, chain.header.contentByteCount == nil, chain.idleCount > 0,
      !chain.allowsIdle
    {
      return
    }
    found.result = .whole
    found.contentByteCount = content
    found.kind = .zstd(chain.header, blocks: chain.blocks, checksum: checksum)
  }

  private func begin(_ header: FrameHeader) -> DecodingError? {
    do throws(DecodingError) { try decoder.begin(header) } catch { return error }
    return nil
  }

  /// Decodes bytes of the frame.
  ///
  /// - Returns: What is wrong with them.
  private func feed(_ range: Range<UInt64>) throws(BrokenChain) -> DecodingError? {
    var failure: DecodingError?
    do throws(CarvingStop) {
      try input.withPieces(of: range) { piece in
        unsafe piece.withUnsafeBytes { bytes in
          do throws(DecodingError) { unsafe try decode(bytes) } catch { failure = error }
        }
        return failure == nil
      }
    } catch { throw .stop(error) }
    return failure
  }

  private func decode(_ bytes: UnsafeRawBufferPointer) throws(DecodingError) {
    var used = 0
    while !isEnded {
      let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[used...])
      let step = unsafe try decoder.decode(rest, into: output)
      used += step.consumed
      compressed += UInt64(step.consumed)
      onDecoded?(UInt64(step.consumed))
      content += UInt64(step.produced)
      unsafe onContent?(UnsafeRawBufferPointer(rebasing: output[..<step.produced]))
      isEnded = step.isEnd
      let limit = settings.contentLimit(afterReading: compressed)
      guard content <= limit else { throw .contentTooLarge(limit: limit) }
      let isFull = unsafe step.produced == output.count
      if used == bytes.count, !isFull { return }
    }
    // Its last block, or its checksum, is all that is handed in.
    guard used == bytes.count else {
      throw .corrupt(reason: "it ends before its last block does")
    }
  }

  /// Goes on to the end by block headers alone, where decoding is impossible.
  private func walk(
    _ chain: inout BlockChain, _ found: inout ExaminedFrame, insteadOf error: DecodingError
  ) throws(BrokenChain) {
    while !chain.isAtEnd {
      _ = try chain.next(input)
      found.cost += 64
    }
    let checksum = try chain.checksum(input)
    // Two blocks whose headers fit together do not happen, nor one that gives just what was declared.
    found.reason = .decoding(error)
    let declared = chain.header.contentByteCount
    let fits = declared.map { (chain.leastContent...chain.mostContent).contains($0) }
    guard chain.allowsIdle || fits ?? (chain.blocks.total - chain.idleCount > 1) else { return }
    found.result = .undecoded(error)
    found.endOffset = chain.offset + (checksum == nil ? 0 : 4)
    found.contentByteCount = 0
    found.kind = .zstd(chain.header, blocks: chain.blocks, checksum: checksum)
  }

  // MARK: Damage

  /// Ends with what came in the way.
  private func end(
    _ reason: BrokenChain, _ chain: BlockChain, _ found: inout ExaminedFrame, tellsDamage: Bool
  ) throws(CarvingStop) {
    let damage: CarvedFrame.Damage
    switch reason {
    case .stop(let stop): throw stop
    case .damage(let known): damage = known
    case .leaves:
      damage = .decoding(.truncated)
      found.endOffset = chain.limit
    }
    found.reason = damage
    found.contentByteCount = content
    guard tellsDamage, good.isCredible else { return }
    // It owns what is good, and pays for the rest; but a long content in few bytes is no reason not to look
    // at what follows.
    found.cost = min(content / 4, 1 << 20) + (found.endOffset - good.endOffset) + 4096
    found.result = .damaged(damage, goodEnd: good.endOffset)
    found.endOffset = max(found.endOffset, good.endOffset)
    found.kind = .zstd(chain.header, blocks: good.blocks, checksum: nil)
  }
}

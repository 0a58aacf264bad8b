/// Finds out which magic numbers of a file begin frames, in ascending order.
///
/// A frame owns the bytes it lies in. What begins inside of one is told as nested in it if it is a frame
/// itself; where it leaves a frame that is not sure, both are told. A damaged frame owns nothing from its first
/// bad block on, so that the next one is found.
///
/// What is tried in vain, and what lies in other frames, may cost about as much as reading the file four times:
/// what exceeds that is not looked at, and counted in ``unexaminedCount``. Memory does not grow with the file
/// nor with its frames, but with the windows that the frames ask for, up to
/// ``DecodingSettings/windowByteCountLimit``.
public final class FrameCarver {
  private let input: CarvingInput
  private let examiner: FrameExaminer
  private let report: (CarvedFrame) throws(CarvingStop) -> Void

  /// Frames that the place lies in, from the outside to the inside, and in front of them the whole file.
  private var owners = [Owner(offset: 0, endOffset: .max, isSure: false)]
  /// What was looked at before it was its turn: what begins where a frame ends.
  private var ahead: [(question: Question, frame: ExaminedFrame)] = []
  /// One for each depth of owners.
  private var chains = Array(repeating: SkippableChain(), count: depthLimit + 1)
  /// The magic number that is, or was last, looked at.
  public private(set) var offset: UInt64
  private var credit: Int64 = 64 << 20

  /// How many magic numbers were not looked at, because too many before them led nowhere, or because they lie in
  /// too many others.
  public private(set) var unexaminedCount: UInt64 = 0

  /// How many frames may lie in one another.
  public static let depthLimit = 4
  /// Skippable frames that may lie between one and the frame that makes it credible.
  static let chainLimit = 4096
  /// The largest skippable frame that is told without a neighbour, in bytes of its content.
  public static let isolatedByteCount: UInt32 = 64 << 10

  /// What the answer depends on, which differs by what the candidate lies in.
  private struct Question: Equatable {
    var offset: UInt64
    var limit: UInt64
    var tellsDamage: Bool
  }

  private struct Owner {
    var offset: UInt64
    var endOffset: UInt64
    /// Whether what overlaps it cannot be a frame.
    var isSure: Bool
    /// Whether nothing but a few bytes speaks for it, so that it hides nothing.
    var isDoubtful = false
    /// Where the last confirmed frame in it ends.
    var lastEnd: UInt64?
  }

  /// - Parameters:
  ///   - input: The file.
  ///   - settings: How far decoding may go.
  ///   - report: Takes the frames, by ascending offset.
  public init(
    _ input: CarvingInput, _ settings: DecodingSettings,
    report: @escaping (CarvedFrame) throws(CarvingStop) -> Void
  ) {
    self.input = input
    offset = input.start
    self.report = report
    examiner = FrameExaminer(input, settings)
  }

  /// Looks at the next magic numbers.
  ///
  /// - Parameter places: As ``MagicScan`` lists them. All of them lie behind those of the calls before.
  public func take(_ places: MagicPlaces) throws(CarvingStop) {
    for offset in places {
      let (earned, overflow) = Int64(clamping: offset - self.offset)
        .multipliedReportingOverflow(by: 4)
      credit = overflow ? .max : credit.addingReportingOverflow(earned).partialValue
      self.offset = offset
      try take(offset)
    }
  }

  private func take(_ offset: UInt64) throws(CarvingStop) {
    while owners.last!.endOffset <= offset { owners.removeLast() }
    guard let field = try input.field(at: offset, byteCount: MagicNumber.byteCount) else { return }
    guard credit >= 0, owners.count <= Self.depthLimit else {
      unexaminedCount += 1
      return
    }
    switch MagicNumber(field.word(at: 0)) {
    case .zstd: try takeZstd(offset)
    case .skippable: try takeSkippable(offset)
    // The file has changed, which the scan will find out.
    case .legacy, .unknown: return
    }
  }

  private var isInside: Bool { owners.count > 1 }

  /// Whether damage is told of what begins here. In a frame it is as it should be.
  private var tellsDamage: Bool { owners.dropFirst().allSatisfy(\.isDoubtful) }

  private func question(_ offset: UInt64) -> Question {
    Question(offset: offset, limit: limit, tellsDamage: tellsDamage)
  }

  /// Where frames that begin here must end.
  private var limit: UInt64 {
    min(input.byteCount, owners.last { $0.isSure }?.endOffset ?? .max)
  }

  // MARK: Zstandard frames

  private func takeZstd(_ offset: UInt64) throws(CarvingStop) {
    let examined = try examine(offset)
    if !ahead.isEmpty { ahead.removeAll { $0.question.offset <= offset } }
    var frame = CarvedFrame(
      offset: offset, byteCount: examined.endOffset - min(offset, examined.endOffset),
      kind: examined.kind, contentByteCount: examined.contentByteCount, confidence: .low,
      relation: relation(endingAt: examined.endOffset))
    switch examined.result {
    case .none: return
    case .damaged(let damage, let goodEnd):
      frame.confidence = .damaged
      frame.damage = damage
      try report(frame)
      own(Owner(offset: offset, endOffset: goodEnd, isSure: false))
      return
    case .undecoded(let error):
      frame.damage = .decoding(error)
      frame.contentByteCount = nil
    case .whole:
      frame.confidence = try confidence(of: frame)
    }
    try report(frame)
    own(
      Owner(offset: offset, endOffset: frame.endOffset, isSure: frame.confidence != .low),
      isConfirmed: true)
  }

  private func confidence(of frame: CarvedFrame) throws(CarvingStop) -> CarvedFrame.Confidence {
    guard case .zstd(let header, _, let checksum) = frame.kind else { return .low }
    if checksum != nil { return .certain }
    if header.contentByteCount != nil || owners.last!.lastEnd == frame.offset { return .high }
    return try beginsFrame(frame.endOffset) ? .high : .low
  }

  /// Whether a frame begins where one ends.
  private func beginsFrame(_ offset: UInt64) throws(CarvingStop) -> Bool {
    guard offset + 4 <= limit,
      let field = try input.field(at: offset, byteCount: MagicNumber.byteCount, isFar: true)
    else { return false }
    switch MagicNumber(field.word(at: 0)) {
    case .zstd: return try examine(offset).isConfirmed
    case .skippable: return try skippable(at: offset, isFar: true) != nil
    case .legacy, .unknown: return false
    }
  }

  /// Looks at a candidate, once.
  private func examine(_ offset: UInt64) throws(CarvingStop) -> ExaminedFrame {
    let question = question(offset)
    if let known = ahead.first(where: { $0.question == question }) { return known.frame }
    let found = try examiner.examine(
      at: offset, limit: question.limit, tellsDamage: question.tellsDamage)
    switch found.result {
    case .whole where !isInside, .undecoded where !isInside: break
    default: credit -= Int64(clamping: found.cost)
    }
    // It will be asked for again only if it is not its turn yet.
    guard offset > self.offset else { return found }
    if ahead.count == 16 { ahead.removeFirst() }
    ahead.append((question, found))
    return found
  }

  // MARK: Skippable frames

  private func takeSkippable(_ offset: UInt64) throws(CarvingStop) {
    guard let found = try skippable(at: offset, isFar: false) else { return }
    let content = found.contentByteCount
    var frame = CarvedFrame(
      offset: offset, byteCount: 8 + UInt64(content),
      kind: .skippable(magicNumber: found.magicNumber, contentByteCount: content),
      contentByteCount: UInt64(content), confidence: .low,
      relation: relation(endingAt: offset + 8 + UInt64(content)))
    if try isSeekTable(frame) {
      (frame.confidence, frame.purpose) = (.high, .seekTable)
    } else if owners.last!.lastEnd == offset {
      frame.confidence = .high
    }
    if frame.confidence == .low, try leadsToFrame(from: offset, frame.endOffset) {
      frame.confidence = .high
    }
    guard frame.confidence == .high || content <= Self.isolatedByteCount else { return }
    if frame.purpose == nil, try isFrameSize(frame) { frame.purpose = .frameSize }
    // Its bytes are told again, and extracted again.
    if frame.relation != .separate { credit -= Int64(clamping: frame.byteCount) }
    try report(frame)
    own(
      Owner(
        offset: offset, endOffset: frame.endOffset, isSure: false,
        isDoubtful: frame.confidence == .low),
      isConfirmed: frame.confidence == .high)
  }

  /// The skippable frame whose magic number stands at some place; nil if it is too long.
  private func skippable(
    at offset: UInt64, isFar: Bool
  ) throws(CarvingStop) -> (magicNumber: UInt32, contentByteCount: UInt32)? {
    guard let field = try input.field(at: offset, byteCount: 8, isFar: isFar) else { return nil }
    let content = field.word(at: 4)
    guard MagicNumber(field.word(at: 0)) == .skippable, offset + 8 + UInt64(content) <= limit
    else { return nil }
    return (field.word(at: 0), content)
  }

  /// Whether its content has the form of a seek table (zstd, contrib/seekable_format, version 0.1.0).
  private func isSeekTable(_ frame: CarvedFrame) throws(CarvingStop) -> Bool {
    guard case .skippable(0x184D_2A5E, let content) = frame.kind, content >= 9,
      let footer = try input.field(at: frame.endOffset - 9, byteCount: 9, isFar: true),
      footer.word(at: 5) == 0x8F92_EAB1, footer[4] & 0x7C == 0
    else { return false }
    let entryByteCount: UInt64 = footer[4] & 0x80 == 0 ? 8 : 12
    return UInt64(footer.word(at: 0)) * entryByteCount + 9 == UInt64(content)
  }

  /// Whether it tells the size of the frame behind it, as pzstd writes it.
  private func isFrameSize(_ frame: CarvedFrame) throws(CarvingStop) -> Bool {
    guard case .skippable(0x184D_2A50, 4) = frame.kind,
      let field = try input.field(at: frame.offset + 8, byteCount: 4),
      try beginsFrame(frame.endOffset)
    else { return false }
    let question = question(frame.endOffset)
    let next = ahead.first { $0.question == question }
    return next?.frame.endOffset == frame.endOffset + UInt64(field.word(at: 0))
  }

  /// Whether skippable frames lead from one to a confirmed frame, each right behind the one before.
  private func leadsToFrame(from offset: UInt64, _ end: UInt64) throws(CarvingStop) -> Bool {
    var chain = chains[owners.count]
    defer { chains[owners.count] = chain }
    if !chain.continues(at: offset, limit: limit) { chain = SkippableChain(end, limit: limit) }
    chain.nextOffset = end
    while chain.hopCount < Self.chainLimit, !chain.isOver, credit >= 0 {
      let jumps = input.jumpCount
      if let next = try skippable(at: chain.endOffset, isFar: true) {
        chain.endOffset += 8 + UInt64(next.contentByteCount)
        chain.hopCount += 1
      } else {
        chain.isOver = true
        chain.leadsToFrame = try beginsFrame(chain.endOffset)
      }
      credit -= 16 + Int64((input.jumpCount - jumps) * CarvingInput.jumpCost)
    }
    return chain.leadsToFrame
  }

  // MARK: Who lies in whom

  private func relation(endingAt end: UInt64) -> CarvedFrame.Relation {
    guard isInside, let owner = owners.last else { return .separate }
    return end <= owner.endOffset ? .nested(in: owner.offset) : .overlapping(owner.offset)
  }

  private func own(_ owner: Owner, isConfirmed: Bool = false) {
    owners.removeAll { $0.endOffset < owner.endOffset }
    if isConfirmed { owners[owners.count - 1].lastEnd = owner.endOffset }
    owners.append(owner)
  }
}

/// Skippable frames one behind the other, as far as they were followed.
private struct SkippableChain {
  /// The second of the frames that have not been taken yet.
  var nextOffset: UInt64 = 0
  /// Where the last one that is known ends.
  var endOffset: UInt64 = 0
  var hopCount = 0
  var isOver = true
  var leadsToFrame = false
  private var limit: UInt64 = 0

  init() {}

  init(_ endOffset: UInt64, limit: UInt64) {
    self.endOffset = endOffset
    self.limit = limit
    isOver = false
  }

  /// Whether a frame is the next one of the chain; it is then taken off.
  mutating func continues(at offset: UInt64, limit: UInt64) -> Bool {
    guard offset == nextOffset, offset < endOffset, limit == self.limit else { return false }
    hopCount -= 1
    return true
  }
}

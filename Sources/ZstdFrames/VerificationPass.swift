import CXXHash
import ScanEngine

/// Goes over an input from frame to frame.
final class VerificationPass {
  private let input: CarvingInput
  private let examiner: FrameExaminer
  private let ahead: VerificationAhead?
  private let progress: (ScanProgress) -> Void
  private let report: (Verification.Finding) -> Void
  private let byteCount: UInt64?

  private(set) var found = Verification()
  /// Where it is.
  private(set) var offset: UInt64
  private var index: UInt64 = 0
  private var contentOffset: UInt64? = 0
  private var good: Verification.GoodRange?
  /// The last sound frame, as long as what follows it may speak against it.
  private var last: SoundFrame?
  private var companions: Companions
  private var credit: Int64 = 64 << 20

  /// How far before the place where a frame fails the next one is searched for.
  private static let lookback: UInt64 = 16 << 20
  /// The largest frame, in compressed bytes, that is decoded again to find a lost checksum.
  private static let redecodedLimit: UInt64 = 16 << 20

  init(
    _ input: CarvingInput, _ settings: DecodingSettings, _ ahead: VerificationAhead?,
    byteCount: UInt64?, _ progress: @escaping (ScanProgress) -> Void,
    _ report: @escaping (Verification.Finding) -> Void
  ) {
    self.input = input
    offset = input.start
    companions = Companions(beginsLater: input.start > 0)
    self.ahead = ahead
    self.byteCount = byteCount
    self.progress = progress
    self.report = report
    examiner = FrameExaminer(input, settings)
    guard ahead == nil else { return }
    var done: UInt64 = 0
    examiner.onDecoded = { count in
      done += count
      progress(ScanProgress(bytesDone: done, byteCount: byteCount))
    }
  }

  func run() throws(CarvingStop) {
    while try !isAtEnd(offset) {
      if ahead == nil {
        progress(ScanProgress(bytesDone: offset - input.start, byteCount: byteCount))
      }
      if let ahead, let frames = try ahead.next(from: offset, progress: progress) {
        for frame in frames {
          // Frames behind one that is not sound are asked for again.
          guard frame.isSound, frame.offset == offset else { break }
          accept(frame)
        }
        if let first = frames.first(where: { !$0.isSound }), first.offset == offset { try step() }
      } else {
        try step()
      }
    }
    settle()
    try endGoodRange()
  }

  private func isAtEnd(_ offset: UInt64) throws(CarvingStop) -> Bool {
    try input.field(at: offset, byteCount: 1) == nil
  }

  // MARK: Sound frames

  private func accept(_ frame: SoundFrame) {
    settle()
    last = frame
    offset = frame.endOffset
  }

  /// Takes the last sound frame for good.
  private func settle() {
    guard let frame = last else { return }
    last = nil
    var range =
      good
      ?? Verification.GoodRange(
        frames: index..<index, range: frame.offset..<frame.offset, contentByteCount: 0,
        contentOffset: contentOffset)
    range.frames = range.frames.lowerBound..<index + 1
    range.range = range.range.lowerBound..<frame.endOffset
    range.contentByteCount += frame.contentByteCount
    good = range
    passContent(frame.contentByteCount)
    found.goodByteCount += frame.byteCount
    found.contentByteCount += frame.contentByteCount
    if frame.isSkippable { found.skippableFrameCount += 1 } else { found.zstdFrameCount += 1 }
    if !frame.isSkippable, frame.checksum == nil { found.uncheckedFrameCount += 1 }
    report(
      .frame(
        Frame(
          index: index, offset: frame.offset, byteCount: frame.byteCount, kind: frame.kind,
          purpose: frame.purpose), contentByteCount: frame.contentByteCount))
    if let reason = companions.check(frame) {
      found.disagreementCount += 1
      report(.disagreement(index: reason.index ?? index, offset: frame.offset, reason: reason.text))
    }
    found.seekTableCount = companions.seekTableCount
    found.sizeHeaderCount = companions.sizeHeaderCount
    index += 1
  }

  private func endGoodRange() throws(CarvingStop) {
    if let good {
      try input.checkFile(at: good.range.lowerBound)
      report(.good(good))
    }
    good = nil
  }

  // MARK: One frame, whatever it is

  private func step() throws(CarvingStop) {
    guard let magic = try input.field(at: offset, byteCount: MagicNumber.byteCount) else {
      return try noFrame("the input ends inside a magic number")
    }
    switch MagicNumber(magic.word(at: 0)) {
    case .zstd: try zstdFrame()
    case .skippable: try skippableFrame()
    case .legacy(let minorVersion):
      try damage(
        "it has the legacy format 0.\(minorVersion), which is not supported",
        resumeFrom: offset + 4)
    case .unknown: try noFrame("no frame begins here")
    }
  }

  private func zstdFrame() throws(CarvingStop) {
    let examined = try examiner.examine(
      at: offset, limit: input.byteCount, tellsDamage: true, isExpected: true)
    switch examined.result {
    case .whole: accept(SoundFrame(examined, at: offset))
    case .undecoded(let error):
      try damage(
        "\(error)", upTo: examined.endOffset, content: 0, declared: declared(examined),
        isUnverified: true)
    case .damaged, .none:
      credit -= Int64(clamping: examined.cost)
      let reason = examined.reason.map { "\($0)" } ?? "it is no frame"
      if let end = try intactEnd() {
        return try damage(
          reason, upTo: end.offset, content: examined.contentByteCount, declared: end.declared)
      }
      let place = min(input.byteCount, max(examined.endOffset, examined.soundEnd))
      let back = place - min(place, Self.lookback)
      try damage(
        reason, resumeFrom: max(examined.soundEnd, back, offset + 4),
        content: examined.contentByteCount)
    }
  }

  private func declared(_ frame: ExaminedFrame) -> UInt64? {
    if case .zstd(let header, _, _) = frame.kind { header.contentByteCount } else { nil }
  }

  /// Where the frame here ends by its block headers, if another frame or nothing follows; and how much content
  /// it declares.
  private func intactEnd() throws(CarvingStop) -> (offset: UInt64, declared: UInt64?)? {
    guard let header = try examiner.readHeader(at: offset) else { return nil }
    var chain = BlockChain(
      header, from: offset + UInt64(header.byteCount), limit: input.byteCount, allowsIdle: true)
    do throws(BrokenChain) {
      while !chain.isAtEnd { _ = try chain.next(input) }
      let end = chain.offset + (try chain.checksum(input) == nil ? 0 : 4)
      guard try mayFollow(end) else { return nil }
      return (end, header.contentByteCount)
    } catch {
      if case .stop(let stop) = error { throw stop }
      return nil
    }
  }

  /// Whether a magic number stands at a place, or the input ends there.
  private func mayFollow(_ offset: UInt64) throws(BrokenChain) -> Bool {
    do throws(CarvingStop) { return try mayBegin(offset) } catch { throw .stop(error) }
  }

  private func mayBegin(_ offset: UInt64) throws(CarvingStop) -> Bool {
    if try isAtEnd(offset) { return true }
    guard let field = try input.field(at: offset, byteCount: MagicNumber.byteCount) else {
      return false
    }
    return MagicSearch.isMagic(field.word(at: 0))
  }

  private func skippableFrame() throws(CarvingStop) {
    guard let head = try input.field(at: offset, byteCount: 8) else {
      return try damage("the input ends inside its header", resumeFrom: offset + 8)
    }
    let end = offset + 8 + UInt64(head.word(at: 4))
    if head.word(at: 4) > 0, try input.field(at: end - 1, byteCount: 1, isFar: true) == nil {
      return try damage("it is longer than what is left of the input", resumeFrom: offset + 8)
    }
    accept(try SoundFrame(skippableAt: offset, head, input))
  }

  /// At a place where a frame should begin, none does.
  private func noFrame(_ reason: String) throws(CarvingStop) {
    if let frame = last {
      if frame.isSkippable {
        last = nil
        offset = frame.offset
        return try damage(
          "no frame begins where it ends, at offset \(frame.endOffset): its size may be wrong",
          resumeFrom: frame.offset + 8)
      }
      if frame.checksum == nil, try hasLostChecksum(frame) {
        last = nil
        (offset, index) = (frame.offset, index)
        return try damage(
          "its checksum stands behind it, but its header does not announce one",
          upTo: frame.endOffset + 4, content: frame.contentByteCount,
          declared: frame.contentByteCount)
      }
    }
    try damage(reason, resumeFrom: offset + 1)
  }

  /// Whether the four bytes behind a frame are the checksum of its content.
  private func hasLostChecksum(_ frame: SoundFrame) throws(CarvingStop) -> Bool {
    guard frame.byteCount <= Self.redecodedLimit,
      let stored = try input.field(at: frame.endOffset, byteCount: 4),
      try mayBegin(frame.endOffset + 4)
    else { return false }
    let state = unsafe XXH64_createState()
    defer { _ = unsafe XXH64_freeState(state) }
    _ = unsafe XXH64_reset(state, 0)
    unsafe examiner.onContent = { _ = unsafe XXH64_update(state, $0.baseAddress, $0.count) }
    defer { unsafe examiner.onContent = nil }
    _ = try examiner.examine(
      at: frame.offset, limit: input.byteCount, tellsDamage: false, isExpected: true)
    return unsafe UInt32(truncatingIfNeeded: XXH64_digest(state)) == stored.word(at: 0)
  }

  // MARK: Damage

  /// Notes that the frame here is not sound, and goes on where it ends.
  private func damage(
    _ reason: String, upTo end: UInt64, content: UInt64, declared: UInt64?,
    isUnverified: Bool = false
  ) throws(CarvingStop) {
    settle()
    try endGoodRange()
    try input.checkFile(at: offset)
    if isUnverified { found.unverifiedCount += 1 } else { found.damageCount += 1 }
    report(
      .damage(
        Verification.Damage(
          index: index, range: offset..<end, reason: reason, soundContentByteCount: content,
          isUnverified: isUnverified)))
    companions.lose()
    passContent(declared)
    index += 1
    offset = end
  }

  /// - Parameter byteCount: How much there is before the next frame; nil if that is not known.
  private func passContent(_ byteCount: UInt64?) {
    guard let offset = contentOffset, let byteCount else { return contentOffset = nil }
    // A header may say anything.
    let (sum, overflow) = offset.addingReportingOverflow(byteCount)
    contentOffset = overflow || sum > Self.contentLimit ? nil : sum
  }

  /// The largest offset of content that can be.
  private static let contentLimit = UInt64(Int64.max)

  /// The same, where it is not known where it ends: the next frame is searched for.
  private func damage(
    _ reason: String, resumeFrom start: UInt64, content: UInt64 = 0
  ) throws(CarvingStop) {
    let next = try nextFrame(from: start)
    try damage(reason, upTo: next, content: content, declared: nil)
  }

  /// The first place at or after `start` where a frame begins beyond doubt, or else the end.
  ///
  /// What is tried in vain may cost four times the bytes searched, and 64 MiB: beyond that candidates are
  /// passed over.
  private func nextFrame(from start: UInt64) throws(CarvingStop) -> UInt64 {
    var position = start
    while true {
      var places: [UInt64] = []
      var piece: [UInt8] = []
      // The end of a stream is known once it was reached.
      guard position < input.byteCount else { return input.byteCount }
      let end = position + min(UInt64(Recall.pieceByteCount), input.byteCount - position)
      try input.withPieces(of: position..<end) { bytes in
        unsafe bytes.withUnsafeBytes { unsafe piece += $0 }
        return true
      }
      MagicSearch.forEach(in: unsafe piece.span.bytes) { places.append(position + UInt64($0)) }
      for place in places where try isFrame(place) { return place }
      // A magic number may be cut by the piece's end.
      guard piece.count >= MagicNumber.byteCount else { return position + UInt64(piece.count) }
      let step = UInt64(piece.count - MagicNumber.byteCount + 1)
      credit += Int64(4 * step)
      position += step
      progress(ScanProgress(bytesDone: offset - input.start, byteCount: byteCount))
    }
  }

  private func isFrame(_ place: UInt64) throws(CarvingStop) -> Bool {
    guard credit >= 0, let field = try input.field(at: place, byteCount: MagicNumber.byteCount)
    else { return false }
    guard MagicNumber(field.word(at: 0)) == .zstd else {
      guard let head = try input.field(at: place, byteCount: 8) else { return false }
      let end = place + 8 + UInt64(head.word(at: 4))
      if head.word(at: 4) > 0, try input.field(at: end - 1, byteCount: 1, isFar: true) == nil {
        return false
      }
      return try mayBegin(end)
    }
    let examined = try examiner.examine(at: place, limit: input.byteCount, tellsDamage: true)
    switch examined.result {
    case .whole, .undecoded: return true
    case .damaged, .none:
      // Many may begin in the same blocks.
      credit -= Int64(clamping: examined.cost)
      // One that begins with blocks that decode is a frame, too, and damaged itself.
      if case .damaged = examined.result { return true }
      return false
    }
  }
}

import ScanEngine

/// Cuts a zstd file into frames, or runs of small ones, and has them decoded.
final class FrameSplitter: ContentDecoding, @unchecked Sendable {
  // SAFETY: its methods are called one after the other.
  private let sequence: DecodingSequence
  private let frames: ContentFrames
  private let sink: ContentSink
  private let acceptsPlain: Bool
  private let gatheredLimit: Int
  private var walk = FrameWalk(listLimit: 0)
  /// Bytes that no job has, the frames that end in them, and where they start in the input.
  private var bytes: [UInt8] = []
  private var whole: [Frame] = []
  private var offset: UInt64 = 0
  /// The job of the frame that the walk is in, if that one is too large to be gathered.
  private var open: DecodingJob?
  private var plain: PlainContent?

  /// Neighbouring frames are decoded together until they have this many compressed bytes.
  private static let jobByteCount = 256 << 10

  init(
    _ sequence: DecodingSequence, _ frames: ContentFrames, _ sink: ContentSink, acceptsPlain: Bool
  ) {
    self.sequence = sequence
    self.frames = frames
    self.sink = sink
    self.acceptsPlain = acceptsPlain
    gatheredLimit = ZstdContent.gatheredByteCount(jobs: sink.jobs)
  }

  func take(_ tile: borrowing Tile) throws(AnalysisError) {
    if let plain { return plain.append(tile.bytes, from: 0) }
    if let failure = sequence.failure { throw failure }
    walk.update(tile)
    var index = 0
    for frame in walk.takeFrames() {
      let end = Int(frame.offset + frame.byteCount - tile.offset)
      add(tile.bytes, index..<end)
      index = end
      if let job = open {
        job.append(bytes, isEnd: true)
        open = nil
        begin(at: tile.offset + UInt64(end))
      } else {
        whole.append(frame)
        if bytes.count >= FrameSplitter.jobByteCount {
          sequence.start(DecodingJob(bytes, whole, offset))
          begin(at: tile.offset + UInt64(end))
        }
      }
    }
    add(tile.bytes, index..<tile.byteCount)
    if walk.isSettled {
      let trailing = walk.finalize().trailing!
      if acceptsPlain, trailing.offset == 0, isNoZstd(trailing) { return takeAsPlain() }
      try fail(trailing)
    }
    if let job = open {
      job.append(bytes, isEnd: false)
      bytes.removeAll(keepingCapacity: true)
    } else if let frame = walk.openFrame, let header = frame.header,
      tile.endOffset - frame.offset > UInt64(gatheredLimit)
    {
      let before = Int(frame.offset - offset)
      if !whole.isEmpty { sequence.start(DecodingJob(Array(bytes[..<before]), whole, offset)) }
      let job = DecodingJob(open: header, index: frame.index, offset: frame.offset)
      sequence.start(job)
      job.append(Array(bytes[before...]), isEnd: false)
      open = job
      begin(at: tile.endOffset)
    }
  }

  private func add(_ span: RawSpan, _ range: Range<Int>) {
    unsafe span.withUnsafeBytes { unsafe bytes.append(contentsOf: $0[range]) }
  }

  private func begin(at offset: UInt64) {
    self.offset = offset
    bytes.removeAll(keepingCapacity: false)
    whole.removeAll()
  }

  func finish(isWhole: Bool) throws(AnalysisError) {
    defer { sequence.wait() }
    guard isWhole else {
      open?.append([], isEnd: true)
      return
    }
    if let plain { return plain.finish() }
    if let trailing = walk.finalize().trailing {
      if acceptsPlain, trailing.offset == 0, isNoZstd(trailing) {
        takeAsPlain()
        plain?.finish()
        return
      }
      try fail(trailing)
    }
    if !whole.isEmpty { sequence.start(DecodingJob(bytes, whole, offset)) }
    sequence.wait()
    if let failure = sequence.failure { throw failure }
  }

  /// Hands out what comes before the damage.
  private func fail(_ trailing: Trailing) throws(AnalysisError) {
    if let job = open {
      job.append(bytes, isEnd: true)
      open = nil
    } else if !whole.isEmpty {
      sequence.start(DecodingJob(bytes, whole, offset))
    }
    begin(at: trailing.offset)
    sequence.wait()
    throw sequence.failure ?? AnalysisError(offset: trailing.offset, reason: "\(trailing)")
  }

  private func isNoZstd(_ trailing: Trailing) -> Bool {
    switch trailing.reason {
    case .notZstd, .truncated(.magicNumber, _): true
    default: false
    }
  }

  private func takeAsPlain() {
    frames.notePlain()
    let plain = PlainContent(sink)
    self.plain = plain
    unsafe plain.append(bytes.span.bytes, from: 0)
    begin(at: 0)
  }
}

import ScanEngine

/// Cuts a zstd file into frames, or runs of small ones, and has them decoded.
final class FrameSplitter: ContentDecoding, @unchecked Sendable {
  // SAFETY: its methods are called one after the other.
  private let sequence: DecodingSequence
  private let content: ZstdContent
  private let sink: ContentSink
  private let gatheredLimit: Int
  private var walk: FrameWalk
  /// Bytes that no job has, the frames that end in them with where they start, and where the frame starts
  /// that the walk is in.
  private var bytes: [UInt8] = []
  private var whole: [(frame: Frame, start: Int)] = []
  private var openStart = 0
  /// The job of the frame that the walk is in, if that one is too large to be gathered.
  private var open: DecodingJob?
  private var plain: PlainContent?

  /// Neighbouring frames are decoded together until they have this many compressed bytes.
  private static let jobByteCount = 256 << 10

  init(_ sequence: DecodingSequence, _ content: ZstdContent, _ sink: ContentSink) {
    self.sequence = sequence
    self.content = content
    self.sink = sink
    walk = FrameWalk(from: content.position)
    gatheredLimit = ZstdContent.gatheredByteCount(jobs: sink.jobs)
  }

  private(set) var isSettled = false

  func take(_ tile: borrowing Tile) throws(AnalysisError) {
    if let plain { return plain.append(tile.bytes, from: 0) }
    if let failure = sequence.failure { throw failure.analysisError }
    let start = content.position.offset
    guard tile.endOffset > start, !isSettled else { return }
    walk.update(tile)
    var index = tile.offset < start ? Int(start - tile.offset) : 0
    for frame in walk.takeListing() {
      let end = Int(frame.offset + frame.byteCount - tile.offset)
      if frame.header != nil, content.wantedFrames.contains(frame.index) {
        add(tile.bytes, index..<end)
        finish(frame)
      } else {
        dropOpen()
      }
      index = end
      openStart = bytes.count
      if frame.index + 1 >= content.wantedFrames.upperBound {
        startWhole()
        isSettled = true
        return
      }
    }
    guard let frame = walk.openFrame else { return }
    if frame.isSkippable || !content.wantedFrames.contains(frame.index) {
      dropOpen()
    } else {
      add(tile.bytes, index..<tile.byteCount)
    }
    if walk.isSettled {
      let trailing = walk.finalize().trailing!
      if content.acceptsPlain, trailing.offset == content.inputStart, isNoZstd(trailing) {
        return takeAsPlain()
      }
      return try fail(trailing)
    }
    if let job = open {
      job.append(bytes, isEnd: false)
      bytes = []
    } else if let header = frame.header, bytes.count - openStart > gatheredLimit {
      let first = Array(bytes[openStart...])
      dropOpen()
      startWhole()
      begin(header, index: frame.index, at: frame.offset).append(first, isEnd: false)
      // Slices do not take the room of what was gathered, over and over.
      bytes = []
    }
  }

  /// Has a frame decoded while its bytes come.
  @discardableResult
  private func begin(_ header: FrameHeader, index: UInt64, at offset: UInt64) -> DecodingJob {
    let job = DecodingJob(open: header, index: index, offset: offset)
    sequence.start(job)
    open = job
    return job
  }

  private func finish(_ frame: Frame) {
    if let job = open {
      job.append(bytes, isEnd: true)
      open = nil
      bytes = []
    } else {
      whole.append((frame, openStart))
      if bytes.count >= FrameSplitter.jobByteCount { startWhole() }
    }
  }

  /// Has what was gathered decoded.
  private func startWhole() {
    if !whole.isEmpty {
      sequence.start(DecodingJob(bytes, whole))
      bytes = sequence.buffer()
      whole.removeAll()
    }
    bytes.removeAll(keepingCapacity: true)
    openStart = 0
  }

  /// Forgets what was gathered of the frame that the walk is in.
  private func dropOpen() { bytes.removeLast(bytes.count - openStart) }

  private func add(_ span: RawSpan, _ range: Range<Int>) {
    unsafe span.withUnsafeBytes { unsafe bytes.append(contentsOf: $0[range]) }
  }

  func finish(isWhole: Bool) throws(AnalysisError) {
    defer { sequence.wait() }
    guard isWhole else {
      open?.append([], isEnd: true)
      return
    }
    if let plain { return plain.finish() }
    content.frames.noteEnd(walk.endIndex)
    if !isSettled, let trailing = walk.finalize().trailing {
      if content.acceptsPlain, trailing.offset == content.inputStart, isNoZstd(trailing) {
        takeAsPlain()
        plain?.finish()
        return
      }
      return try fail(trailing)
    }
    if !content.acceptsPlain, walk.endIndex == 0 {
      throw AnalysisError(
        offset: content.inputStart, reason: "it is empty, which no zstd file is")
    }
    startWhole()
    sequence.wait()
    if let failure = sequence.failure { throw failure.analysisError }
  }

  /// Hands out what comes before the damage.
  private func fail(_ trailing: Trailing) throws(AnalysisError) {
    let frame = walk.openFrame
    if open == nil {
      let first = Array(bytes[openStart...])
      dropOpen()
      startWhole()
      if let frame, let header = frame.header, content.wantedFrames.contains(frame.index) {
        begin(header, index: frame.index, at: frame.offset)
        bytes = first
      }
    }
    open?.append(bytes, isEnd: true)
    open = nil
    sequence.wait()
    // What stands behind the content that is wanted need not be sound.
    guard !sink.hasAll else {
      isSettled = true
      return
    }
    // Of the frame that it is in, the walk knows better why it does not end.
    if let failure = sequence.failure, failure.error.isLimit || failure.index != frame?.index {
      throw failure.analysisError
    }
    throw AnalysisError(offset: trailing.offset, reason: trailing.descriptionHere)
  }

  private func isNoZstd(_ trailing: Trailing) -> Bool {
    switch trailing.reason {
    case .notZstd, .truncated(.magicNumber, _): true
    default: false
    }
  }

  private func takeAsPlain() {
    content.frames.notePlain()
    let plain = PlainContent(sink)
    self.plain = plain
    unsafe plain.append(bytes.span.bytes, from: 0)
    bytes = []
  }
}

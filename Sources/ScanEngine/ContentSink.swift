import Dispatch
import Synchronization

/// Takes decoded content and has it analyzed.
public final class ContentSink: @unchecked Sendable {
  // SAFETY: pieces come one after the other, as ``append(_:)`` asks for; what others look at is atomic.
  let lanes: [StreamLane]
  let glimpse = Glimpse()
  private let control: ScanControl
  /// How many pieces may be decoded at a time.
  public let jobs: Int
  /// The content that is wanted.
  public let range: Range<UInt64>

  /// What is complete but for the margin behind it, and what comes behind it.
  private var older: ContentPiece?
  private var newer: ContentPiece?
  /// Bytes of content that came, and bytes that lanes were given.
  private var received: UInt64
  private let sent = Atomic<UInt64>(0)
  private let isPast = Atomic<Bool>(false)

  /// - Parameters:
  ///   - range: The content that is wanted.
  ///   - offset: Which content comes first, at or before the range.
  init(
    lanes: [StreamLane], control: ScanControl, jobs: Int, _ range: Range<UInt64>,
    from offset: UInt64
  ) {
    self.lanes = lanes
    self.control = control
    self.jobs = jobs
    self.range = range
    received = offset
    glimpse.begin(lanes)
  }

  /// Whether nobody needs more content.
  public var isSettled: Bool {
    control.isStopped || hasAll || areLanesIdle
  }

  /// Without analyzers it is asked how much content there is.
  private var areLanesIdle: Bool { !lanes.isEmpty && lanes.allSatisfy(\.isIdle) }

  /// Whether all that is wanted came.
  public var hasAll: Bool { isPast.load(ordering: .relaxed) }

  /// Whether the end of what is wanted may not have come: nobody needed more.
  var isCut: Bool { !hasAll && areLanesIdle }

  /// Where the content goes on that lanes were given.
  var bytesDone: UInt64 { sent.load(ordering: .relaxed) }

  /// An empty piece to fill.
  ///
  /// - Parameters:
  ///   - capacity: How many bytes it has room for.
  ///   - use: Called once, on any thread, when every lane is done with the piece. Its bytes may be
  ///     held for longer, but not without a limit.
  public func piece(
    capacity: Int = ContentPiece.standardCapacity, use: (@Sendable () -> Void)? = nil
  ) -> ContentPiece {
    ContentPiece(capacity: capacity, use: use)
  }

  /// Takes the next content. Calls come one after the other, in the order of the content, on any thread.
  public func append(_ piece: ContentPiece) {
    let end = received + UInt64(piece.byteCount)
    if range.lowerBound > received {
      piece.drop(first: Int(min(range.lowerBound - received, UInt64(piece.byteCount))))
    }
    if end >= range.upperBound {
      piece.drop(last: min(piece.byteCount, Int(clamping: end - range.upperBound)))
      isPast.store(true, ordering: .relaxed)
    }
    received = end
    if piece.byteCount > 0 { join(piece) } else { piece.endUse() }
  }

  private func join(_ piece: ContentPiece) {
    guard let last = newer else {
      newer = piece
      return
    }
    if last.byteCount < Tile.reach || piece.byteCount <= min(last.room, ContentSink.smallByteCount)
    {
      // What stands behind a tile must be there for as far as a tile shows it.
      last.take(min(last.room, piece.byteCount), from: piece)
      guard piece.byteCount > 0 else { return piece.endUse() }
    }
    if let older { send(older, before: last) }
    older = last
    newer = piece
  }

  /// Pieces up to this size are copied together.
  private static let smallByteCount = 128 << 10

  private func send(_ piece: ContentPiece, before next: ContentPiece?) {
    if let next {
      piece.precede(next)
      next.follow(piece)
    }
    // What lanes list of a chunk is held until it is taken.
    let size = ContentPiece.standardCapacity
    let chunkCount = (piece.byteCount + size - 1) / size
    guard !lanes.isEmpty else {
      sent.add(UInt64(piece.byteCount), ordering: .relaxed)
      return piece.endUse()
    }
    let uses = PendingUses(chunkCount * lanes.count) { piece.endUse() }
    for start in stride(from: 0, to: piece.byteCount, by: size) {
      let part = start..<min(start + size, piece.byteCount)
      let chunk = Chunk(
        piece, part, offset: range.lowerBound + bytesDone, from: range.lowerBound,
        laneCount: lanes.count)
      sent.add(UInt64(part.count), ordering: .relaxed)
      for lane in lanes { lane.take(chunk) { uses.end() } }
    }
  }

  /// Has the lanes finish with all that came.
  func end() {
    if let older { send(older, before: newer) }
    if let newer { send(newer, before: nil) }
    (older, newer) = (nil, nil)
    for lane in lanes { lane.wait() }
    glimpse.end(lanes.map(\.riders))
  }
}

/// Counts down to an action.
private final class PendingUses: Sendable {
  private let left: Atomic<Int>
  private let action: @Sendable () -> Void

  init(_ count: Int, _ action: @escaping @Sendable () -> Void) {
    left = Atomic(count)
    self.action = action
  }

  func end() {
    if left.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 { action() }
  }
}

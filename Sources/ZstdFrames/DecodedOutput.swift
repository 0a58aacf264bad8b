import Dispatch
import FileMapping
import ScanEngine

/// Where a job writes the content it decodes.
final class DecodedOutput {
  private let number: Int
  private let sequence: DecodingSequence
  private let settings: DecodingSettings
  private let room: DispatchSemaphore
  private var piece: ContentPiece?
  private var byteCount: UInt64 = 0
  private var starts: [ContentFrames.Start] = []
  private var consumed: UInt64 = 0

  init(_ number: Int, _ sequence: DecodingSequence, _ settings: DecodingSettings) {
    self.number = number
    self.sequence = sequence
    self.settings = settings
    // A semaphore may not end with less than it began with.
    room = DispatchSemaphore(value: 0)
    for _ in 0..<DecodedOutput.roomLimit { room.signal() }
  }

  /// How much content of one job may wait for what comes before it, or for lanes: eight pieces, or three
  /// large ones, of which the sink may keep two until there is a third.
  private static let roomLimit = 24
  /// How many bytes of content a frame may have that is decoded at once; fewer where a control group has little memory.
  static let wholeLimit = max(
    ContentPiece.standardCapacity, ProcessLimits.memoryShare(32, upTo: 8 << 20))

  /// Has room for content.
  private func makeRoom(for byteCount: Int) {
    if let piece, piece.room >= byteCount { return }
    flush()
    let isLarge = byteCount > ContentPiece.standardCapacity
    let cost = isLarge ? 8 : 3
    for _ in 0..<cost { room.wait() }
    piece = sequence.sink.piece(
      capacity: isLarge ? DecodedOutput.wholeLimit : ContentPiece.standardCapacity
    ) { [room] in
      for _ in 0..<cost { room.signal() }
    }
  }

  var isSettled: Bool { sequence.isSettled }

  /// Notes that what follows is the content of another frame.
  func beginFrame(_ index: UInt64) {
    starts.append(ContentFrames.Start(contentOffset: byteCount, index: index))
  }

  /// Has content written.
  ///
  /// - Parameter consumed: How much of the input was read when it came out.
  func write(
    upTo consumed: UInt64,
    _ body: (UnsafeMutableRawBufferPointer) throws(DecodingError) -> Int
  ) throws(DecodingError) {
    makeRoom(for: 1)
    let before = piece!.byteCount
    try unsafe piece!.append(body)
    byteCount += UInt64(piece!.byteCount - before)
    self.consumed = consumed
    if piece!.room == 0 { flush() }
  }

  /// Has the whole content of a frame written.
  ///
  /// - Parameters:
  ///   - byteCount: How much room it needs, as far as that is known.
  ///   - body: Writes into what is there, and says how many bytes; nil if there is no room for all.
  /// - Returns: Whether it was written.
  func writeWhole(
    upTo consumed: UInt64, byteCount: Int,
    _ body: (UnsafeMutableRawBufferPointer) throws(DecodingError) -> Int?
  ) throws(DecodingError) -> Bool {
    makeRoom(for: byteCount)
    var isWritten = false
    let before = piece!.byteCount
    try unsafe piece!.append { room throws(DecodingError) in
      guard let count = try unsafe body(room) else { return 0 }
      isWritten = true
      return count
    }
    self.byteCount += UInt64(piece!.byteCount - before)
    self.consumed = consumed
    if piece!.room == 0 { flush() }
    return isWritten
  }

  /// Hands on what is written.
  func flush() {
    if piece == nil, starts.isEmpty { return }
    sequence.take(piece, starts, of: number, upTo: consumed)
    piece = nil
    starts.removeAll()
  }
}

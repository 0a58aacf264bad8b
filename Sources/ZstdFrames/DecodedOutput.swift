import Dispatch
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
    for _ in 0..<DecodedOutput.pieceLimit { room.signal() }
  }

  /// How many pieces of one job may wait for those before them, or for lanes.
  private static let pieceLimit = 8

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
    if piece == nil {
      room.wait()
      piece = sequence.sink.piece { [room] in room.signal() }
    }
    let before = piece!.byteCount
    try unsafe piece!.append(body)
    byteCount += UInt64(piece!.byteCount - before)
    self.consumed = consumed
    if piece!.room == 0 { flush() }
  }

  /// Hands on what is written.
  func flush() {
    if piece == nil, starts.isEmpty { return }
    sequence.take(piece, starts, of: number, upTo: consumed)
    piece = nil
    starts.removeAll()
  }
}

import Dispatch
import ScanEngine

/// An input that is taken as it is.
final class PlainContent {
  private let sink: ContentSink
  private let room = DispatchSemaphore(value: 0)
  private var piece: ContentPiece?

  /// How many pieces may wait for lanes.
  private static let pieceLimit = 16

  init(_ sink: ContentSink) {
    self.sink = sink
    for _ in 0..<PlainContent.pieceLimit { room.signal() }
  }

  func append(_ bytes: RawSpan, from start: Int) {
    var index = start
    while index < bytes.byteCount, !sink.isSettled {
      if piece == nil {
        room.wait()
        piece = sink.piece { [room] in room.signal() }
      }
      let piece = self.piece!
      unsafe piece.append { buffer in
        let count = min(buffer.count, bytes.byteCount - index)
        unsafe bytes.withUnsafeBytes {
          unsafe buffer.copyMemory(
            from: UnsafeRawBufferPointer(rebasing: $0[index..<index + count]))
        }
        index += count
        return count
      }
      if piece.room == 0 { finish() }
    }
  }

  func finish() {
    if let piece { sink.append(piece) }
    piece = nil
  }
}

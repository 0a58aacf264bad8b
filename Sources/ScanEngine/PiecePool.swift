import Dispatch

/// Memory for pieces of content, used again: fresh memory costs a page fault every few kilobytes.
@safe final class PiecePool: @unchecked Sendable {
  // SAFETY: what is free is only touched on `queue`, and nobody else has it.
  private let queue = DispatchQueue(label: "mmscan.pieces")
  private var free: [UnsafeMutableRawBufferPointer] = unsafe []

  deinit {
    while let memory = unsafe free.popLast() { unsafe memory.deallocate() }
  }

  /// Memory for a piece and its margins.
  func take() -> UnsafeMutableRawBufferPointer {
    let reused = unsafe queue.sync { unsafe free.popLast() }
    return unsafe reused
      ?? .allocate(byteCount: ContentPiece.capacity + 2 * Tile.reach, alignment: 64)
  }

  func give(back memory: UnsafeMutableRawBufferPointer) {
    queue.sync { unsafe free.append(memory) }
  }
}

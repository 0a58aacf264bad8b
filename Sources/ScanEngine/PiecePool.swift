import Dispatch

/// Memory for pieces of content, used again: fresh memory costs a page fault every few kilobytes.
@safe final class PiecePool: @unchecked Sendable {
  // SAFETY: what is free is only touched on `queue`, and nobody else has it.
  private let queue = DispatchQueue(label: "mmscan.pieces")
  private var free: [Int: [UnsafeMutableRawBufferPointer]] = unsafe [:]

  deinit {
    unsafe free.values.joined().forEach { unsafe $0.deallocate() }
  }

  func take(_ byteCount: Int) -> UnsafeMutableRawBufferPointer {
    let reused = unsafe queue.sync { unsafe free[byteCount]?.popLast() }
    return unsafe reused ?? .allocate(byteCount: byteCount, alignment: 64)
  }

  func give(back memory: UnsafeMutableRawBufferPointer) {
    queue.sync { unsafe free[memory.count, default: []].append(memory) }
  }
}

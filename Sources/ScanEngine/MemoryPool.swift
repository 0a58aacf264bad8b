import Dispatch
import FileMapping

/// Memory that is used again, by later scans, too: fresh memory costs a page fault every few kilobytes.
@safe final class MemoryPool: @unchecked Sendable {
  // SAFETY: what is free is only touched on `queue`, and nobody else has it.
  static let shared = MemoryPool()

  private let queue = DispatchQueue(label: "mmscan.memory")
  /// Who was given back last is last.
  private var free: [UnsafeMutableRawBufferPointer] = unsafe []
  private var freeByteCount = 0

  /// How many bytes wait for somebody at the most.
  private static let freeLimit = ProcessLimits.memoryShare(
    4, upTo: ProcessLimits.own.limitsMemory ? 4 << 20 : 32 << 20)

  private init() {}

  func take(_ byteCount: Int) -> UnsafeMutableRawBufferPointer {
    let reused: UnsafeMutableRawBufferPointer? = unsafe queue.sync {
      // If nothing fits, what is free has sizes that are not asked for any more: the oldest makes way.
      guard
        let index = unsafe free.lastIndex(where: { $0.count == byteCount }) ?? free.indices.first
      else { return nil }
      freeByteCount -= unsafe free[index].count
      return unsafe free.remove(at: index)
    }
    if let reused = unsafe reused {
      if reused.count == byteCount { return unsafe reused }
      unsafe reused.deallocate()
    }
    return .allocate(byteCount: byteCount, alignment: 64)
  }

  func give(back memory: UnsafeMutableRawBufferPointer) {
    let excess = unsafe queue.sync {
      unsafe free.append(memory)
      freeByteCount += memory.count
      var excess: [UnsafeMutableRawBufferPointer] = unsafe []
      while freeByteCount > Self.freeLimit {
        let oldest = unsafe free.removeFirst()
        freeByteCount -= oldest.count
        unsafe excess.append(oldest)
      }
      return unsafe excess
    }
    unsafe excess.forEach { unsafe $0.deallocate() }
  }
}

/// Memory for a chunk of a stream or a piece of content, which others have when nobody has it any more.
@safe final class PooledMemory: @unchecked Sendable {
  // SAFETY: one owner at a time fills it; nobody changes it from then on.
  let bytes: UnsafeMutableRawBufferPointer

  init(byteCount: Int) { unsafe bytes = MemoryPool.shared.take(byteCount) }

  deinit { unsafe MemoryPool.shared.give(back: bytes) }
}

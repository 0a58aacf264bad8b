import CZstd

/// Decodes zstd frames, one after the other, with libzstd.
///
/// The corresponding C type is `ZSTD_DCtx`.
@safe package struct FrameDecoder: ~Copyable {
  private let context: OpaquePointer
  private let settings: DecodingSettings
  private var header: FrameHeader?
  // Held for as long as the context refers to it.
  private var dictionary: ZstdDictionary?
  /// How many bytes it takes next: up to the end of a block.
  private var wanted = FrameDecoder.firstByteCount

  /// A magic number and the first byte of a header.
  private static let firstByteCount = 5

  package init(_ settings: DecodingSettings) {
    self.settings = settings
    // SAFETY: nil only when memory is exhausted.
    unsafe context = ZSTD_createDCtx()!
    // The limit is ours, and not only a power of two.
    _ = unsafe ZSTD_DCtx_setParameter(
      context, ZSTD_d_windowLogMax, Int32(DecodingSettings.windowLogs.upperBound))
  }

  deinit { _ = unsafe ZSTD_freeDCtx(context) }

  /// Begins a frame, whatever became of the one before.
  ///
  /// - Parameter header: What its header says; the header's own bytes are still to be decoded.
  /// - Throws: `windowTooLarge` and `dictionaryRequired`.
  package mutating func begin(_ header: FrameHeader) throws(DecodingError) {
    let limit = settings.windowByteCountLimit
    guard header.windowByteCount <= limit else {
      throw .windowTooLarge(byteCount: header.windowByteCount, limit: limit)
    }
    let dictionary = try settings.dictionary(for: header)
    _ = unsafe ZSTD_DCtx_reset(context, ZSTD_reset_session_only)
    _ = unsafe ZSTD_DCtx_refDDict(context, dictionary?.prepared)
    self.dictionary = dictionary
    self.header = header
    wanted = Self.firstByteCount
  }

  /// What one step did.
  package struct Step {
    /// Bytes of the input that were used, and bytes of the output that were written.
    package var consumed: Int
    package var produced: Int
    /// Whether the frame has ended and all of its content was written.
    package var isEnd: Bool
  }

  /// Decodes until a block is complete, the input is used up, the output is full or the frame ends. Call it
  /// again with more of either; a call with neither would be no step.
  ///
  /// The corresponding C function is `ZSTD_decompressStream`.
  ///
  /// - Throws: What is wrong with the frame. The content of every block before that came out of the steps
  ///   before this one.
  package mutating func decode(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(DecodingError) -> Step {
    var source = unsafe ZSTD_inBuffer(
      src: input.baseAddress, size: min(input.count, wanted), pos: 0)
    var target = unsafe ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
    let result = unsafe ZSTD_decompressStream(context, &target, &source)
    guard ZSTD_isError(result) == 0 else { throw error(result) }
    wanted = max(1, result)
    return unsafe Step(consumed: source.pos, produced: target.pos, isEnd: result == 0)
  }

  /// Decodes a whole frame at once, which is faster than in steps: content is not copied.
  ///
  /// The corresponding C function is `ZSTD_decompressDCtx`.
  ///
  /// - Parameters:
  ///   - header: What the frame's header says.
  ///   - frame: All of its bytes, and no others.
  /// - Returns: How much content there is; nil if `output` has no room for it.
  package mutating func decodeWhole(
    _ header: FrameHeader, _ frame: UnsafeRawBufferPointer,
    into output: UnsafeMutableRawBufferPointer
  ) throws(DecodingError) -> Int? {
    try begin(header)
    let result = unsafe ZSTD_decompressDCtx(
      context, output.baseAddress, output.count, frame.baseAddress, frame.count)
    guard ZSTD_isError(result) != 0 else { return result }
    if ZSTD_getErrorCode(result) == ZSTD_error_dstSize_tooSmall { return nil }
    throw error(result)
  }

  /// The same with a part of an array.
  mutating func decodeWhole(
    _ header: FrameHeader, _ bytes: [UInt8], _ range: Range<Int>,
    into output: UnsafeMutableRawBufferPointer
  ) throws(DecodingError) -> Int? {
    let result = unsafe bytes.withUnsafeBytes { bytes -> Result<Int?, DecodingError> in
      do throws(DecodingError) {
        return .success(
          try unsafe decodeWhole(
            header, UnsafeRawBufferPointer(rebasing: bytes[range]), into: output))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  /// The same with a part of an array.
  mutating func decode(
    _ bytes: [UInt8], _ range: Range<Int>, into output: UnsafeMutableRawBufferPointer
  ) throws(DecodingError) -> Step {
    let result = unsafe bytes.withUnsafeBytes { bytes -> Result<Step, DecodingError> in
      do throws(DecodingError) {
        return .success(
          try unsafe decode(UnsafeRawBufferPointer(rebasing: bytes[range]), into: output))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  private func error(_ result: Int) -> DecodingError {
    let code = ZSTD_getErrorCode(result)
    switch code {
    case ZSTD_error_checksum_wrong: return .checksumMismatch(stored: nil)
    case ZSTD_error_memory_allocation: return .outOfMemory
    case ZSTD_error_dictionary_wrong, ZSTD_error_dictionary_corrupted:
      // A block that goes on with tables of the one before gives the same code if there is none.
      guard let id = header?.dictionaryID else {
        return .corrupt(
          reason:
            "it goes on from tables that it does not have; if it was made with a dictionary, name that with --dictionary"
        )
      }
      return .dictionaryRequired(id: id)
    default:
      // Which of these two it is depends on what was decoded before.
      let told = code == ZSTD_error_dstSize_tooSmall ? ZSTD_error_corruption_detected : code
      return unsafe .corrupt(reason: String(cString: ZSTD_getErrorString(told)))
    }
  }
}

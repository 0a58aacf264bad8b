/// Makes another input out of the bytes of one, as the decoder of an archive does.
public protocol ContentDecoder: Sendable {
  /// Where it begins: at an offset of the input, and the one of the content that is stored there. Bytes
  /// before it are fed only if they share a window with it, and are to be ignored. Zero and zero by
  /// default.
  var start: (inputOffset: UInt64, contentOffset: UInt64) { get }

  /// Where the input begins, if it is a part of a file; zero by default.
  var inputStart: UInt64 { get }

  /// Begins with one input.
  ///
  /// - Parameter sink: Takes the content.
  func begin(into sink: ContentSink) -> any ContentDecoding
}

extension ContentDecoder {
  public var start: (inputOffset: UInt64, contentOffset: UInt64) { (inputStart, 0) }
  public var inputStart: UInt64 { 0 }
}

/// One input that is being decoded.
///
/// Methods are called one after the other, on any thread.
public protocol ContentDecoding: AnyObject, Sendable {
  /// Whether there is no more content, whatever comes.
  var isSettled: Bool { get }

  /// Takes the next bytes of the input. Returns when there is room for more; content is handed to the sink
  /// then or later.
  ///
  /// - Throws: ``AnalysisError``, with an offset of the input, when something that came before or now
  ///   cannot be decoded. Content before it was handed to the sink.
  func take(_ tile: borrowing Tile) throws(AnalysisError)

  /// Ends the work: everything that is decoded was handed to the sink when it returns.
  ///
  /// - Parameter isWhole: Whether the input has ended; if not, what is not finished is dropped.
  /// - Throws: The same; also if the input may not end here. Nothing if it is not whole.
  func finish(isWhole: Bool) throws(AnalysisError)
}

extension ContentDecoding {
  public var isSettled: Bool { false }
}

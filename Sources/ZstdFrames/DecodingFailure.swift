import ScanEngine

/// That content comes to an end before the input does.
struct DecodingFailure: Error {
  var error: DecodingError
  /// The frame at fault; nil if it is no one frame.
  var index: UInt64?
  /// Where that starts in the input, or how far it was read.
  var offset: UInt64

  var analysisError: AnalysisError {
    let reason = index.map { "frame \($0) that starts here cannot be decoded: \(error)" }
    return AnalysisError(offset: offset, reason: reason ?? "\(error)")
  }
}

/// How a view is going to be read, so that the system can prepare for it. Changes no result.
///
/// The corresponding Win32 flags are `FILE_FLAG_SEQUENTIAL_SCAN` and `FILE_FLAG_RANDOM_ACCESS`.
public enum Advice: Sendable, CaseIterable {
  /// As the system likes.
  case normal
  /// From the start to the end: read far ahead.
  case sequential
  /// Here and there: read nothing ahead.
  case random
  /// All of it soon: begin to read it now.
  case willNeed
}

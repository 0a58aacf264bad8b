/// How a name that was asked for came to be.
///
/// The corresponding Win32 answer is `ERROR_ALREADY_EXISTS`.
public enum Disposition: Sendable {
  /// It is new, or the object has no name.
  case created
  /// Somebody holds it already; what they made is what you get.
  case openedExisting
}

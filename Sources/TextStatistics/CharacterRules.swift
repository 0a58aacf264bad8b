import CTextScan
import ScanEngine

/// What is a character, what is white space, and what is printed: the answers of a locale of the C library.
public struct CharacterRules: Sendable {
  /// Why there are no rules.
  public enum Refusal: Error {
    /// The locale's encoding is neither UTF-8 nor that of the C locale.
    case unknownEncoding
    case outOfMemory
  }

  /// Memory of the C library's answers, which threads share.
  @safe private final class Classes: @unchecked Sendable {
    // SAFETY: a page is filled once under a lock, and read only by who saw that it is.
    let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) { unsafe self.pointer = unsafe pointer }

    deinit { unsafe text_scan_classes_destroy(pointer) }
  }

  private let classes: Classes?

  /// Every byte is a character, and only those of ASCII are printed: the rules of the C locale.
  public static let bytes = CharacterRules()

  private init() { classes = nil }

  /// The rules of a locale.
  ///
  /// - Parameters:
  ///   - locale: Its name; "" is the one of the environment, and the C locale where that is not installed.
  ///   - noBreakSpacesPartWords: Whether U+00A0, U+2007, U+202F and U+2060 are white space, as they are to `wc`
  ///     unless POSIXLY_CORRECT is set.
  /// - Throws: ``Refusal`` if there are none.
  public init(ofLocale locale: String, noBreakSpacesPartWords: Bool = true) throws(Refusal) {
    var encoding = TEXT_SCAN_BYTES
    let created = unsafe text_scan_classes_create(locale, noBreakSpacesPartWords ? 1 : 0, &encoding)
    if encoding == TEXT_SCAN_OTHER { throw .unknownEncoding }
    if let created = unsafe created {
      classes = unsafe Classes(created)
    } else {
      guard encoding == TEXT_SCAN_BYTES else { throw .outOfMemory }
      classes = nil
    }
  }

  /// Whether characters may have several bytes.
  public var isUTF8: Bool { classes != nil }

  /// Whether a character is printed.
  public func prints(_ character: Unicode.Scalar) -> Bool {
    guard character.value >= 0x80 else { return (0x20..<0x7F).contains(character.value) }
    guard let classes else { return false }
    return unsafe text_scan_is_printed(classes.pointer, character.value) != 0
  }

  /// Lends a tile to a scan.
  func scan(_ tile: borrowing Tile, _ body: (UnsafePointer<text_scan_input>) -> Void) {
    unsafe TextScan.scan(tile, classes: classes?.pointer, body)
    withExtendedLifetime(classes) {}
  }
}

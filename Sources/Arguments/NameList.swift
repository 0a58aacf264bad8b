/// Names of files, as a file lists them: ended by newlines, or by NULs if there is any.
package struct NameList: Sendable {
  /// The names in their order. None is empty.
  package let names: [[UInt8]]

  /// Reads a list.
  ///
  /// - Parameter hasNulls: Whether names end with NUL in any case, and newlines belong to them.
  package init(_ bytes: [UInt8], endedByNull hasNulls: Bool = false) {
    names = NameList.pieces(of: bytes, endedBy: hasNulls || bytes.contains(0) ? 0 : 10)
      .filter { !$0.isEmpty }
  }

  /// The pieces between separators, of which some may be empty; behind the last separator there is none.
  package static func pieces(of bytes: [UInt8], endedBy separator: UInt8) -> [[UInt8]] {
    var pieces = bytes.split(separator: separator, omittingEmptySubsequences: false).map {
      Array($0)
    }
    if pieces.last?.isEmpty == true { pieces.removeLast() }
    return pieces
  }
}

/// Looks through any regular expression for what cannot be searched for in lines, or piece by piece.
///
/// - Parameter spansLines: Whether a match may hold newlines.
/// - Returns: What is wrong and where; nil if nothing is.
func surveyRegex(_ source: [UInt8], spansLines: Bool) -> (
  situation: PatternError.Situation, position: Int, reason: String, remedy: String
)? {
  var index = 0
  var isInClass = false
  var isQuoted = false

  func starts(_ text: String) -> Bool { source[index...].starts(with: text.utf8) }

  while index < source.count {
    if !spansLines, source[index] == newline { return newlineFault(index) }
    if isQuoted {
      if starts("\\E") {
        isQuoted = false
        index += 2
      } else {
        index += 1
      }
      continue
    }
    if source[index] == UInt8(ascii: "\\") {
      if starts("\\Q") {
        isQuoted = true
      } else if !isInClass, !spansLines, starts("\\n") {
        return newlineFault(index)
      } else if !isInClass, starts("\\G") {
        return (
          .unsupported, index, "\\G depends on where the search before it ended",
          "use ^ for the start of a line"
        )
      }
      index += 2
      continue
    }
    if isInClass {
      if source[index] == UInt8(ascii: "]") { isInClass = false }
      if starts("[:"), let close = source[index...].firstIndex(of: UInt8(ascii: "]")) {
        index = close
      }
    } else if source[index] == UInt8(ascii: "[") {
      isInClass = true
      // A closing bracket in first place stands for itself.
      if starts("[^]") { index += 2 } else if starts("[]") { index += 1 }
    } else if starts("(*COMMIT") {
      return (
        .unsupported, index, "(*COMMIT) ends the search of a line early",
        "use (*PRUNE), which ends the attempt at one place"
      )
    }
    index += 1
  }
  return nil
}

/// The fault of a pattern with a newline at `position`.
func newlineFault(_ position: Int) -> (
  situation: PatternError.Situation, position: Int, reason: String, remedy: String
) {
  (
    .containsNewline, position, "a line never holds a newline, so this can never match",
    "give the parts before and after the newline as patterns of their own, or use ^ and $"
  )
}

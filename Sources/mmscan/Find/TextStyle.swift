/// What stands before the text of a line, and in which colours.
struct TextStyle {
  var numbersLines = false
  var showsColumns = false
  var showsOffsets = false
  /// Whether each line says which frame of a zstd file holds its first byte.
  var showsFrames = false
  /// Whether only what matches is printed, each match on a line of its own.
  var showsOnlyMatches = false
  /// Whether each line says which pattern selects it; their labels by position.
  var labels: [[UInt8]]?
  var isInverted = false
  /// Whether NUL ends the name.
  var endsNamesWithNull = false
  var isColored = false
  var isForTerminal = false

  /// Whether text goes through as it is, without anything before it.
  func isPlain(named: Bool) -> Bool {
    !(named || numbersLines || showsColumns || showsOffsets || showsFrames || labels != nil
      || isForTerminal)
  }

  // Each with "and clear the rest of the line", as grep does it.
  static let matchColor: StaticString = "\u{1B}[01;31m\u{1B}[K"
  static let nameColor: StaticString = "\u{1B}[35m\u{1B}[K"
  static let numberColor: StaticString = "\u{1B}[32m\u{1B}[K"
  static let separatorColor: StaticString = "\u{1B}[36m\u{1B}[K"
  static let endOfColor: StaticString = "\u{1B}[m\u{1B}[K"

  /// How many bytes of a line a terminal gets.
  static let terminalLimit: UInt64 = 64 << 10

  /// A name as it is printed, without what ends it.
  func name(_ name: [UInt8]) -> [UInt8] {
    paint(SafeText.printable(name, onTerminal: isForTerminal), TextStyle.nameColor)
  }

  /// A name with the separator after it.
  func name(_ name: [UInt8], before separator: UInt8) -> [UInt8] {
    self.name(name) + (endsNamesWithNull ? [0] : paint([separator], TextStyle.separatorColor))
  }

  func paint(_ text: [UInt8], _ color: StaticString) -> [UInt8] {
    isColored ? Array("\(color)".utf8) + text + Array("\(TextStyle.endOfColor)".utf8) : text
  }
}

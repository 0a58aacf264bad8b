import Arguments
import PatternSearch

/// The patterns of one command line.
struct FindPatterns {
  private(set) var patterns: [Pattern] = []
  /// Whether the input is searched as one text, since a match may hold a newline.
  private(set) var spansLines = false
  private let options: FindPatternOptions
  /// The operands that are left: names of files.
  private(set) var operands: [String]

  /// - Throws: ``CommandError`` if there is none, a file of them cannot be read, or one is malformed.
  init(_ command: FindCommand, _ arguments: RawArguments) throws(CommandError) {
    options = command.patterns
    operands = command.operands
    for text in options.regexps { add(arguments.bytes(of: text)) }
    for text in options.named { try add(named: arguments.bytes(of: text)) }
    for name in options.files {
      let bytes = try ArgumentFile.bytes(of: name, arguments, option: "-f")
      for line in NameList.pieces(of: bytes, endedBy: 10) { patterns.append(pattern(line)) }
    }
    if options.regexps.isEmpty, options.named.isEmpty, options.hex.isEmpty, options.files.isEmpty {
      guard !operands.isEmpty else {
        throw CommandError(
          "find: give a pattern, as in mmscan find PATTERN FILE, or see mmscan find --help")
      }
      add(arguments.bytes(of: operands.removeFirst()))
    }
    if options.letterCase == .smartCase { decideCase() }
    // Bytes have no case.
    for text in options.hex {
      do throws(PatternError) {
        patterns.append(try Pattern.hex(arguments.bytes(of: text)))
      } catch { throw CommandError("--hex: \(error)") }
    }
    // Without a newline in any match, lines can be searched apart, which is faster.
    spansLines = isOneText && (options.crlf || mayMatchNewlines)
  }

  private var isOneText: Bool { options.multiline || !options.hex.isEmpty }

  /// Newlines separate patterns, unless they can match.
  private mutating func add(_ text: [UInt8]) {
    if isOneText {
      patterns.append(pattern(text))
    } else {
      for line in text.split(separator: 10, omittingEmptySubsequences: false) {
        patterns.append(pattern(Array(line)))
      }
    }
  }

  private mutating func add(named text: [UInt8]) throws(CommandError) {
    guard let equals = text.firstIndex(of: UInt8(ascii: "=")), equals > 0 else {
      throw CommandError(
        "--pattern: '\(SafeText.escaped(text))' has no name: write NAME=REGEX, or use -e")
    }
    var pattern = pattern(Array(text[(equals + 1)...]))
    pattern.name = Array(text[..<equals])
    patterns.append(pattern)
  }

  private func pattern(_ bytes: [UInt8]) -> Pattern {
    var pattern = Pattern(
      bytes, kind: options.fixedStrings ? .literal : .regex,
      ignoresCase: options.letterCase == .ignoreCase, matchesWords: options.words)
    pattern.matchesLines = options.lines
    pattern.isUnicode = options.unicode
    return pattern
  }

  private mutating func decideCase() {
    var smartCase = SmartCase()
    for pattern in patterns {
      if pattern.kind == .literal {
        smartCase.add(literal: pattern.bytes)
      } else {
        smartCase.add(regex: pattern.bytes)
      }
    }
    guard smartCase.ignoresCase else { return }
    for index in patterns.indices { patterns[index].ignoresCase = true }
  }

  /// Whether a match may hold a newline.
  var mayMatchNewlines: Bool { patterns.contains(where: \.mayHoldNewline) }
}

import Arguments
import PatternSearch

/// What one command line asks for, checked.
struct FindRequest {
  /// What is printed.
  enum Answer {
    case nothing
    case names(FindList)
    case counts(ofMatches: Bool)
    case lines
    case bytes(reach: UInt64)
    case json
  }

  let answer: Answer
  let set: PatternSet
  let patterns: FindPatterns
  let options: LineSearch.Options
  let style: TextStyle
  /// How many lines before and after are printed; nil for none, and no separators.
  let context: (before: UInt64, after: UInt64)?
  let lineLimit: UInt64?
  /// Names of files as they were given; - is the standard input.
  let files: [InputName]
  let showsNames: Bool
  /// What the standard input is called.
  let inputLabel: [UInt8]
  let isByPattern: Bool
  /// That content of zstd files is searched; nil if files are.
  let content: ContentRequest?
  /// Whether nothing can be selected and nothing is printed.
  let isVain: Bool

  /// - Throws: ``CommandError`` for patterns that do not compile, and arguments that contradict each other.
  init(_ command: FindCommand, _ arguments: RawArguments) throws(CommandError) {
    let (asked, ways) = (command.answers, command.ways)
    patterns = try FindPatterns(command, arguments)
    answer = FindRequest.answer(command)
    isByPattern = asked.byPattern
    content = try ContentRequest(command.content, arguments)
    if asked.frame, content == nil {
      throw CommandError("--frame says which frame of a zstd file holds a line: add -z")
    }
    let usualLabel = if case .json = answer { "<stdin>" } else { "(standard input)" }
    inputLabel = asked.label.map { arguments.bytes(of: $0) } ?? Array(usualLabel.utf8)
    files = try command.list.names(
      patterns.operands, otherReaders: command.patterns.files.count { $0 == "-" }, arguments)
    lineLimit = asked.maxCount.flatMap { $0 < 0 ? nil : UInt64($0) }
    showsNames =
      asked.names.map { $0 == .always } ?? (files.count > 1 || !command.list.filesFrom.isEmpty)
    context =
      asked.after == nil && asked.before == nil && asked.context == nil
      ? nil
      : (
        UInt64(asked.before ?? asked.context ?? 0), UInt64(asked.after ?? asked.context ?? 0)
      )
    let isInverted = command.patterns.inverted
    style = FindRequest.style(asked, patterns, isInverted: isInverted)
    var wanted = patterns.patterns
    var listsOthers = false
    if case .names(.others) = answer { listsOthers = true }
    // As grep, which does not even look for lines that an empty pattern does not select.
    let selectsAll =
      wanted.count == 1 && wanted[0].bytes.isEmpty && !wanted[0].matchesWords
      && !wanted[0].matchesLines
    isVain =
      !listsOthers
      && (lineLimit == 0 || (isInverted ? selectsAll : wanted.isEmpty))
    // No pattern matches nothing, and so does one that nothing is asked of.
    if wanted.isEmpty || lineLimit == 0 { wanted = [Pattern("(?!)")] }
    var form = SearchForm()
    form.finder = ways.finder.finder
    form.spansLines = patterns.spansLines
    form.endsLinesWithCRLF = command.patterns.crlf
    do throws(PatternError) { set = try PatternSet(wanted, form: form) } catch {
      throw CommandError("find: \(error)")
    }
    var options = LineSearch.Options()
    // Which lines no match touches that spans lines, only the matches tell.
    // Of no lines none is wanted.
    options.isInverted = isInverted && !patterns.spansLines && lineLimit != 0
    let defaultLength = ByteSize(patterns.spansLines ? 1 << 20 : 8 << 20)
    options.maxMatchByteCount = Int((command.patterns.maxMatchLength ?? defaultLength).byteCount)
    options.isByPattern = asked.byPattern
    options.countsMatches = false
    options.lineLimit = lineLimit
    switch answer {
    case .nothing, .names:
      options.isByPattern = false
      options.lineLimit = 1
    case .counts(let ofMatches):
      options.countsMatches = ofMatches
      // Matches beyond the last line that counts must not.
      if ofMatches, lineLimit != nil { options.listing = .matches }
    case .lines:
      options.numbersLines = style.numbersLines
      options.listing =
        !isInverted && (style.showsOnlyMatches || style.showsColumns || style.isColored)
        ? .matches : .lines
      options.listsFirstMatches =
        !patterns.spansLines && !style.showsOnlyMatches && !style.isColored
    case .bytes: options.listing = .matches
    case .json:
      options.numbersLines = true
      options.listing = isInverted ? .lines : .matches
    }
    if patterns.spansLines { options.listing = .matches }
    // Lines after the last selected one come from what is read later.
    if patterns.spansLines || context.map({ $0.after > 0 }) ?? false || answer.isOfBytes {
      if options.listing != .nothing { options.lineLimit = nil }
    }
    self.options = options
    if patterns.spansLines, asked.byPattern { try FindRequest.checkByPattern(answer, style) }
  }

  /// How many patterns select lines for themselves; 1 if they do it together.
  var groupCount: Int { options.isByPattern ? set.patterns.count : 1 }

  /// Whether matches are shown in lines around those that are selected.
  var marksContext: Bool {
    guard options.isInverted, context != nil else { return false }
    if case .json = answer { return true }
    return style.isColored || style.showsOnlyMatches
  }

  private static func answer(_ command: FindCommand) -> Answer {
    let asked = command.answers
    if asked.quiet { return .nothing }
    if let list = asked.list { return .names(list) }
    if asked.count || asked.countMatches {
      return .counts(ofMatches: asked.countMatches && !command.patterns.inverted)
    }
    if asked.json { return .json }
    if let bytes = asked.bytes { return .bytes(reach: UInt64(bytes)) }
    let isHex = !command.patterns.hex.isEmpty
    return isHex && !asked.onlyMatching && !asked.byteOffset ? .bytes(reach: 16) : .lines
  }

  private static func style(
    _ asked: FindAnswerOptions, _ patterns: FindPatterns, isInverted: Bool
  ) -> TextStyle {
    var style = TextStyle()
    style.isForTerminal = StandardOutput.isTerminal
    style.numbersLines = asked.lineNumber || asked.column
    style.showsColumns = asked.column
    style.showsOffsets = asked.byteOffset
    style.showsFrames = asked.frame
    style.showsOnlyMatches = asked.onlyMatching
    style.isInverted = isInverted
    style.endsNamesWithNull = asked.null
    style.labels = asked.byPattern ? patterns.patterns.map(\.label) : nil
    switch asked.color {
    case .always: style.isColored = true
    case .never: style.isColored = false
    case .auto:
      let terminal = unsafe getenv("TERM").map { unsafe String(cString: $0) } ?? "dumb"
      let isUnwanted = unsafe getenv("NO_COLOR") != nil
      style.isColored = StandardOutput.isTerminal && terminal != "dumb" && !isUnwanted
    }
    return style
  }

  private static func checkByPattern(
    _ answer: Answer, _ style: TextStyle
  ) throws(CommandError) {
    switch answer {
    case .counts where style.isInverted: break
    case .nothing, .names, .counts, .bytes: return
    case .lines where style.showsOnlyMatches: return
    case .lines, .json: break
    }
    throw CommandError(
      "--by-pattern with --multiline cannot tell lines apart, which matches of several patterns share: "
        + (style.isInverted ? "leave out -v" : "add -o, --bytes or -c"))
  }
}

extension FindRequest.Answer {
  var isOfBytes: Bool { if case .bytes = self { true } else { false } }
}

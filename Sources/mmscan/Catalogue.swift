import Checksums
import PatternSearch
import ScanEngine
import ZstdFrames

/// Everything that can be asked: one line for each analyzer.
struct Catalogue {
  private let wantsLines: Bool
  private let checksums: [ChecksumAlgorithm]
  private let patterns: (set: PatternSet, shown: Int)?
  private let wantsFrames: Bool
  private let isStandard: Bool

  /// Checks what was asked for.
  ///
  /// - Parameter hasStandard: Whether there are answers when nothing is asked.
  /// - Throws: ``CommandError`` for an unknown algorithm or a pattern that does not compile.
  init(
    _ options: AnalyzerOptions, _ arguments: RawArguments, hasStandard: Bool = true
  ) throws(CommandError) {
    var algorithms: [ChecksumAlgorithm] = []
    for name in options.sum.flatMap({ $0.split(separator: ",", omittingEmptySubsequences: false) })
    {
      guard let algorithm = ChecksumAlgorithm(named: String(name)) else {
        let known = ChecksumAlgorithm.allCases.map(\.rawValue).joined(separator: ", ")
        throw CommandError(
          "--sum: no algorithm is called '\(SafeText.escaped(arguments.bytes(of: String(name))))'; there are \(known)"
        )
      }
      if !algorithms.contains(algorithm) { algorithms.append(algorithm) }
    }
    isStandard = hasStandard && options.isEmpty
    wantsLines = options.lines || isStandard
    checksums = isStandard ? [.xxh3] : algorithms
    wantsFrames = options.frames
    guard !options.find.isEmpty else {
      patterns = nil
      return
    }
    do throws(PatternError) {
      let set = try PatternSet(
        options.find.map { text in
          Pattern(
            arguments.bytes(of: text), kind: options.fixedStrings ? .literal : .regex,
            ignoresCase: options.ignoreCase, matchesWords: options.wordRegexp)
        })
      patterns = (set, options.show)
    } catch {
      throw CommandError("--find: \(error)")
    }
  }

  /// What to ask of one file.
  ///
  /// - Parameter firstBytes: How the file begins, as far as that is known before the scan.
  func questions(forFileBeginningWith firstBytes: [UInt8]?) -> [Question] {
    var questions: [Question] = []
    if wantsLines { questions.append(.lines) }
    if !checksums.isEmpty { questions.append(.checksums(checksums)) }
    if let patterns { questions.append(.patterns(patterns.set, shown: patterns.shown)) }
    // How a stream begins shows only when it is read.
    if wantsFrames || isStandard && firstBytes.map(Question.looksLikeZstd) ?? true {
      questions.append(.frames(onlyIfAny: !wantsFrames))
    }
    return questions
  }
}

import Checksums
import PatternSearch
import ScanEngine
import TextStatistics
import ZstdFrames

/// Everything that can be asked: one line for each analyzer.
struct Catalogue {
  private let wantsLines: Bool
  private let text: [Question]
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
    let algorithms = try Catalogue.algorithms(options.sum, option: "--sum", arguments)
    isStandard = hasStandard && options.isEmpty
    wantsLines = options.lines || isStandard
    text = try Catalogue.text(options)
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

  /// What is asked of words, characters and soundness.
  private static func text(_ options: AnalyzerOptions) throws(CommandError) -> [Question] {
    var questions: [Question] = []
    if options.words || options.chars || options.longest {
      let rules = try CharacterRules.ofEnvironment()
      if options.words { questions.append(.words(rules)) }
      if options.chars { questions.append(.characters(rules)) }
      if options.longest { questions.append(.longestLine(rules)) }
    }
    if options.health { questions.append(.health) }
    return questions
  }

  /// The algorithms that an option names.
  ///
  /// - Throws: ``CommandError`` for an unknown one.
  static func algorithms(
    _ names: [String], option: String, _ arguments: RawArguments
  ) throws(CommandError) -> [ChecksumAlgorithm] {
    var algorithms: [ChecksumAlgorithm] = []
    for name in names.flatMap({ $0.split(separator: ",", omittingEmptySubsequences: false) }) {
      guard let algorithm = ChecksumAlgorithm(named: String(name)) else {
        let known = ChecksumAlgorithm.allCases.map(\.name).joined(separator: ", ")
        throw CommandError(
          "\(option): no algorithm is called '\(SafeText.escaped(arguments.bytes(of: String(name))))'; there are \(known)"
        )
      }
      if !algorithms.contains(algorithm) { algorithms.append(algorithm) }
    }
    return algorithms
  }

  /// Whether the answers of many files fit into memory.
  var keepsLittle: Bool { patterns.map { $0.shown * $0.set.patterns.count <= 256 } ?? true }

  /// Whether it depends on how a file begins what is asked of it.
  var dependsOnFirstBytes: Bool { isStandard }

  /// What to ask of one file.
  ///
  /// - Parameter firstBytes: How the file begins, as far as that is known before the scan.
  func questions(forFileBeginningWith firstBytes: [UInt8]?) -> [Question] {
    // How a stream begins shows only when it is read.
    let mayBeZstd = isStandard && firstBytes.map(Question.looksLikeZstd) ?? true
    return questions(frames: nil)
      + (wantsFrames || mayBeZstd ? [.frames(onlyIfAny: !wantsFrames)] : [])
  }

  /// What to ask of what a file holds.
  ///
  /// - Parameters:
  ///   - frames: Which frame holds which content.
  ///   - density: Into which buckets matches are counted as well; nil for none.
  func questions(frames: ContentFrames?, density: BucketScale? = nil) -> [Question] {
    var questions: [Question] = []
    if wantsLines { questions.append(.lines) }
    questions += text
    if !checksums.isEmpty { questions.append(.checksums(checksums)) }
    if let patterns {
      questions.append(
        .patterns(patterns.set, shown: patterns.shown, frames: frames, density: density))
    }
    return questions
  }

  /// What to ask of a file whose content is asked for.
  ///
  /// - Parameter sums: Checksums of the file itself.
  func questionsBesideContent(_ sums: [ChecksumAlgorithm]) -> [Question] {
    (sums.isEmpty ? [] : [.checksums(sums, ofFile: true)])
      + (wantsFrames ? [.frames(onlyIfAny: false)] : [])
  }
}

import Checksums
import Manifests
import ScanEngine
import SystemPackage

/// Checks the files of one list.
final class SumCheck {
  private let listName: [UInt8]
  private let list: ListReading
  private let command: SumCommand
  private let algorithms: [ChecksumAlgorithm]
  private let scanner: SumScanner
  private let output: SumOutput

  private var malformedCount = 0
  private var unreadCount = 0
  private var mismatchedCount = 0
  private var wellFormedCount = 0
  private var hasMatched = false
  private var status = ExitStatus.fine

  /// The list, or why it cannot be read.
  typealias ListReading = Result<CheckList, ArgumentFile.Failure>

  /// - Parameter algorithms: Those that count; all if it is empty.
  init(
    _ listName: [UInt8], _ list: ListReading, _ command: SumCommand,
    _ algorithms: [ChecksumAlgorithm], _ scanner: SumScanner, _ output: SumOutput
  ) {
    (self.listName, self.list) = (listName, list)
    (self.command, self.algorithms) = (command, algorithms)
    (self.scanner, self.output) = (scanner, output)
  }

  private var asked: SumCheckOptions { command.checking }
  private var isStandardInput: Bool { listName == [UInt8(ascii: "-")] }
  private var shownListName: String {
    isStandardInput ? "'standard input'" : ShellQuoting().text(listName)
  }

  /// Checks and prints, line by line.
  ///
  /// - Throws: ``CommandError`` if results cannot be written.
  func run() throws(CommandError) -> ExitStatus {
    let list: CheckList
    do throws(ArgumentFile.Failure) { list = try self.list.get() } catch {
      let reason = error.isOpen && error.error != nil ? "read error" : error.reason
      try output.warn("\(shownListName): \(reason)")
      return .negative
    }
    try check(list)
    try conclude()
    return status
  }

  private func check(_ list: CheckList) throws(CommandError) {
    let wishes = list.files.map(\.wish)
    let ahead = scanner.ahead(wishes)
    var endings: [Int: Result<FileSums, SumFailure>] = [:]
    for entry in list.entries {
      guard case .line(let line, let number) = entry else {
        try note(malformed: entry)
        continue
      }
      let file = list.files[number]
      let ending: Result<FileSums, SumFailure>
      let isFirst = file.lines[0].number == line.number
      if let known = endings[number] {
        ending = known
      } else {
        if !ahead.isReady(number) { try output.flush() }
        ending = Result { () throws(SumFailure) in
          try scanner.take(number, of: wishes, ahead)
        }
      }
      endings[number] = file.lines.last?.number == line.number ? nil : ending
      wellFormedCount += 1
      switch ending {
      case .failure(let failure): try note(failure, file, line, isFirst: isFirst)
      case .success(let sums):
        if isFirst {
          output.end(sums.report.outcome)
          if command.ways.json { try print(sums, file) }
          if file.wish.blockByteCount > 0 { judgeBlocks(sums, file) }
        }
        if !file.isBlock(line) { judge(sums, line) }
      }
    }
  }

  private func note(malformed entry: CheckList.Entry) throws(CommandError) {
    guard case .malformed(let number) = entry else { return }
    malformedCount += 1
    guard asked.voice == .warn else { return }
    let kind = algorithms.count == 1 ? "\(algorithms[0].displayName) " : ""
    try output.warn("\(shownListName): \(number): improperly formatted \(kind)checksum line")
  }

  private func note(
    _ failure: SumFailure, _ file: CheckList.File, _ line: ManifestLine, isFirst: Bool
  ) throws(CommandError) {
    let isBlock = file.isBlock(line)
    if isBlock, !isFirst { return }
    if asked.ignoreMissing, failure.isMissing { return }
    unreadCount += 1
    let name = file.wish.name
    let isJSON = command.ways.json
    if isFirst || !isJSON {
      status = status.merged(with: try output.report(failure, of: name))
    }
    switch failure {
    case .unanswered(.changed(_), _, _), .unanswered(.truncated(from: _, to: _, at: _), _, _):
      say(name, "FAILED (changed while it was read)")
    case .unopened, .unanswered, .failed, .notPassedOn: say(name, "FAILED open or read")
    }
  }

  /// Prints what a line of the list came to.
  private func say(_ name: [UInt8], _ word: String, isFine: Bool = false) {
    guard asked.voice != .status, !command.ways.json, !(isFine && asked.voice == .quiet) else {
      return
    }
    let isEscaped = name.contains(UInt8(ascii: "\n"))
    output.append(
      (isEscaped ? [UInt8(ascii: "\\")] : [])
        + SumPrinter.shown(isEscaped ? EscapedName.escaped(name) : name)
        + ": \(word)\n".utf8)
  }

  // MARK: Verdicts

  private func judge(_ sums: FileSums, _ line: ManifestLine) {
    if sums.fits(line) {
      hasMatched = true
      say(line.name, "OK", isFine: true)
    } else {
      mismatchedCount += 1
      say(line.name, "FAILED")
    }
  }

  private func judgeBlocks(_ sums: FileSums, _ file: CheckList.File) {
    let verdict = BlockVerdict(sums, file)
    if verdict.isFine {
      hasMatched = true
      say(file.wish.name, "OK", isFine: true)
    } else {
      mismatchedCount += max(1, verdict.damagedCount)
      say(file.wish.name, "FAILED (\(verdict.sentence))")
    }
  }

  private func print(_ sums: FileSums, _ file: CheckList.File) throws(CommandError) {
    let whole = file.lines.filter { !file.isBlock($0) }
    let verdict = file.wish.blockByteCount > 0 ? BlockVerdict(sums, file) : nil
    let isFine = whole.allSatisfy(sums.fits) && verdict?.isFine ?? true
    var members: [(String, JSON)] = [("ok", .bool(isFine))]
    if !whole.isEmpty {
      members.append(
        (
          "lines",
          .array(
            whole.map { line in
              .object([
                ("line_number", .integer(UInt64(line.number))), ("ok", .bool(sums.fits(line))),
                (
                  "algorithms",
                  .array(line.digests.joined().map { .string($0.algorithm.name) })
                ),
              ])
            })
        ))
    }
    if let verdict { members.append(("blocks", verdict.json)) }
    try output.print(
      sums, Answer(rows: [], key: "verified", json: .object(members)), of: file.wish.name)
  }

  // MARK: The end

  /// Says what GNU says at the end of a list.
  private func conclude() throws(CommandError) {
    func tell(_ count: Int, _ one: String, _ many: String) throws(CommandError) {
      guard count > 0, asked.voice != .status else { return }
      try output.warn("WARNING: \(count) \(count == 1 ? one : many)")
    }
    guard wellFormedCount > 0 else {
      try output.warn("\(shownListName): no properly formatted checksum lines found")
      status = status.merged(with: .negative)
      return
    }
    try tell(
      malformedCount, "line is improperly formatted", "lines are improperly formatted")
    try tell(
      unreadCount, "listed file could not be read", "listed files could not be read")
    try tell(
      mismatchedCount, "computed checksum did NOT match", "computed checksums did NOT match")
    if asked.ignoreMissing, !hasMatched, asked.voice != .status {
      try output.warn("\(shownListName): no file was verified")
    }
    if !hasMatched || mismatchedCount > 0 || unreadCount > 0 || asked.strict && malformedCount > 0 {
      status = status.merged(with: .negative)
    }
  }
}

extension FileSums {
  /// Whether the file is what a line says.
  func fits(_ line: ManifestLine) -> Bool {
    (line.byteCount.map { $0 == byteCount } ?? true)
      && line.digests.allSatisfy { group in group.contains { digest($0.algorithm) == $0 } }
  }
}

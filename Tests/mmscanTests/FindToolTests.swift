import Foundation
import SystemPackage
import TestSupport
import Testing

private let hasGrep = Program.succeeds(
  "test \"$(grep --version | head -1)\" = 'grep (GNU grep) 3.8' && echo x | grep -qP x")
private let hasRipgrep = Program.succeeds(
  "test \"$(rg --version | cut -d ' ' -f 2 | head -1)\" = 13.0.0")

/// `mmscan find` prints the bytes and gives the exit status of the tool it stands in for.
///
/// What is compared is the output of these very versions, run in the test; later ones differ in
/// details (`grep -L`, for one, had another exit status for a few releases).
@Suite(.enabled(if: hasGrep && hasRipgrep, "needs GNU grep 3.8 and ripgrep 13.0"))
struct FindToolTests {
  @Test(arguments: FindCorpus.allCases) func answersAsGrepDoes(corpus: FindCorpus) throws {
    try compare(FindRow.grep + (corpus.isHuge ? [] : FindRow.dense), on: corpus)
  }

  @Test(arguments: FindCorpus.allCases) func takesOperandsAsGrepDoes(corpus: FindCorpus) throws {
    try compare(FindRow.operands, on: corpus)
  }

  @Test(arguments: FindCorpus.allCases) func answersAsRipgrepDoes(corpus: FindCorpus) throws {
    try compare(FindRow.ripgrep, on: corpus)
  }

  @Test(arguments: FindCorpus.text) func answersInUnicode(corpus: FindCorpus) throws {
    try compare(FindRow.unicode, on: corpus, environment: ["LC_ALL": "C.UTF-8"])
  }

  @Test(arguments: [FindCorpus.binary, .unfinished, .hugeLine, .empty])
  func pipesGiveTheSameAnswers(corpus: FindCorpus) throws {
    try compare(FindRow.grep, on: corpus, input: .pipe)
  }

  @Test(arguments: [FindCorpus.log, .unfinished])
  func standardInputIsReadWithoutOperands(corpus: FindCorpus) throws {
    try compare(FindRow.grep, on: corpus, input: .redirection)
  }

  @Test(arguments: FindCorpus.allCases) func sendsTheMessagesOfRipgrep(corpus: FindCorpus) throws {
    let directory = try TemporaryDirectory()
    try corpus.write(in: directory)
    try record(
      asked(FindRow.messages, of: corpus).compactMap { row in
        try messageDifference(row, on: corpus, in: directory.path.string)
          .map { "\(corpus): mmscan find --json \(row.words)\n\($0)" }
      })
  }
}

/// Where the corpus comes from, in rows that name no operand.
private enum Input {
  case file, pipe, redirection

  /// A command line that reads the corpus `name`.
  func line(_ command: String, _ name: String) -> String {
    switch self {
    case .file: "\(command) \(name)"
    case .pipe: "cat \(name) | \(command) -"
    case .redirection: "\(command) <\(name)"
    }
  }
}

/// Whether every row is asked of every corpus. Otherwise, since there are thousands, each is asked of some.
private let asksAll = ProcessInfo.processInfo.environment["MMSCAN_ALL_ROWS"] != nil

/// The rows that make sense for a corpus.
private func asked(_ rows: [FindRow], of corpus: FindCorpus) -> [FindRow] {
  let turn = FindCorpus.allCases.firstIndex(of: corpus) ?? 0
  return rows.enumerated().compactMap { index, row in
    guard asksAll || (index + turn) % 8 == 0 else { return nil }
    if corpus.isHuge, row.isLong || row.exceedsMemory { return nil }
    return corpus.isUnfinished && row.looksBehindTheEnd ? nil : row
  }
}

private let find = "timeout 20 '\(productDirectory)/mmscan' find"

/// Asks every row of both tools, in one run of the shell, and records the rows that differ.
private func compare(
  _ rows: [FindRow], on corpus: FindCorpus, input: Input = .file,
  environment: [String: String] = ["LC_ALL": "C"]
) throws {
  let rows = asked(rows, of: corpus)
  let directory = try TemporaryDirectory()
  try corpus.write(in: directory)
  let commands = rows.map { row in
    if row.namesOperands {
      return ("\(find) \(row.words)", "\(row.tool.rawValue) \(row.toolWords)")
    }
    return (
      input.line("\(find) \(row.words)", corpus.rawValue),
      input.line("\(row.tool.rawValue) \(row.toolWords)", corpus.rawValue)
    )
  }
  let script = zip(rows.indices, commands).map { index, pair in
    """
    { \(pair.0)
    } >mine 2>mine.err; mine=$?
    { \(pair.1)
    } >tool 2>tool.err; tool=$?
    compare \(index) \(rows[index].dropsCarriageReturns)

    """
  }
  let variables = environment.merging(["f": corpus.rawValue]) { $1 }
  let program = try Program.shell(
    comparison + script.joined(), in: directory.path.string, environment: variables)
  #expect(program.status == 0, "\(program.errorText)")
  let differing = program.text.components(separatedBy: "\u{1E}").dropFirst()
  record(
    differing.compactMap { report in
      let parts = report.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, let index = Int(parts[0]) else { return nil }
      return "\(corpus): mmscan find \(rows[index].words)\nas \(commands[index].1)\n\(parts[1])"
    })
}

/// Records rows that differ: the first ones, and how many there are.
private func record(_ reports: [String]) {
  for report in reports.prefix(20) { Issue.record("\(report)") }
  if reports.count > 20 { Issue.record("\(reports.count - 20) more rows differ") }
}

/// Says of row `$1` how the two outputs and exit statuses differ, if they do. `$2` says whether
/// carriage returns at ends of lines count.
private let comparison = #"""
  unset GREP_COLORS GREP_COLOR RIPGREP_CONFIG_PATH
  compare() {
    if $2; then sed -i 's/\r*$//' mine tool; fi
    cmp -s mine tool && [ $mine = $tool ] && return
    local at
    at=$(cmp mine tool 2>&1 | sed -n 's/.* byte \([0-9]*\),.*/\1/p')
    at=$((at > 40 ? at - 40 : 1))
    printf '\036%s\nstatus %s, not %s; from byte %s of the output:\n' $1 $mine $tool $at
    for output in mine tool; do
      printf '%s: ' $output
      tail -c +$at $output | head -c 160 | cat -v | sed 's/$/\\n/' | tr -d '\n'
      printf '   %s\n' "$(head -c 200 $output.err)"
    done
  }

  """#

/// How what both tools say as messages differs: ours may have more fields, but none less.
private func messageDifference(
  _ row: FindRow, on corpus: FindCorpus, in directory: String
) throws -> String? {
  let operand = row.namesOperands ? "" : " \(corpus.rawValue)"
  let environment = ["LC_ALL": "C", "f": corpus.rawValue]
  func run(_ command: String) throws -> Program {
    try Program.shell("\(command)\(operand)", in: directory, environment: environment)
  }
  let mine = try run("\(find) --json \(row.words)")
  let ripgrep = try run("\(row.tool.rawValue) --json \(row.toolWords)")
  if mine.status != ripgrep.status {
    return
      "status \(mine.status as Any), not \(ripgrep.status as Any): \(mine.errorText.prefix(200))"
  }
  guard let messages = try? objects(mine) else { return "not JSON: \(mine.text.prefix(200))" }
  for (index, (message, wanted)) in try zip(messages, objects(ripgrep)).enumerated() {
    // Sums leave out the files without a match, and a limit stops each tool somewhere else.
    let isCut = wanted["type"] as? String == "summary" || row.words.contains("-m")
    let measured =
      ["elapsed", "elapsed_total", "bytes_printed"] + (isCut ? ["searches", "bytes_searched"] : [])
    if let place = difference(message, from: wanted, apartFrom: measured) {
      return """
        message \(index): \(place)
        \("\(message)".prefix(300))
        not \("\(wanted)".prefix(300))
        """
    }
  }
  let count = try objects(ripgrep).count
  return messages.count == count ? nil : "\(messages.count) messages, not \(count)"
}

/// Where a JSON value lacks something of another one, or differs; nil if it does not.
///
/// - Parameter measured: Fields that are another in every run, so that only their presence counts.
private func difference(
  _ value: Any, from wanted: Any, apartFrom measured: [String], at path: String = ""
) -> String? {
  switch (value, wanted) {
  case (let object as [String: Any], let wanted as [String: Any]):
    // Of a line longer than fits into memory there is only a part.
    let isClipped = object["clipped"] as? Bool == true
    for (key, member) in wanted.sorted(by: { $0.key < $1.key }) {
      guard let own = object[key] else { return "\(path).\(key) is missing" }
      if measured.contains(key) || isClipped && (key == "lines" || key == "match") { continue }
      if let found = difference(own, from: member, apartFrom: measured, at: "\(path).\(key)") {
        return found
      }
    }
    return nil
  case (let list as [Any], let wanted as [Any]):
    if list.count != wanted.count { return "\(path) has \(list.count), not \(wanted.count)" }
    for (index, (own, member)) in zip(list, wanted).enumerated() {
      let place = "\(path)[\(index)]"
      if let found = difference(own, from: member, apartFrom: measured, at: place) { return found }
    }
    return nil
  case (let one as NSObject, let other as NSObject):
    return one == other ? nil : "\(path) differs"
  default: return "\(path) is something else"
  }
}

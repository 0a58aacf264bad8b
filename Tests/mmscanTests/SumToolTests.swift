import Foundation
import SystemPackage
import TestSupport
import Testing

/// `mmscan sum` prints the bytes and gives the exit status of the tool it stands in for.
///
/// What is compared is the output of the very versions that formats were taken from, run in the test.
@Suite(
  .enabled(
    if: Program.succeeds(
      "test \"$(sha256sum --version | head -1)\" = 'sha256sum (GNU coreutils) 9.1'"),
    "needs coreutils 9.1"))
struct SumToolTests {
  private static func hasTool(_ row: SumRow) -> Bool {
    Program.isInstalled(String(row.tool.prefix { $0 != " " }))
  }

  @Test func thereAreManyRows() { #expect(SumRow.all.count >= 60) }

  @Test func printsAsCoreutilsDo() throws { try compare(SumRow.printing) }

  @Test(
    .enabled(
      if: SumRow.others.allSatisfy(hasTool),
      "needs b3sum, xxhsum, rhash and md5deep (Scripts/setup tools)"))
  func printsAsOtherToolsDo() throws { try compare(SumRow.others) }

  @Test(
    .enabled(
      if: SumRow.checking.allSatisfy(hasTool), "needs b3sum and xxhsum (Scripts/setup tools)"))
  func checksAsTheToolsDo() throws { try compare(SumRow.checking) }
}

private func compare(_ rows: [SumRow]) throws {
  let directory = try TemporaryDirectory()
  let made = try Program.shell(SumCorpus.make, in: directory.path.string)
  try #require(made.status == 0, "\(made.errorText)")
  let script = rows.enumerated().map { index, row in
    """
    { timeout 20 '\(productDirectory)/mmscan' sum \(row.words)
    } >.mine 2>.mine.err; mine=$?
    { \(row.tool)
    } >.tool 2>.tool.err; tool=$?
    compare \(index) \(row.comparesErrors)

    """
  }
  let program = try Program.shell(
    comparison + script.joined(), in: directory.path.string,
    environment: ["LC_ALL": "C.UTF-8"])
  #expect(program.status == 0, "\(program.errorText)")
  for report in program.text.components(separatedBy: "\u{1E}").dropFirst().prefix(20) {
    let parts = report.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
    guard let row = Int(parts[0]).map({ rows[$0] }) else { continue }
    Issue.record("mmscan sum \(row.words)\nas \(row.tool)\n\(parts[1])")
  }
}

/// Says of row `$1` how outputs and exit statuses differ, if they do. `$2` says whether stderr counts.
private let comparison = #"""
  compare() {
    sed -i 's/^mmscan: //' .mine.err
    sed -i -E 's/^(md5sum|sha[0-9]*sum|b2sum|cksum|sum): //' .tool.err
    cmp -s .mine .tool && [ $mine = $tool ] && { ! $2 || cmp -s .mine.err .tool.err; } && return
    printf '\036%s\nstatus %s, not %s\n' $1 $mine $tool
    diff -a .tool .mine | head -n 6 | cat -v
    $2 && diff -a .tool.err .mine.err | head -n 6 | cat -v
  }

  """#

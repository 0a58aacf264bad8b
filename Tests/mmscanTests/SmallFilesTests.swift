import SystemPackage
import TestSupport
import Testing

/// Files that are looked at before their turn.
@Suite struct SmallFilesTests {
  /// Small files, with others between them: large, empty, missing, compressed, a directory, a pipe that somebody
  /// writes to.
  private static let making = """
    for n in $(seq 100 399); do seq 1 $n >small.$n; done
    seq 1 200000 >small.150.large; : >small.200.empty; mkdir small.250.directory; mkfifo small.300.pipe
    seq 1 1000 | zstd -q >small.350.zst; printf 'no newline' >small.360.last; chmod 0 small.120
    """

  private func run(_ arguments: String, jobs: Int, in directory: FilePath) throws -> Program {
    try mmscan(
      "\(arguments) -j \(jobs) missing.1 small.* missing.2", before: "seq 1 50 >small.300.pipe & ",
      in: directory.string)
  }

  @Test(arguments: [
    "--lines --sum xxh3", "", "--json --lines", "--find 99 --show 1", "--find 7 --show 300",
    "find -c 99", "find -l 17",
    "find -L 17", "find --count-matches 9",
  ])
  func theyAreToldInOrderAndAsOneAfterTheOther(arguments: String) throws {
    let directory = try TemporaryDirectory()
    let made = try Program.shell(Self.making, in: directory.path.string)
    #expect(made.status == 0, "\(made.errorText)")
    let alone = try run(arguments, jobs: 1, in: directory.path)
    for jobs in [2, 5] {
      let together = try run(arguments, jobs: jobs, in: directory.path)
      #expect(together.text == alone.text)
      #expect(together.errorText == alone.errorText)
      #expect(together.status == alone.status)
    }
    #expect(alone.status == 2)
    #expect(alone.output.count > 50)
  }

  /// Whoever reads the first line and leaves must not be written to for ever.
  @Test func aReaderThatLeavesEndsThem() throws {
    let directory = try TemporaryDirectory()
    let made = try Program.shell(Self.making, in: directory.path.string)
    #expect(made.status == 0)
    let program = try Program.shell(
      "set -o pipefail; '\(productDirectory)/mmscan' --lines small.[1-3]?? | head -n 1",
      in: directory.path.string)
    #expect(program.text.hasPrefix("small.100"))
  }
}

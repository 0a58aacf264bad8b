import ScanEngine
import SystemPackage
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What a running scan says it has found so far.
@Suite struct ProgressTests {
  /// Everything that was answered while a scan ran. Its progress is told by one thread at a time.
  final class Answers: @unchecked Sendable {
    var all: [[UInt8]] = []
    var last: ScanProgress?
  }

  static let input = randomBytes(300_000, seed: 7)

  @Test(arguments: [1, 2, 4], LanePlan.Mode.allCases)
  func whatWasFoundSoFarIsOfAPrefixThatGrows(jobs: Int, lanes: LanePlan.Mode) throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file(ProgressTests.input)
    var scan = Scan()
    (scan.options.windowByteCount, scan.options.tileByteCount) = (4096, 1000)
    (scan.options.jobs, scan.options.lanes) = (jobs, lanes)
    // Nobody is so far ahead that there is only one answer.
    scan.options.reachByteCount = 4 * 4096
    let tickets = [
      scan.add(Transcript(), label: "merged"), scan.add(OrderedTranscript(), label: "ordered"),
      scan.add(OrderedTranscript(throughput: 0.5), label: "slow"),
    ]
    let answers = tickets.map { _ in Answers() }
    let report = try scan.run(over: Source(file, maps: jobs != 4)) { progress in
      for (ticket, answers) in zip(tickets, answers) {
        if let answer = progress[ticket] { answers.all.append(answer) }
        answers.last = progress
      }
    }
    for (ticket, answers) in zip(tickets, answers) {
      #expect(report[ticket] == ProgressTests.input)
      #expect(answers.all.contains { !$0.isEmpty && $0.count < ProgressTests.input.count })
      #expect(answers.all.map(\.count) == answers.all.map(\.count).sorted())
      #expect(answers.all.allSatisfy { ProgressTests.input.starts(with: $0) })
      #expect(answers.last?[ticket] == ProgressTests.input)
    }
  }

  @Test(arguments: [1, 3]) func aStreamThatStallsIsAnsweredForUpToThere(jobs: Int) throws {
    let directory = try TemporaryDirectory()
    try withPipe(ProgressTests.input, in: directory) { pipe in
      var scan = Scan()
      (scan.options.windowByteCount, scan.options.jobs) = (65536, jobs)
      let tickets = [
        scan.add(Transcript(), label: "mergeable"), scan.add(OrderedTranscript(), label: "ordered"),
      ]
      let report = try scan.run(over: Source(pipe)) { progress in
        // No more is read before this returns.
        for ticket in tickets {
          let expected = ProgressTests.input.prefix(Int(progress.bytesDone))
          var answer: [UInt8]?
          for _ in 0..<10_000 where answer?.count != expected.count {
            answer = progress[ticket]
            usleep(100)
          }
          #expect(answer.map { $0[...] } == expected)
        }
      }
      #expect(report[tickets[0]] == ProgressTests.input)
    }
  }

  @Test func anAnalyzerThatCannotAnswerYetIsNoError() throws {
    struct Whole: Analyzer {
      var byteCount = 0
      mutating func update(_ tile: borrowing Tile) { byteCount += tile.byteCount }
      consuming func finalize() throws(AnalysisError) -> Int {
        guard byteCount == ProgressTests.input.count else {
          throw AnalysisError(offset: 0, reason: "cut")
        }
        return byteCount
      }
    }
    let directory = try TemporaryDirectory()
    let file = try directory.file(ProgressTests.input)
    var scan = Scan()
    scan.options.windowByteCount = 4096
    let ticket = scan.add(Whole(), label: "whole")
    let report = try scan.run(over: Source(file)) { progress in #expect(progress[ticket] == nil) }
    #expect(report[ticket] == ProgressTests.input.count)
  }
}

import ScanEngine
import Testing

@Suite struct LanePlanTests {
  static let lines = LanePlan.Rider(isMergeable: true, throughput: 14)
  static let crc = LanePlan.Rider(isMergeable: true, throughput: 15)
  static let xxh3 = LanePlan.Rider(isMergeable: false, throughput: 14)
  static let xxh64 = LanePlan.Rider(isMergeable: false, throughput: 6)
  static let sha256 = LanePlan.Rider(isMergeable: false, throughput: 1.3)
  static let md5 = LanePlan.Rider(isMergeable: false, throughput: 0.7)
  static let frames = LanePlan.Rider(isMergeable: false, throughput: 200)

  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var riders: [LanePlan.Rider]
    var jobs: Int
    /// Per lane the ordered analyzers; a lane that claims windows ends in -1.
    var lanes: [[Int]]
  }

  static let cases = [
    Case(testDescription: "one mergeable, one job", riders: [lines], jobs: 1, lanes: [[-1]]),
    Case(
      testDescription: "mergeable ones share all lanes", riders: [lines, crc], jobs: 3,
      lanes: [[-1], [-1], [-1]]),
    Case(
      testDescription: "one job carries everything", riders: [lines, sha256, xxh3], jobs: 1,
      lanes: [[1, 2, -1]]),
    Case(
      testDescription: "a sequential one gets an ordered lane", riders: [lines, xxh3], jobs: 2,
      lanes: [[1, -1], [-1]]),
    Case(testDescription: "nothing to claim, no more lanes", riders: [xxh3], jobs: 8, lanes: [[0]]),
    Case(
      testDescription: "two heavy ones get a lane each", riders: [sha256, md5], jobs: 2,
      lanes: [[1], [0]]),
    Case(
      testDescription: "cheap ones ride where there is room", riders: [frames, sha256, xxh3],
      jobs: 2, lanes: [[1], [0, 2]]),
    Case(
      testDescription: "no lane that would not help", riders: [sha256, md5, xxh3, xxh64, frames],
      jobs: 8, lanes: [[1], [0, 2, 3, 4]]),
    Case(
      testDescription: "ordered lanes claim too", riders: [sha256, md5, lines], jobs: 2,
      lanes: [[1, -1], [0, -1]]),
    Case(testDescription: "nothing at all", riders: [], jobs: 4, lanes: []),
  ]

  @Test(arguments: cases) func putsAnalyzersWhereTheyBelong(_ test: Case) {
    let plan = LanePlan(for: test.riders, jobs: test.jobs)
    #expect(plan.lanes.map { $0.ordered + ($0.claims ? [-1] : []) } == test.lanes)
    #expect(plan.mergeable == test.riders.indices.filter { test.riders[$0].isMergeable })
  }

  @Test func separateGivesEveryAnalyzerALaneOfItsOwn() {
    let plan = LanePlan(for: [Self.lines, Self.sha256, Self.crc], jobs: 1, mode: .separate)
    #expect(plan.lanes.map(\.ordered) == [[0], [1], [2]])
    #expect(plan.mergeable.isEmpty && plan.lanes.allSatisfy { !$0.claims })
  }

  @Test func aStreamHasNothingToClaim() {
    let plan = LanePlan(for: [Self.lines, Self.sha256, Self.crc], jobs: 2, windowCount: nil)
    #expect(plan.lanes.map(\.ordered) == [[1], [0, 2]])
    #expect(plan.mergeable.isEmpty)
  }

  @Test func noMoreLanesClaimThanThereAreWindows() {
    let plan = LanePlan(for: [Self.lines], jobs: 8, windowCount: 3)
    #expect(plan.lanes.count == 3)
    let ordered = LanePlan(for: [Self.sha256, Self.md5, Self.lines], jobs: 8, windowCount: 1)
    #expect(ordered.lanes.map(\.ordered) == [[1], [0]])
  }

  @Test(arguments: 1...9) func everyAnalyzerRidesExactlyOnceAndNoLaneIsTooMany(jobs: Int) {
    let kinds = [Self.lines, Self.xxh3, Self.sha256, Self.frames, Self.md5, Self.crc]
    for mask in 0..<64 {
      let riders = kinds.indices.filter { mask >> $0 & 1 == 1 }.map { kinds[$0] }
      let plan = LanePlan(for: riders, jobs: jobs)
      let placed = plan.lanes.flatMap(\.ordered) + plan.mergeable
      #expect(placed.sorted() == Array(riders.indices))
      #expect(plan.lanes.count <= jobs)
      #expect(plan.mergeable.isEmpty || plan.lanes.allSatisfy(\.claims))
    }
  }
}

import ScanEngine
import Testing

@Suite struct FoldTests {
  func run(_ window: Int) -> Run {
    var part = Transcript()
    part.bytes = [UInt8(truncatingIfNeeded: window)]
    part.start = UInt64(window)
    return Run(windows: window..<window + 1, parts: [part])
  }

  func permutations(_ count: Int) -> [[Int]] {
    guard count > 0 else { return [[]] }
    return permutations(count - 1).flatMap { shorter in
      (0...shorter.count).map { place in
        var longer = shorter
        longer.insert(count - 1, at: place)
        return longer
      }
    }
  }

  @Test func everyOrderOfSixWindowsFoldsToTheSame() throws {
    for order in permutations(6) {
      var fold = Fold()
      for window in order { fold.insert(run(window)) }
      let prefix = try #require(fold.prefix)
      #expect(prefix.windows == 0..<6)
      let transcript = try #require(prefix.parts[0] as? Transcript)
      #expect(transcript.finalize() == [0, 1, 2, 3, 4, 5], "\(order)")
    }
  }

  @Test func thereIsNoPrefixBeforeTheFirstWindowIsDone() {
    var fold = Fold()
    for window in 1..<100 { fold.insert(run(window)) }
    #expect(fold.prefix == nil)
    fold.insert(run(0))
    #expect(fold.prefix?.windows == 0..<100)
  }

  @Test func neighboursMergeAtOnceSoThatMemoryStaysSmall() {
    var fold = Fold()
    for window in (1..<1000).reversed() where window != 500 {
      fold.insert(run(window))
      #expect(fold.runs.count <= 2)
    }
  }
}

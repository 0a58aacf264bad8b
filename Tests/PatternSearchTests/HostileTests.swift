import PatternSearch
import PatternTwin
import Testing

/// Whatever is asked, a search ends, in a result or in an error. How long it takes is measured by
/// `Scripts/check-patterns --hostile`.
@Suite struct HostileTests {
  @Test(arguments: HostileSearch.patterns)
  func ends(hostile: HostileSearch.Patterns) {
    let patterns = Array(hostile.make().prefix(2000))
    for text in HostileSearch.texts {
      #expect(!HostileSearch.outcome(patterns, text.make(1500)).isEmpty)
    }
  }
}

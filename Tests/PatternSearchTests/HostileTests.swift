import PatternSearch
import PatternTwin
import Testing

/// Whatever is asked, a search ends, in a result or in an error. How long it takes is measured by
/// `Scripts/check-patterns --hostile`.
@Suite struct HostileTests {
  /// Each in one of the texts; the script searches all of them.
  @Test(arguments: HostileSearch.patterns.indices)
  func ends(index: Int) {
    let patterns = Array(HostileSearch.patterns[index].make().prefix(2000))
    let text = HostileSearch.texts[index % HostileSearch.texts.count]
    #expect(!HostileSearch.outcome(patterns, text.make(1500)).isEmpty)
  }
}

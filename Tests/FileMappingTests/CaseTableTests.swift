import Foundation
import TestSupport
import Testing

/// Every row of the table of situations.
@Suite struct CaseTableTests {
  // Sanitizers have the addresses that placed views ask for, and end processes their own way.
  @Test(
    arguments: MappingCase.all.filter {
      !isSanitized || !$0.id.hasPrefix("G") && !["B23", "B28"].contains($0.id)
    })
  func everySituationHasItsOutcome(_ item: MappingCase) async throws {
    try await item.check(Bench())
  }

  @Test(
    .enabled(if: Refusal.hasCompiler, "swiftc is not installed"),
    arguments: MappingCase.all.filter { $0.refusal != nil })
  func whatCannotBeMeantIsRefusedByTheCompiler(_ item: MappingCase) throws {
    try item.refusal!.check(item.id)
  }

  @Test func noRowIsMissingOrThereTwice() {
    #expect(MappingCase.all.map(\.id) == MappingCase.ids)
  }

  @Test func onlyWhatPOSIXCannotDoDiffers() {
    #expect(MappingCase.all.filter { $0.difference != nil }.count <= 8)
  }

  @Test func theDocumentationListsTheSameRowsAndDifferences() throws {
    let page = try String(
      contentsOfFile: "\(packageRoot)/Documentation/mapping-semantics.md", encoding: .utf8)
    func rows(of section: String) -> [String] {
      let lines = page.split(separator: "\n").drop { $0 != "## \(section)" }.dropFirst()
      let isRow = /\| [A-I]\d\d \|.*/
      return lines.prefix { !$0.hasPrefix("## ") }.filter { $0.wholeMatch(of: isRow) != nil }
        .map(String.init)
    }
    #expect(
      rows(of: "Situations")
        == MappingCase.all.map { "| \($0.id) | \($0.situation) | \($0.windows) | \($0.here) |" })
    #expect(
      rows(of: "Differences")
        == MappingCase.all.compactMap { item in item.difference.map { "| \(item.id) | \($0) |" } })
  }
}

import SystemPackage
import TestSupport
import Testing
import TextStatistics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Locales that have no rules, in processes of their own.
@Suite struct CharacterRulesTests {
  /// Makes a locale of an encoding that is not known, in the directory `$1`.
  private static let makingLatin = "localedef -i en_US -f ISO-8859-1 \"$1/latin\""

  @Test(
    .enabled(
      if: Program.succeeds("set -- \"$(mktemp -d)\"; \(makingLatin) && rm -r \"$1\""),
      "localedef has no sources of locales here"))
  func anEncodingThatIsNotKnownIsRefused() async {
    await #expect(processExitsWith: .success) {
      let directory = try TemporaryDirectory()
      let made = try Program.shell(CharacterRulesTests.makingLatin, [directory.path.string])
      #expect(made.status == 0, "\(made.errorText)")
      #expect(unsafe setenv("LOCPATH", directory.path.string, 1) == 0)
      #expect(throws: CharacterRules.Refusal.unknownEncoding) {
        try CharacterRules(ofLocale: "latin")
      }
    }
  }

  @Test(.disabled(if: isSanitized, "bounds of address space"))
  func tooLittleMemoryIsRefused() async {
    await #expect(processExitsWith: .success) {
      // Each has a table with more than a megabyte of room. What was set aside for small pieces takes some of them.
      var kept: [CharacterRules] = []
      kept.reserveCapacity(1000)
      let refusal = try withAddressSpace(of: 1 << 20) { () -> CharacterRules.Refusal? in
        do throws(CharacterRules.Refusal) {
          while kept.count < 1000 { kept.append(try CharacterRules(ofLocale: "C.UTF-8")) }
          return nil
        } catch { return error }
      }
      #expect(refusal == .outOfMemory)
    }
  }
}

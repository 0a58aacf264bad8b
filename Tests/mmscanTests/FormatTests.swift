import SystemPackage
import TestSupport
import Testing

/// Text that somebody else chose must not reach a terminal as commands.
@Suite(.enabled(if: Program.isInstalled("script"), "script(1) gives a command a terminal"))
struct TerminalTests {
  @Test func matchedTextIsEscapedOnATerminal() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file(
      Array("a\u{1B}]52;c;x\u{7}b\u{202E}c\u{9B}d\n".utf8) + [0xFF, 10])
    let program = try Program.shell(
      "script -qec \"'\(productDirectory)/mmscan' --find '[ab]|\\xff' '$1'\" /dev/null </dev/null",
      [file.string], environment: ["NO_COLOR": "1"])
    #expect(program.text.contains("a\\x1b]52;c;x\\x07b\\u{202e}c\\u{9b}d"))
    #expect(program.text.contains("\\xff"))
    #expect(!program.output.contains(0x1B) && !program.output.contains(0x07))
  }

  @Test func matchesAreMarkedOnATerminal() throws {
    let program = try Program.shell(
      "env -u NO_COLOR script -qec \"'\(productDirectory)/mmscan' --find NEEDLE SampleData/server.log\""
        + " /dev/null </dev/null", in: packageRoot)
    #expect(program.text.contains("coupon \u{1B}[1;31mNEEDLE\u{1B}[0m-7F3A91"))
  }
}

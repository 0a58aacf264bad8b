import Arguments
import Testing

@Suite struct NameListTests {
  @Test(
    arguments: [
      ("", []), ("\n\n", []), ("a\nb", ["a", "b"]), ("a\nb\n", ["a", "b"]),
      ("\na\n\nb", ["a", "b"]),
      ("a\r\nb", ["a\r", "b"]), ("a\0b\n\0", ["a", "b\n"]), ("a\nb\0", ["a\nb"]), ("\0\0", []),
      (" ", [" "]),
    ] as [(String, [String])])
  func endsNamesWithNewlinesOrNuls(text: String, names: [String]) {
    #expect(NameList(Array(text.utf8)).names == names.map { Array($0.utf8) })
  }

  @Test(arguments: [("a\nb", ["a\nb"]), ("a\0\n", ["a", "\n"]), ("", [])] as [(String, [String])])
  func endsNamesWithNulsAloneIfThatIsAskedFor(text: String, names: [String]) {
    #expect(NameList(Array(text.utf8), endedByNull: true).names == names.map { Array($0.utf8) })
  }

  @Test func keepsBytesThatAreNoText() {
    #expect(NameList([0xFF, 10, 0x80]).names == [[0xFF], [0x80]])
  }

  @Test(
    arguments: [
      ("", []), ("\n", [""]), ("a", ["a"]), ("a\n", ["a"]), ("a\n\nb", ["a", "", "b"]),
      ("\n\n", ["", ""]),
    ] as [(String, [String])])
  func piecesMayBeEmpty(text: String, pieces: [String]) {
    #expect(
      NameList.pieces(of: Array(text.utf8), endedBy: 10) == pieces.map { Array($0.utf8) })
  }
}

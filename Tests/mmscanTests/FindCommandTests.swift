import Foundation
import SystemPackage
import TestSupport
import Testing

/// What `mmscan find` prints beyond what other tools print too.
@Suite struct FindCommandTests {
  private let text = Array("one two\nthree\ntwo foo two\nlast".utf8)

  /// Runs `mmscan find` on a file that holds `text`, which is called `f`.
  private func find(
    _ arguments: String, _ bytes: [UInt8]? = nil, input: [UInt8] = [], before: String = ""
  ) throws -> Program {
    let directory = try TemporaryDirectory()
    _ = try directory.file(bytes ?? text, named: "f")
    return try Program.shell(
      "cd '\(directory.path)'; \(before) '\(productDirectory)/mmscan' find \(arguments)",
      input: input)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var arguments: String
    var output: String
    var status: Int32 = 0
    var testDescription: String { arguments }
  }

  // MARK: Options

  @Test(arguments: [
    Case(arguments: "-nio TWO f", output: "1:two\n3:two\n3:two\n"),
    Case(arguments: "-m1 two f", output: "one two\n"),
    Case(arguments: "-inm1 TWO f", output: "1:one two\n"),
    Case(arguments: "-nA1 -etwo -m1 f", output: "1:one two\n2-three\n"),
    Case(arguments: "-n -1 three f", output: "1-one two\n2:three\n3-two foo two\n"),
    Case(arguments: "-Hce two f", output: "f:2\n"),
    Case(arguments: "-e '' -c f", output: "4\n"),
    Case(arguments: "-ne -x f", output: "", status: 1),
    Case(arguments: "f -n -e three", output: "2:three\n"),
    Case(arguments: "--regexp -two f", output: "", status: 1),
    Case(arguments: "-n -- three f", output: "2:three\n"),
    Case(arguments: "-l0 two f", output: "f\0"),
    Case(arguments: "--colour=always -c two f", output: "2\n"),
    Case(arguments: "--color two f", output: "one two\ntwo foo two\n"),
    Case(arguments: "-hH -n last f", output: "f:4:last\n"),
  ])
  func shortOptionsStandTogether(_ row: Case) throws {
    let program = try find(row.arguments)
    #expect(program.text == row.output)
    #expect(program.status == row.status)
    #expect(program.errorText == "")
  }

  @Test func coloursAreThoseOfGrep() throws {
    let program = try find("--color=always -nHm1 two f")
    let (end, colon) = ("\u{1B}[m\u{1B}[K", "\u{1B}[36m\u{1B}[K:\u{1B}[m\u{1B}[K")
    #expect(
      program.text == "\u{1B}[35m\u{1B}[Kf\(end)\(colon)\u{1B}[32m\u{1B}[K1\(end)\(colon)"
        + "one \u{1B}[01;31m\u{1B}[Ktwo\(end)\n")
  }

  @Test func bytesThatAreNotTextAreArguments() throws {
    let program = try find(
      #"-ne$'\xff\xfe' -e $'x\xff' -- $'n\xff'"#, [], before: #"printf 'a\n\377\376\n' >$'n\xff';"#)
    #expect(
      program.text == "2:" && program.output.isEmpty || program.output == [50, 58, 255, 254, 10])
  }

  @Test(arguments: [
    ("-e '(' f", "pattern 1"), ("--json -c x f", "leave out -c"),
    ("-v --hex 61 f", "-v selects lines"),
    ("-r x .", "find DIR -type f -print0"), ("--pattern x f", "NAME=REGEX"), ("", "give a pattern"),
    ("--hex 'D' f", "only one digit"), ("--bytes 4 -o x f", "leave one out"),
    ("--by-pattern -A1 x f", "leave out -A"), ("-f missing x f", "No such file"),
    ("-A x y f", "after-context"), ("--window 3 x f", "multiple of 2MiB"),
    ("-e x - -", "only once"), ("--by-pattern -U -e 'a\\n' -e b f", "add -o"),
    ("--color=bad x f", "bad"),
  ])
  func whatCannotBeDoneIsSaid(_ row: (arguments: String, message: String)) throws {
    let program = try find(row.arguments)
    #expect(program.status == 2)
    #expect(program.errorText.contains(row.message), "\(program.errorText)")
    #expect(program.output.isEmpty)
  }

  @Test(arguments: [
    ("--finder pcre2 -c two f", "  finder  PCRE2 on every line, 1 pattern\n"),
    ("-c -e one -F f", "  finder  literal scan, 1 pattern\n"),
  ])
  func statisticsTellTheFinder(_ row: (arguments: String, line: String)) throws {
    #expect(try find("--stats \(row.arguments)").errorText.hasSuffix(row.line))
  }

  // MARK: Patterns

  @Test(arguments: [
    Case(
      arguments: "-n --pattern t=two --pattern r='[tr]h?r' f", output: "2:r:three\n1:t:one two\n"),
    Case(
      arguments: "-nb --column -e two -e foo f",
      output: "1:5:0:two:one two\n3:1:14:two:two foo two\n3:5:14:foo:two foo two\n"),
    Case(
      arguments: "-ob -e two -e 'o f' f", output: "4:two:two\n14:two:two\n22:two:two\n16:o f:o f\n"),
    Case(arguments: "-Hc -e two -e foo -e x f", output: "f:two:2\nf:foo:1\nf:x:0\n"),
    Case(arguments: "--count-matches -e two -e foo f", output: "two:3\nfoo:1\n"),
    Case(arguments: "-n -m1 -e two -e foo f", output: "1:two:one two\n3:foo:two foo two\n"),
    Case(arguments: "-cv -e two -e foo f", output: "two:2\nfoo:3\n"),
    Case(arguments: "-U -o -e 'o\\nt' -e 'ee' f", output: "o\\nt:o\no\\nt:t\nee:ee\n"),
  ])
  func eachPatternIsForItself(_ row: Case) throws {
    let program = try find("--by-pattern \(row.arguments)")
    // Lines come in the order of the input.
    let expected =
      row.output.hasPrefix("2:r") ? "1:t:one two\n2:r:three\n3:t:two foo two\n" : row.output
    #expect(program.text == expected)
    #expect(program.status == 0)
    #expect(program.errorText == "")
  }

  @Test func patternsComeFromFilesAndTheStandardInput() throws {
    #expect(try find("-c -f - f", input: Array("three\nlast\n".utf8)).text == "2\n")
    #expect(try find("-c -f - f", input: Array("\n".utf8)).text == "4\n")
    #expect(try find("-f - f").status == 1)
    #expect(try find("-vc -f - f").text == "4\n")
    #expect(try find("-c -e last -f - f", input: Array("three".utf8)).text == "2\n")
  }

  @Test(arguments: [
    ("foo", true), ("Foo", false), (#"\Woo"#, true), (#"\x4Foo"#, false), ("[A-Z]oo", false),
    ("[[:alpha:]]oo", true), ("(?<Name>foo)", true), (#"\w"#, false),
    ("foo' -e 'Bar", false),
  ])
  func smartCaseLooksAtCapitals(_ row: (pattern: String, ignoresCase: Bool)) throws {
    let bytes = Array(" fOO\n FOo\n".utf8)
    let program = try find("-S -c -e '\(row.pattern)' f", bytes)
    let wanted = try find("\(row.ignoresCase ? "-i" : "") -c -e '\(row.pattern)' f", bytes)
    #expect(program.text == wanted.text)
  }

  // MARK: Files

  @Test(arguments: ["f\\ng\\n", "f\\0g\\0", "f\\ng"])
  func namesComeFromAList(_ list: String) throws {
    let program = try find(
      "--files-from - -c two", before: "printf 'two\\n' >g; printf '\(list)' |")
    #expect(program.text == "f:2\ng:1\n")
    #expect(program.status == 0)
  }

  @Test func theStandardInputHasAName() throws {
    #expect(try find("-c two", input: text).text == "2\n")
    #expect(try find("-Hn last -", input: text).text == "(standard input):4:last\n")
    #expect(try find("-l two f -", input: text).text == "f\n(standard input)\n")
    let program = try find("--json last", before: "cat f |")
    #expect(try value(objects(program)[0], "data", "path", "text") as? String == "<stdin>")
  }

  @Test func theStatusTellsWhatHappened() throws {
    #expect(try find("-q two f").status == 0)
    #expect(try find("-q nothing f").status == 1)
    #expect(try find("two f missing").status == 2)
    #expect(try find("-q two f missing").status == 0)
    #expect(try find("-q two missing f").status == 0)
    #expect(try find("-q nothing missing f").status == 2)
    let silent = try find("-s two missing f")
    #expect(silent.status == 2 && silent.errorText.isEmpty)
    #expect(try find("-c two /dev/null f").text == "/dev/null:0\nf:2\n")
    let directory = try find("-c two . f")
    #expect(directory.status == 2 && directory.text == ".:0\nf:2\n")
    #expect(try find("two f >/dev/full").status == 2)
  }

  @Test func aFileThatGrowsIsNoAnswer() throws {
    // Whoever reads the output lets the file grow before the search has read it to its end.
    let script = "x f | { read line; echo more >>f; cat >/dev/null; exit ${PIPESTATUS[0]}; }"
    let line = Array(("x" + String(repeating: "y", count: 98) + "\n").utf8)
    let bytes = Array(repeating: line, count: 400_000).flatMap { $0 }
    let program = try find("\(script); exit ${PIPESTATUS[0]}", bytes)
    #expect(program.status == 3)
    #expect(program.errorText.contains("f: grew by 5 bytes"))
    let allowed = try find("--allow-growth \(script); exit ${PIPESTATUS[0]}", bytes)
    #expect(allowed.status == 0)
  }

  /// As with grep, which takes `-m1`.
  @Test(arguments: [
    ("two f >>f", "f: is also where results go"), ("two <f >>f", "(standard input): is also where"),
    ("-b -o two f 1<>f", "f: is also where"), ("-m1 two ./f >>f", "./f: is also where"),
  ])
  func resultsDoNotGoToAFileThatIsRead(words: String, expected: String) throws {
    let program = try find("\(words); status=$?; wc -l <f; exit $status", Array("two\ntwo\n".utf8))
    #expect(program.status == 2 && program.errorText.contains(expected), "\(program.errorText)")
    #expect(program.text == "2\n")
  }

  @Test(arguments: ["-c two f >>f", "-l two f >>f", "-q two f >>f", "two f >>other"])
  func resultsGoToAFileThatIsReadAlready(words: String) throws {
    let program = try find(words, Array("one\ntwo\n".utf8))
    #expect(program.status == 0 && program.errorText.isEmpty, "\(program.errorText)")
  }

  // MARK: Bytes

  /// Of a stream the last 24 MiB are held: of a longer line what is left is printed, and that is said.
  @Test(arguments: [
    ("echo NEEDLE; longLine; echo; echo end", "-A1 NEEDLE"),
    ("longLine; echo; echo b", "-m1 '[xb]'"),
    ("longLine", "-o --max-match-length 100M 'x+'"),
    ("printf NEEDLE; longLine; echo", "--json NEEDLE"),
    ("echo NEEDLE; longLine; echo; echo end", "--json -C1 end"),
    ("longLine; echo; echo NEEDLE", "-n -B1 NEEDLE"),
  ])
  func ofALineThatIsTooLongForAStreamTheEndIsPrinted(
    _ row: (input: String, arguments: String)
  ) throws {
    let program = try Program.shell(
      "longLine() { head -c 40000000 /dev/zero | tr '\\0' x; }; (\(row.input)) "
        + "| '\(productDirectory)/mmscan' find \(row.arguments)")
    #expect(program.status == 2)
    #expect(program.errorText.contains("only the end was printed"))
    #expect(!program.output.isEmpty)
  }

  @Test func bytesAreShownInRows() throws {
    var bytes = [UInt8](repeating: 0x20, count: 64)
    bytes.replaceSubrange(30..<34, with: [0xDE, 0xAD, 10, 0xE7])
    let program = try find("--hex 'DE AD ?? E?' --bytes 4 f", bytes)
    #expect(
      program.text
        == """
        30:4:DE AD ?? E?
        00000010                                 20 20 20 20 de ad  |              ..|
        00000020  0a e7 20 20 20 20                                 |..    |

        """)
    #expect(try find("-c --hex 'DE AD' f", bytes).text == "1\n")
    #expect(try find("-ob --hex 'AD 0A' f", bytes).output == Array("31:".utf8) + [0xAD, 10])
    #expect(try find("--hex 'FF' f", bytes).status == 1)
    let piped = try find("--hex 'DE AD ?? E?' --bytes 4", bytes, before: "cat f |")
    #expect(piped.text == program.text)
  }

  // MARK: JSON

  @Test func jsonNamesPatterns() throws {
    let messages = try objects(try find("--json --pattern a=foo -e two f"))
    #expect(
      messages.map { $0["type"] as? String } == ["begin", "match", "match", "end", "summary"])
    #expect(value(messages[1], "data", "submatches", 0, "pattern") as? Int == 0)
    #expect(value(messages[2], "data", "submatches", 1, "pattern") as? Int == 1)
    #expect(
      value(messages[2], "data", "submatches", 1, "pattern_name", "text") as? String == "a")
    #expect(value(messages[3], "data", "stats", "matches") as? Int == 4)
    #expect(value(messages[4], "data", "stats", "searches_with_match") as? Int == 1)
  }

  @Test func longLinesAreClippedInJSON() throws {
    let bytes =
      Array("x\n".utf8) + Array(repeating: Array("é".utf8), count: 200_000).flatMap { $0 }
      + Array("NEEDLE".utf8) + [UInt8](repeating: 0x61, count: 300_000)
    let messages = try objects(try find("--json -e NEEDLE -e 'a+' f", bytes))
    let match = value(messages[1], "data")
    let lines = try #require(value(match, "lines", "text") as? String)
    let offset = try #require(value(match, "lines_offset") as? Int)
    #expect(value(match, "clipped") as? Bool == true)
    #expect(lines.utf8.count <= 64 << 10 && lines.utf8.count > (64 << 10) - 4)
    #expect(
      lines.elementsEqual(
        String(decoding: bytes[2...].dropFirst(offset).prefix(lines.utf8.count), as: UTF8.self)))
    #expect(value(match, "absolute_offset") as? Int == 2)
    #expect(value(match, "submatches", 0, "start") as? Int == 400_000)
    #expect(value(match, "submatches", 1, "end") as? Int == 700_006)
    #expect((value(match, "submatches", 1, "match", "text") as? String)?.count == 64 << 10)
    #expect(value(match, "submatches", 1, "clipped") as? Bool == true)
  }

  /// What was printed, but for what tells a pipe from a file, and for times.
  private func lines(_ program: Program) -> String {
    program.text.replacing("<stdin>", with: "f").replacing(#/"elapsed.*/#, with: "")
  }

  /// Long lines, lines around matches, and pipes whose bytes come once.
  @Test(arguments: [
    "-n y", "-nC2 y", "-vnB1 y", "-onb 'y+'", "-U -n 'y\\nx'", "-nm3 -A2 y", "--json -B1 y",
    "--bytes 20 'xy'",
  ])
  func pipesAndWaysDoNotShow(_ arguments: String) throws {
    var generator = SeededGenerator(seed: 7)
    var bytes: [UInt8] = []
    while bytes.count < 5_000_000 {
      let count = Int.random(in: 0...3000, using: &generator)
      bytes += [UInt8](repeating: UInt8(ascii: "x"), count: count)
      bytes += Array(Bool.random(using: &generator) ? "\n".utf8 : "y\n".utf8)
    }
    bytes += [UInt8](repeating: UInt8(ascii: "x"), count: 2_000_000) + Array("y\n\nxy".utf8)
    let mapped = lines(try find("\(arguments) f", bytes))
    #expect(!mapped.isEmpty)
    #expect(lines(try find("--window 2MiB -j 8 \(arguments) f", bytes)) == mapped)
    #expect(lines(try find("--no-mmap -j 1 \(arguments) f", bytes)) == mapped)
    #expect(lines(try find(arguments, bytes, before: "cat f |")) == mapped)
  }

  /// Wherever what a pipe gives at a time ends, a line is printed once: also if a match ends in it, and the next one
  /// begins in it and ends in a line whose end has not come yet.
  @Test(arguments: ["-nb", "-ob", "--column", "-vc", "--json"])
  func aLineThatTwoMatchesShareIsPrintedOnce(_ option: String) throws {
    let text = "needle 1 needle\nlong end rest"
    let arguments = "-U \(option) -e 'needle 1|needle\\n[^\\n]*end'"
    for shift in stride(from: 0, through: text.utf8.count, by: 3) {
      let fill = String(repeating: "x", count: (1 << 20) - shift - 1) + "\n"
      let bytes = Array((fill + text).utf8)
      let mapped = lines(try find("\(arguments) f", bytes))
      #expect(mapped.contains("needle") || option == "-vc")
      #expect(lines(try find(arguments, bytes, before: "cat f |")) == mapped)
    }
  }

  /// Each line is shared by two matches, which makes one block of more bytes than a pipe's are held.
  @Test(arguments: [
    ("-nb", "501:32000000:y"), ("-ob", "31999998:y"), ("-c", "500"), ("-nA1 -m1", "502-tail"),
    ("--json", #""matched_lines":501,"matches":500"#),
  ])
  func linesThatMatchesShareAreNoMatterOfHowManyThereAre(
    _ option: String, _ expected: String
  ) throws {
    let line = "y" + String(repeating: "-", count: 63_997) + "x\n"
    let bytes = Array((String(repeating: line, count: 501) + "tail\nend\n").utf8)
    let clipped = "| cut -b 1-400,65000-"
    let mapped = try find(
      "-U \(option) 'x\\ny' f \(clipped)", bytes, before: "set -o pipefail;")
    #expect(mapped.text.contains(expected))
    let piped = try find(
      "-U \(option) 'x\\ny' \(clipped)", bytes, before: "set -o pipefail; cat f |")
    #expect(lines(piped) == lines(mapped))
    #expect(piped.status == 0, "\(piped.errorText)")
  }

  /// Lines behind more than a megabyte of those that matches share are a block of their own.
  @Test func neighboursDoNotJoinTheRestOfManyLines() throws {
    let line = "y" + String(repeating: "-", count: 39_997) + "x\n"
    let text = "h\n" + String(repeating: line, count: 27) + "yq\nmm\nmm\nmm\nt\nmm\n"
    let program = try find("-U --column -m1 'x\\ny|mm' f | tail -n 1", Array(text.utf8))
    #expect(program.text == "29:1:yq\n")
  }

  /// Of a pipe, a line may be too long to be held until it is known whether a match reaches into the next one.
  @Test(
    arguments: ["", "--column", "-vn"],
    [("x\\ny", "x\\ny"), ("a\\n", "\\nyend"), ("a", "x\\nyend")])
  func aLineThatIsTooLongToBeHeldIsNoDeath(
    _ option: String, _ ends: (before: String, after: String)
  ) throws {
    let line =
      "printf 'first\\n\(ends.before)'; head -c 27M /dev/zero | tr '\\0' -; "
      + "printf '\(ends.after)\\nlast\\n'"
    let program = try find(
      "-U \(option) 'a|x\\ny' | cut -b 1-40", [], before: "set -o pipefail; { \(line); } |")
    #expect(program.status == 0 || program.status == 2)
    #expect(
      (program.status == 2) == program.errorText.contains("longer than 24 MiB"), "\(program)")
  }
}

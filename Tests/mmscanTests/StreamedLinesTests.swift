import Foundation
import SystemPackage
import TestSupport
import Testing

/// What comes of a stream is printed before more comes, and is what would be printed of a file.
@Suite struct StreamedLinesTests {
  private static let searching = """
    mkfifo pipe; '\(productDirectory)/mmscan' find
    """

  @Test(arguments: [
    ("X", "one X\n", "half X\n"), ("-n X", "1:one X\n", "3:half X\n"), ("-o X", "X\n", "X\n"),
    ("-b -o X", "4:X\n", "15:X\n"), ("-A1 X", "one X\ntwo\n", "half X\n"), ("-v X", "two\n", ""),
    ("--line-buffered X", "one X\n", "half X\n"), ("-F -e X -e Y", "one X\n", "half X\n"),
    ("-z X", "", "one X\nhalf X\n"), ("-U 'X\n'", "", "one X\nhalf X\n"), ("-c X", "", "2\n"),
  ]) func linesComeAsTheyArrive(_ arguments: String, _ early: String, _ late: String) throws {
    let directory = try TemporaryDirectory()
    let program = try Program.shell(
      """
      \(Self.searching) \(arguments) pipe >out & exec 3>pipe; printf 'one X\ntwo\nhalf' >&3
      for _ in {1..200}; do [[ $(wc -c <out) -ge \(early.utf8.count) ]] && break; sleep 0.02; done
      cat out; printf '/'; printf ' X\n' >&3; exec 3>&-; wait; cat out
      """, in: directory.path.string)
    let expected = arguments == "-v X" ? early : early + late
    #expect(program.text == "\(early)/\(expected)", "\(program.errorText)")
  }

  /// Whoever waits for a line waits no longer, as with grep, though nobody closes the pipe and no more comes of it.
  @Test(arguments: [
    ("-q X", "0"), ("-l X", "pipe\n0"), ("-L X", "0"), ("-m1 X", "one X\n0"),
    ("-m1 -A1 X", "one X\ntwo\n0"), ("-m1 -n -o X", "1:X\n0"), ("-c -m1 X", "1\n0"),
    ("-m1 -v X", "two\n0"), ("-q -e Y -e X", "0"), ("-m1 --offset 4 .", "X\n0"),
  ]) func aSearchThatHasEnoughEndsWhileAStreamPauses(
    _ arguments: String, _ expected: String
  ) throws {
    let directory = try TemporaryDirectory()
    let program = try Program.shell(
      """
      mkfifo pipe; exec 3<>pipe; printf 'one X\ntwo\nhalf' >&3
      timeout 20 '\(productDirectory)/mmscan' find \(arguments) pipe; echo $?
      """, in: directory.path.string)
    #expect(program.text == expected + "\n", "\(program.errorText)")
  }

  /// Who asks and waits for the answer, with a sum of all that is said between, does not wait for ever.
  @Test func linesArePassedOnWhileAStreamPauses() throws {
    let directory = try TemporaryDirectory()
    let program = try Program.shell(
      """
      mkfifo pipe passed; timeout 20 '\(productDirectory)/mmscan' sum -a sha256,crc32 --tee -o sums - <pipe >passed &
      exec 3>pipe 4<passed; printf 'hello\n' >&3; read -r -u 4 line; echo "$line"; echo more >&3; exec 3>&-; cat <&4; wait
      [[ $(printf 'hello\nmore\n' | sha256sum | cut -d ' ' -f 1) == $(grep SHA256 sums | cut -d ' ' -f 4) ]] && echo equal
      """, in: directory.path.string)
    #expect(program.text == "hello\nmore\nequal\n", "\(program.errorText)")
  }

  @Test func aLastLineWithoutANewlineIsALine() throws {
    let directory = try TemporaryDirectory()
    let program = try Program.shell(
      """
      \(Self.searching) -n X pipe & exec 3>pipe; printf 'one X\n' >&3; sleep 0.2; printf 'two X' >&3; sleep 0.2
      exec 3>&-; wait
      """, in: directory.path.string)
    #expect(program.text == "1:one X\n2:two X\n", "\(program.errorText)")
  }

  @Test(
    .enabled(if: Program.isInstalled("perl") && Program.isInstalled("grep")),
    arguments: [
      "-n 77", "-c 77", "-v -n 7", "-o -b '7[0-4]'", "-C 3 -n 777", "-B 200 778", "-A 5 -m 4 77",
      "-x -n 4711",
      "-w 123", "-F -e 1234 -e 4321", "-n 'w{5000}z'", "-m 3 77", "-l 99", "-L 99",
      "--line-buffered -n 77",
    ]) func piecesOfAnySizePrintWhatGrepPrints(_ arguments: String) throws
  {
    let directory = try TemporaryDirectory()
    let program = try Program.shell(
      #"""
      { seq 30000; head -c 200000 /dev/zero | tr '\0' w; printf 'z\n'; seq 20000; printf '77 without end'; } >text
      perl -e '
        srand 4; $| = 1; local $/; open F, "<", "text"; $_ = <F>;
        for (my $at = 0; $at < length;) {
          my $size = int rand(rand() < 0.8 ? 9000 : 90000); syswrite STDOUT, substr($_, $at, $size); $at += $size;
          select undef, undef, undef, 0.003 if rand() < 0.5;
        }' 2>/dev/null | "$1/mmscan" find \#(arguments) >mine; echo ${PIPESTATUS[1]} >>mine
      grep -a -P \#(arguments) text >theirs; echo $? >>theirs
      sed -i 's/(standard input)/text/' mine; cmp mine theirs
      """#.replacing("grep -a -P -F", with: "grep -a -F"), [productDirectory],
      in: directory.path.string)
    #expect(program.status == 0, "\(program.text) \(program.errorText)")
  }

  /// It is one that nobody ended.
  @Test func aLineThatIsCutByAnInterruptionIsNotPrinted() throws {
    let directory = try TemporaryDirectory()
    let program = try Program.shell(
      """
      mkfifo pipe; env --default-signal=INT '\(productDirectory)/mmscan' find X pipe & scan=$!
      exec 3>pipe; printf 'one X\ntwo X' >&3; sleep 0.5; kill -INT $scan; wait $scan
      """, in: directory.path.string)
    #expect(program.text == "one X\n" && program.status == 130, "\(program.errorText)")
    #expect(program.errorText.contains("interrupted at offset 6"))
  }
}

import Foundation
import SystemPackage
import TestSupport
import Testing

/// What `mmscan count` does beyond wc.
@Suite struct CountCommandTests {
  private func count(_ arguments: String, _ making: String) throws -> Program {
    let directory = try TemporaryDirectory()
    let made = try Program.shell(making, in: directory.path.string)
    #expect(made.status == 0, "\(made.errorText)")
    return try mmscan(
      "count \(arguments)", before: "LC_ALL=C.UTF-8", in: directory.path.string)
  }

  @Test(arguments: [
    ("auto a", "1 1 2 a\n"), ("auto a b", "1 1 2 a\n1 1 4 b\n2 2 6 total\n"),
    ("always a", "1 1 2 a\n1 1 2 total\n"), ("only a b", "2 2 6\n"),
    ("never a b", "1 1 2 a\n1 1 4 b\n"), ("only -l a", "1\n"),
  ])
  func theSumIsPrintedWhenItIsWanted(mode: String, expected: String) throws {
    let program = try count("--total=\(mode)", "echo x >a; echo xyz >b")
    #expect(program.text == expected)
    #expect(program.status == 0)
  }

  @Test func healthIsTold() throws {
    let program = try count(
      "--health a", #"printf '\357\273\277caf\303\251\r\nbad \377\0\nx' >a"#)
    #expect(
      program.text == """
         2  3 18 a
          encoding       utf-8, with a mark
          invalid UTF-8  1 byte, the first at offset 14
          NUL            1 byte
          ends of lines  1 LF, 1 CRLF, 0 CR alone
          last line      has no newline
          longest line   9 bytes, line 1, at offset 0

        """)
  }

  @Test func scriptsGetAnObjectForEachFile() throws {
    let program = try count(
      "--json -lwmcL --health a missing", #"printf 'caf\303\251 x\n' >a"#)
    #expect(program.status == 1)
    let found = try objects(program)
    #expect(found.count == 2)
    #expect(value(found[0], "schema") as? String == "mmscan/1")
    #expect(value(found[0], "byte_count") as? Int == 8)
    #expect(value(found[0], "lines", "newlines") as? Int == 1)
    #expect(value(found[0], "words") as? Int == 2)
    #expect(value(found[0], "characters") as? Int == 7)
    #expect(value(found[0], "longest_line") as? Int == 6)
    #expect(value(found[0], "health", "encoding") as? String == "utf-8")
    #expect(value(found[1], "outcome") as? String == "error")
    #expect(value(found[1], "detail") as? String == "No such file or directory")
  }

  @Test(.enabled(if: Program.isInstalled("zstd"), "needs zstd"))
  func contentIsCounted() throws {
    let program = try count("-z -lwmc a.zst", "seq 1 100000 | zstd -q >a.zst")
    #expect(
      program.text.split(separator: " ").map(String.init) == [
        "100000", "100000", "588895", "588895", "a.zst\n",
      ])
  }

  @Test func bytesOfAFileNeedNoReading() throws {
    let program = try count("-c a", "truncate -s 1T a")
    #expect(program.text == "1099511627776 a\n")
  }

  /// As wc of coreutils 9.4 and later has it.
  @Test(
    .enabled(if: FileManager.default.isWritableFile(atPath: "/dev/shm")),
    arguments: ["", "--total=only"])
  func aTotalOfTooManyBytesIsAnError(_ option: String) throws {
    let program = try Program.shell(
      """
      cd "$(mktemp -d -p /dev/shm)"; truncate -s 7E a b c; '\(productDirectory)/mmscan' count -c \(option) a b c; status=$?
      rm -r "$PWD"; exit $status
      """)
    #expect(program.status == 1 && program.text.contains("18446744073709551615"))
    #expect(program.errorText == "mmscan: total: Value too large for defined data type\n")
  }

  @Test func manySmallFilesAreCountedInOrder() throws {
    let making =
      "for n in $(seq 100 499); do seq 1 $n >small.$n; done; seq 1 300000 >small.300.large"
    let alone = try count("-j1 small.*", making)
    #expect(try count("-j3 small.*", making).text == alone.text)
    #expect(alone.text.split(separator: "\n").count == 402)
  }

  /// As wc of coreutils 9.2 and later has it, which is not installed everywhere.
  @Test(arguments: [
    ("a", " 2  3 14 a\n"), ("--total=auto a b", " 2  3 14 a\n 0  1  1 b\n 2  4 15 total\n"),
    ("--total=always a", " 2  3 14 a\n 2  3 14 total\n"), ("--total=always -l a", "2 a\n2 total\n"),
    ("--total=always -l a b", " 2 a\n 0 b\n 2 total\n"),
    ("--total=never -lw a b", " 2  3 a\n 0  1 b\n"),
    ("--total=always <a", " 2  3 14\n 2  3 14 total\n"), ("--total=only a b", "2 4 15\n"),
    ("--total=only -c a", "14\n"), ("--total=only a missing", "2 3 14\n"),
    ("--total=only directory a", "2 3 14\n"), ("--total=only -L a b", "7\n"),
    ("--total=always -l a directory", "      2 a\n      0 directory\n      2 total\n"),
    ("--total=only --files-from=names", "2 4 15\n"),
    ("--total=always --files0-from=/dev/null", "0 0 0 total\n"),
    ("--total=never --files-from=names", " 2  3 14 a\n 0  1  1 b\n"),
    ("--files-from=names --files-from=names --total=only a", "6 11 44\n"),
  ]) func theTotalIsPrintedWhereItIsAskedFor(_ arguments: String, _ expected: String) throws {
    let program = try count(
      arguments,
      #"printf 'one two\nthree\n' >a; printf b >b; printf 'a\nb\n' >names; mkdir directory"#)
    let isWhole = !arguments.contains("missing") && !arguments.contains("directory")
    #expect(program.text == expected, "\(program.errorText)")
    #expect(program.status == (isWhole ? 0 : 1))
  }

  @Test func quietShowsNoProgress() throws {
    let loud = try count("-l --progress bar a", "head -c 3M /dev/zero >a")
    let quiet = try count("-l --progress bar --quiet a", "head -c 3M /dev/zero >a")
    #expect(!loud.errors.isEmpty && quiet.errors.isEmpty && quiet.text == loud.text)
  }

  @Test(arguments: ["-c --files0-from=a a", "--total=maybe a", "--files0-from=missing"])
  func mistakesAreNamed(arguments: String) throws {
    let program = try count(arguments, "printf a >a")
    #expect(program.status == 2)
    #expect(program.output.isEmpty && !program.errors.isEmpty)
  }
}

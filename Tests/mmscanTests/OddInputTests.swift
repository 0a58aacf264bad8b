import Foundation
import SystemPackage
import TestSupport
import Testing

/// What is no ordinary file.
@Suite struct OddInputTests {
  private static let inputs: [Ending] = [
    Ending("mmscan .", 2, "mmscan: .: is a directory: give its files, with find DIRECTORY"),
    Ending("mmscan ''", 2, "No such file or directory"),
    Ending("mmscan $(printf %0300d 1)", 2, "File name too long"),
    Ending("ln -s a b; ln -s b a; mmscan a text", 2, "Too many levels", answer: "lines  3"),
    Ending(
      "python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"s\")'; mmscan s text", 2,
      "mmscan: s: is a socket", answer: "lines  3"),
    Ending("mkfifo p; cat text >p & mmscan p", 0, answer: "lines  3"),
    Ending("mmscan <text -", 0, answer: "lines  3"),
    Ending("mmscan /dev/stdin <text", 0, answer: "lines  3"),
    Ending("mmscan /dev/null", 0, answer: "/dev/null  0 B"),
    Ending("mmscan find -c x /dev/null", 1, answer: "0\n"),
    Ending("mmscan /dev/zero text", 2, "--max-bytes says how much", answer: "lines  3"),
    Ending("mmscan --max-bytes 1MiB --lines /dev/zero", 0, answer: "1 MiB"),
    Ending("mmscan --max-bytes 5 --sum crc32 text", 0, answer: "text  5 B"),
    Ending("seq 9 | mmscan find --max-bytes 10 -c . -", 0, answer: "5\n"),
    Ending("mmscan --max-bytes 0 text", 2, "--max-bytes takes at least 1"),
    Ending("mmscan --io mmap text", 0, answer: "lines  3"),
    Ending("mmscan --io mmap /dev/zero --max-bytes 9", 2, "cannot be mapped: it is a character"),
    Ending("mkfifo p; mmscan --io mmap p", 2, "cannot be mapped: it is a pipe"),
    Ending("mmscan --io mmap --no-mmap text", 2, "--no-mmap is --io read"),
    Ending("mmscan --io read --stats text", 0, "access  read", answer: "lines  3"),
    Ending("echo >-x; mmscan -- -x; mmscan ./-x", 0, answer: "./-x  1 B"),
    Ending(
      "f=$'a\\nb\\e[31m\\xff'; echo >\"$f\"; mmscan --json \"$f\"", 0,
      answer: "\"bytes\":\"YQpiG1szMW3/\""),
    Ending("mmscan $'a\\nb\\e[31m\\xff'", 2, "mmscan: a\\x0ab\\x1b[31m\\xff: open failed"),
    Ending("mmscan --skip-errors -z text", 2, "--skip-errors cannot be used with -z"),
  ]

  @Test(arguments: inputs) func isAnsweredOrRefused(input: Ending) throws {
    try check(input)
  }

  @Test(arguments: [
    "/proc/self/maps", "/proc/version", "/sys/kernel/mm/transparent_hugepage/enabled",
  ])
  func filesThatLieAboutTheirSizeAreRead(path: String) throws {
    guard FileManager.default.fileExists(atPath: path) else { return }
    let program = try run("cat \(path) | wc -l; mmscan --lines \(path)")
    let lines = program.text.split(separator: "\n")
    #expect(program.status == 0 && program.errors.isEmpty)
    #expect(lines[0] != "0" && lines[2].hasPrefix("  lines  "))
  }

  /// More bytes than a number with a fraction can count: only a file system in memory has room for it.
  @Test(
    .enabled(
      if: Program.succeeds(
        "f=$(mktemp -p /dev/shm) && truncate -s 9007199254740995 $f; s=$?; rm $f; exit $s")))
  func offsetsAreExactBeyondTwoToThe53() throws {
    let directory = try TemporaryDirectory(inMemory: true)
    let program = try Program.shell(
      """
      truncate -s 9007199254740993 big; printf '\\nx' >>big
      '\(productDirectory)/mmscan' --json --lines --sum crc32 big
      """, in: directory.path.string)
    #expect(program.status == 0)
    #expect(
      program.text.contains(
        "\"byte_count\":9007199254740995,\"outcome\":\"complete\",\"lines\":{\"newlines\":1,\"ends_with_newline\":false}"
      ), "\(program.text)")
  }

  private static let loop =
    "f=$(mktemp) && truncate -s 1M $f && d=$(losetup -f --show $f); s=$?; rm -f $f; [ $s = 0 ] && losetup -d $d"

  @Test(.enabled(if: Program.succeeds(loop), "there are no loop devices here"))
  func blockDevicesAreReadWhenAskedFor() throws {
    let program = try run(
      """
      seq 300000 >image; truncate -s 2M image; device=$(losetup -f --show image); trap 'losetup -d $device' EXIT
      mmscan $device; echo $?
      for way in auto mmap read; do mmscan --devices --io $way --window 2MiB --lines --sum sha256 $device; done
      mmscan find --devices -c 77 $device; grep -c 77 image; sha256sum image
      """)
    let lines = program.text.split(separator: "\n")
    #expect(program.errorText.hasSuffix(": is a block device: --devices reads it\n"))
    try #require(lines.count == 13, "\(program.text)")
    #expect(lines[0] == "2")
    for first in [1, 4, 7] {
      #expect(lines[first].hasSuffix("  2 MiB"))
      #expect(lines[first + 1] == "  lines   300000  and a last one without a newline")
      #expect(lines[first + 2].dropFirst(10) == lines[12].prefix(64))
    }
    #expect(lines[10] == lines[11])
  }
}

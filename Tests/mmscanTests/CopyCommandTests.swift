import Foundation
import SystemPackage
import TestSupport
import Testing

@Suite struct CopyCommandTests {
  /// What the shell says after `$1` was made a directory with a file `source` of 3,000,000 bytes in it,
  /// and became the current directory. `mmscan` is the built command.
  func shell(_ script: String, environment: [String: String] = [:]) throws -> Program {
    let directory = try TemporaryDirectory()
    _ = try directory.file(randomBytes(3_000_000, seed: 11), named: "source")
    return try Program.shell(
      "cd \"$1\"; PATH='\(productDirectory)':$PATH; umask 022; \(script)", [directory.path.string],
      environment: environment)
  }

  @Test(arguments: ["", "--write map", "--no-mmap", "--jobs 3 --window 2MiB", "--verify --durable"])
  func copiesAndSaysSo(options: String) throws {
    let program = try shell("mmscan copy \(options) source copy && cmp source copy")
    #expect(program.status == 0 && program.errors.isEmpty)
    let match = try #require(
      program.text.wholeMatch(
        of: #/(.* -> .*  [0-9.]+ [KMGT]iB) in [0-9.]+ s, [0-9.]+ GB/s(.*)\n/#))
    #expect(match.output.1 == "source -> copy  2.9 MiB")
    #expect(match.output.2 == (options.contains("verify") ? ", verified" : ""))
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var script: String
    var output: String
    var testDescription: String { script }
  }

  static let places = [
    Case(script: "mkdir d; mmscan copy source d", output: "d/source"),
    Case(script: "mkdir d; mmscan copy source d/", output: "d/source"),
    Case(script: "mkdir d; cd d; mmscan copy ../source .", output: "d/source"),
    Case(script: "mkdir d; ln -s d l; mmscan copy source l", output: "d/source"),
    Case(script: "echo old >file; ln -s file l; mmscan copy source l; test -L l", output: "file"),
    Case(script: "echo old >file; mmscan copy source file", output: "file"),
    Case(script: "mmscan copy ./source \"$PWD/new\"", output: "new"),
    Case(script: "mmscan copy source $'na\\xffme'; mv $'na\\xffme' name", output: "name"),
    Case(script: "cp source ./-x; mmscan copy -- -x -y; mv ./-y y; rm ./-x", output: "y"),
  ]

  @Test(arguments: places) func theCopyComesWhereCpWouldPutIt(_ test: Case) throws {
    let program = try shell(
      "(\(test.script)) >/dev/null && cmp source '\(test.output)' && find . -type f | sort")
    #expect(program.errors.isEmpty)
    #expect(program.text == [test.output, "source"].map { "./\($0)\n" }.sorted().joined())
  }

  static let refusals = [
    Case(script: "mmscan copy source source", output: "source: is the same file as source"),
    Case(script: "mmscan copy source ./source", output: "source: is the same file as ./source"),
    Case(script: "mmscan copy source .", output: "source: is the same file as ./source"),
    Case(
      script: "ln -s source l; mmscan copy source l", output: "source: is the same file as l"),
    Case(script: "ln -s source l; mmscan copy l source", output: "l: is the same file as source"),
    Case(script: "ln source h; mmscan copy source h", output: "source: is the same file as h"),
    Case(
      script: "ln -s nowhere l; mmscan copy source l",
      output: "l: is a symbolic link that leads nowhere: remove it first"),
    Case(
      script: "mkfifo p; mmscan copy source p",
      output: "p: cannot be replaced: it is a pipe"),
    Case(
      script: "mkdir -p d/source; mmscan copy source d",
      output: "d/source: cannot be replaced: it is a directory"),
    Case(
      script: "mmscan copy source new/", output: "new: open failed: Not a directory"),
    Case(
      script: "mmscan copy source a/b", output: "a: open failed: No such file or directory"),
    Case(
      script: "mmscan copy absent b", output: "absent: open failed: No such file or directory"),
    Case(
      script: "mkfifo p; mmscan copy p b",
      output:
        "p: cannot be copied: it is a pipe; only regular files are (cp -r copies directories, cat what "
        + "comes from pipes and devices)"),
    Case(
      script: "ulimit -f 1000; mmscan copy source b",
      output:
        "b: cannot get 3000000 bytes: the file system or a limit (ulimit -f) allows fewer"),
    Case(
      script: "mmscan copy --sum md6 source b",
      output: "--sum: no algorithm is called 'md6'; there are crc32, crc32c, crc64, xxh64, xxh3, "
        + "xxh128, md5, sha1, sha256, sha384, sha512, blake3, xxh32, cksum, sysv, bsd, sha224, sm3, blake2b"
    ),
  ]

  @Test(arguments: refusals) func refusesWithASentenceAndLeavesNothing(_ test: Case) throws {
    let program = try shell(
      "ls -A >../before.$$; \(test.script); echo $?; cmp source source; rm -f p; ls -A | wc -l; "
        + "ls -A | grep mmscan; rm ../before.$$")
    let lines = program.errorText.split(separator: "\n")
    #expect(lines.first == "mmscan: \(test.output)")
    #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("mmscan: nothing was copied to ") })
    #expect(program.text.hasPrefix("2\n"))
    #expect(!program.text.contains(".mmscan-"))
  }

  @Test func theDetailNamesAFileThatIsNotTheSource() throws {
    let both = try objects(shell("mmscan copy --json source a/b; mmscan copy --json absent b"))
    #expect(both.map { value($0, "path", "text") as? String } == ["source", "absent"])
    let reason = "open failed: No such file or directory"
    #expect(both.map { value($0, "detail") as? String } == ["a: \(reason)", reason])
  }

  @Test(arguments: ["rm big", "mv source big"])
  func aSourceThatLosesItsNameIsNotCopied(action: String) throws {
    let program = try shell(
      """
      truncate -s 1G big
      mmscan copy --sum sha512 big new & child=$!
      sleep 0.4; \(action); wait $child; echo $?; test -e new || echo none
      """)
    #expect(program.text == "3\nnone\n")
    #expect(
      program.errorText
        == "mmscan: big: lost its name while it was scanned: the path names another file now, or none\n"
        + "mmscan: nothing was copied to new\n")
  }

  @Test(.enabled(if: getuid() == 0)) func aFullDiskIsSaidAtTheStart() throws {
    for way in ["view", "map"] {
      let program = try shell(
        """
        mkdir d; echo old >old
        unshare -m bash -c 'mount -t tmpfs -o size=1M none d || exit 99; cp old d/old
          mmscan copy --write \(way) source d/new; echo $?; mmscan copy source d/old; echo $?
          cat d/old; ls -A d'
        """)
      if program.status == 99 { return }
      #expect(program.text == "2\n2\nold\nold\n")
      #expect(program.errorText.contains("mmscan: d/new: no room for 3000000 bytes"))
    }
  }

  @Test func anUnwritableFileIsNotReplaced() throws {
    let program = try shell(
      """
      echo old >old; chmod 444 old; chmod 755 . ; chmod 644 source
      if test $(id -u) = 0; then runner='setpriv --reuid 65534 --regid 65534 --clear-groups'; chmod 777 .; fi
      $runner "$(command -v mmscan)" copy source old; echo $?; cat old
      """)
    #expect(program.text == "2\nold\n")
    #expect(program.errorText.hasPrefix("mmscan: old: permission denied (access)"))
  }

  static let modes = [
    Case(script: "chmod 664 source; mmscan copy source new", output: "644"),
    Case(script: "chmod 4755 source; mmscan copy source new", output: "755"),
    Case(script: "umask 077; chmod 664 source; mmscan copy source new", output: "600"),
    Case(script: "chmod 400 source; mmscan copy source new", output: "400"),
    Case(script: ">new; chmod 620 new; mmscan copy source new", output: "620"),
    Case(script: "chmod 664 source; mmscan copy --preserve source new", output: "664"),
    Case(script: ">new; chmod 751 source; mmscan copy --preserve source new", output: "751"),
  ]

  @Test(arguments: modes) func theModeIsThatOfCp(_ test: Case) throws {
    let program = try shell("(\(test.script)) >/dev/null; stat -c %a new")
    #expect(program.text == "\(test.output)\n")
  }

  @Test func preserveKeepsTheTimes() throws {
    let program = try shell(
      """
      for way in view map; do
        # Reading moves the first of them.
        touch -a -d '2001-02-03 04:05:06.123456789' source
        touch -m -d '2010-11-12 13:14:15.987654321' source
        mmscan copy --preserve --verify --write $way source new >/dev/null
        stat -c '%.9X %.9Y' new
      done
      TZ=UTC; date -d '2001-02-03 04:05:06.123456789' +%s.%N; date -d '2010-11-12 13:14:15.987654321' +%s.%N
      """, environment: ["TZ": "UTC"])
    let lines = program.text.split(separator: "\n")
    #expect(lines.count == 4 && lines[0] == lines[1] && lines[0] == "\(lines[2]) \(lines[3])")
  }

  @Test func analyzersRideAlong() throws {
    let program = try shell(
      "mmscan copy --json --sum sha256,crc32 --lines source copy && cmp source copy; "
        + "mmscan --json --sum sha256,crc32 --lines source")
    let both = try objects(program)
    #expect(both.count == 2)
    #expect(
      value(both[0], "checksums", 0, "hex") as? String
        == value(both[1], "checksums", 0, "hex") as? String)
    #expect(value(both[0], "checksums", 1, "algorithm") as? String == "crc32")
    #expect(
      value(both[0], "lines", "newlines") as? Int == value(both[1], "lines", "newlines") as? Int)
    #expect(value(both[0], "outcome") as? String == "complete")
    #expect(value(both[0], "byte_count") as? Int == 3_000_000)
    #expect(value(both[0], "copy", "destination", "text") as? String == "copy")
    #expect(value(both[0], "copy", "written_byte_count") as? Int == 3_000_000)
    #expect(value(both[0], "copy", "hole_byte_count") as? Int == 0)
    #expect(value(both[0], "copy", "verified") as? Bool == false)
    #expect(value(both[1], "copy") == nil)
  }

  @Test func withoutAnalyzersItOnlyCopies() throws {
    let object = try #require(try objects(shell("mmscan copy --json source copy")).first)
    #expect(Set(object.keys) == ["schema", "path", "byte_count", "outcome", "copy"])
  }

  @Test func whatIsNotFoundIsToldByTheStatus() throws {
    let program = try shell("mmscan copy --find absent source copy; echo $?; cmp source copy")
    #expect(program.text.hasSuffix("\n1\n"))
  }

  @Test(
    arguments: ["", "--sum crc32 --jobs 2", "--write map", "--verify"])
  func aTerabyteOfHolesStaysSparse(options: String) throws {
    // A checksum reads everything, which for a terabyte takes minutes.
    let size = options.contains("sum") ? "300M" : "1T"
    let program = try shell(
      """
      truncate -s \(size) sparse
      for offset in 0 200000000 \(size == "1T" ? "1099511000000" : "299000000"); do
        dd if=source of=sparse bs=64K oflag=seek_bytes seek=$offset count=4 conv=notrunc status=none
      done
      truncate -s \(size) sparse
      mmscan copy --json \(options) sparse copy
      test $(stat -c %b sparse) = $(stat -c %b copy) && test $(stat -c %s sparse) = $(stat -c %s copy) && echo same
      """)
    let lines = program.text.split(separator: "\n")
    #expect(lines.last == "same")
    let object = try JSONSerialization.jsonObject(with: Data(lines[0].utf8))
    #expect((value(object, "copy", "hole_byte_count") as? Int ?? 0) > 290_000_000)
  }

  @Test(arguments: ["", "--write map", "--no-mmap"])
  func aSourceThatIsCutLeavesTheDestinationAsItWas(options: String) throws {
    let program = try shell(
      """
      truncate -s 3G big; echo old >old
      mmscan copy --sum sha512 \(options) big old & child=$!
      sleep 0.4; truncate -s 1000 big; wait $child; echo $?; cat old; ls -A
      """)
    #expect(program.text == "3\nold\nbig\nold\nsource\n")
    #expect(program.errorText.contains("big: was truncated from 3221225472 to 1000 bytes"))
  }

  @Test(arguments: ["INT", "TERM", "KILL"]) func aSignalLeavesNothing(name: String) throws {
    let program = try shell(
      """
      truncate -s 3G big; echo old >old
      env --default-signal=INT mmscan copy --sum sha512 big old & first=$!
      env --default-signal=INT mmscan copy --sum sha512 big new & second=$!
      sleep 0.4; kill -\(name) $first $second; wait $first; echo $?; wait $second; cat old; ls -A
      """)
    let number: Int32 = ["INT": SIGINT, "TERM": SIGTERM, "KILL": SIGKILL][name]!
    #expect(program.text == "\(128 + number)\nold\nbig\nold\nsource\n")
  }

  @Test(arguments: [
    "", "source", "a b c", "--write read a b", "--jobs 0 a b", "--window 3MiB a b", "-i a b",
  ])
  func wrongArgumentsAreErrorsWithAdvice(arguments: String) throws {
    let program = try mmscan("copy \(arguments)")
    #expect(program.status == 2 && program.output.isEmpty)
    #expect(program.errorText.contains("Error: ") && program.errorText.contains("mmscan copy"))
  }

  @Test func helpTeachesByExample() throws {
    let program = try mmscan("copy --help")
    #expect(program.status == 0 && program.errors.isEmpty)
    for word in ["EXAMPLES", "EXIT STATUS", "--verify", "--preserve", "--durable", "--sum"] {
      #expect(program.text.contains(word), "\(word)")
    }
    #expect(program.text.split(separator: "\n").allSatisfy { $0.count <= 120 })
  }
}

import TestSupport
import Testing

/// Files that fail, lie and change, by a file system of their own.
@Suite(.enabled(if: FaultyFile.isPossible, "/dev/fuse cannot be mounted here"))
struct FaultyFileTests {
  private static let errors: [Ending] = [
    Ending("--eio 8192-12288", 3, "could not be read at offset 8192: pread failed: Input/output"),
    Ending("--eio 8192-12288 --direct", 3, "could not be read at offset 8192: pread failed: Input"),
    Ending("--claim 2000000", 3, "offset 1288895: the file system claims more bytes than it has"),
    Ending("--claim 2000000 --direct", 3, "offset 1288895: the file system claims more bytes than"),
    Ending("--claim 1000000 --direct", 3, "offset 1000000: the file system gives more bytes than"),
    Ending("--at 900000 --cut 800000", 3, "was truncated from 1288895 to 800000 bytes while"),
    Ending("--at 900000 --cut 800000 --direct", 3, "was truncated from 1288895 to 800000 bytes"),
    Ending("--at 900000 --claim 800000 --direct", 3, "was truncated from 1288895 to 800000 bytes"),
    Ending("--at 900000 --grow 5", 3, "grew by 5 bytes while it was scanned"),
    Ending("--at 900000 --grow 5 --direct", 3, "grew by 5 bytes while it was scanned"),
    Ending("--at 900000 --rewrite --direct", 3, "changed while it was scanned"),
    Ending("--at 900000 --cut 800000 --remember", 3, "was truncated from 1288895 to 800000 bytes"),
    Ending("--at 900000 --grow 5 --remember", 3, "grew by 5 bytes while it was scanned"),
    Ending("--at 900000 --rewrite --remember", 3, "changed while it was scanned"),
    Ending("--at 900000 --unlink", 3, "lost its name while it was scanned"),
  ]

  @Test(
    arguments: errors,
    ["--json --lines --sum sha256 -j 8", "find -c 7"])
  func aFaultOfTheFileSystemLeavesNoAnswer(ending: Ending, question: String) throws {
    let program = try FaultyFile.run(ending.script, "mmscan \(question) file")
    #expect(program.status == 3, "\(program.text)\(program.errorText)")
    #expect(program.errorText.contains(ending.message), "\(program.errorText)")
    #expect(!program.text.contains(/lines|[0-9a-f]{64}|checksums/), "\(program.text)")
    #expect(!question.hasPrefix("find") || program.text.isEmpty)
  }

  @Test(arguments: [
    "--eio 8192-12288", "--eio 1285000-1288895", "--claim 2000000", "--at 900000 --cut 800000",
    "--at 900000 --grow 5", "--at 900000 --rewrite", "--at 900000 --unlink",
  ])
  func aMappedPageThatFailsIsNoDeath(fault: String) throws {
    let program = try FaultyFile.run(fault, "mmscan --io mmap --lines --sum sha512,blake3 file")
    #expect(program.status == 3 && program.text.isEmpty, "\(program.text)\(program.errorText)")
  }

  @Test func whatCannotBeMappedIsAnErrorIfItMustBe() throws {
    let program = try FaultyFile.run("--direct", "mmscan --io mmap --lines file")
    #expect(program.status == 2 && program.errorText.contains("mmap failed"))
  }

  @Test(arguments: ["", "--direct", "--direct --short 5000", "--slow 2", "--direct --slow 2"])
  func aStrangeFileThatIsSoundHasAnswers(way: String) throws {
    let program = try FaultyFile.run(way, "mmscan --lines file")
    #expect(program.status == 0 && program.errors.isEmpty, "\(program.errorText)")
    #expect(program.text.contains("lines  200000\n"), "\(program.text)")
  }

  /// Lines and searches go on; digests do not.
  @Test(arguments: ["", "--direct"]) func errorsCanBeSkipped(way: String) throws {
    let program = try FaultyFile.run(
      "--eio 8192-12288 \(way)", "mmscan --skip-errors --lines --sum sha256 --find 200000 file")
    #expect(program.status == 3)
    #expect(program.errorText.contains("4096 bytes at offset 8192 could not be read"))
    #expect(program.text.contains("INCOMPLETE: without 4096 bytes that could not be read"))
    #expect(program.text.contains("sha256  none: bytes are missing"))
    #expect(program.text.contains("200000  1 line, 1 match"))
    let found = try FaultyFile.run(
      "--eio 8192-12288 \(way)", "mmscan find --skip-errors -x 200000 file")
    #expect(found.status == 3 && found.text == "200000\n")
    #expect(found.errorText.contains("4096 bytes at offset 8192 could not be read"))
  }

  /// The last page of a file that was cut inside it has zeros behind the new end, and no fault tells of them.
  @Test(arguments: ["--verify", "--summary", "", "--json"])
  func zerosBehindTheNewEndAreNoPartOfAFrame(mode: String) throws {
    let program = try FaultyFile.run(
      "--at 455033 --cut 455033", "mmscan frames \(mode) --io mmap file",
      content:
        "for i in 1 2 3; do tail -c +49 $PACKAGE/SampleData/multi-frame.zst | head -c 151678; done")
    #expect(program.status == 3)
    #expect(program.errorText.contains("was truncated from 455034 to 455033 bytes"))
    // The first byte of the last checksum, 4f7fbc67, is the one that is lost.
    #expect(!program.text.contains(/BAD|007fbc67/), "\(program.text)")
  }
}

/// A disk of another machine that says only in the end that it is full.
@Suite(.enabled(if: FaultyFile.isPossible, "/dev/fuse cannot be mounted here"))
struct FullDiskTests {
  private static let commands: [Ending] = [
    Ending("sum $PACKAGE/README.md >file", 2, "cannot write to the standard output: No space"),
    Ending("find -c a $PACKAGE/README.md >file", 2, "to the standard output: No space left"),
    Ending("find none $PACKAGE/README.md >file", 2, "to the standard output: No space left"),
    Ending("--help >file", 2, "cannot write to the standard output: No space left"),
    Ending("sum $PACKAGE/README.md -o file", 2, "mmscan: cannot write to file: No space left"),
    Ending("sum --tee <$PACKAGE/README.md >file", 2, "--tee: cannot pass on to the standard"),
    Ending("report --lines -o - $PACKAGE/README.md >file", 2, "the standard output: No space"),
    Ending("count $PACKAGE/README.md <file", 0, answer: "README.md"),
  ]

  @Test(arguments: commands) func aDiskThatIsFullInTheEndIsAnError(ending: Ending) throws {
    let program = try FaultyFile.run("--full", "bash -c 'mmscan \(ending.script)'")
    #expect(program.status == ending.status, "\(program.errorText)")
    #expect(program.errorText.contains(ending.message), "\(program.errorText)")
    #expect(program.text.contains(ending.answer))
  }
}

/// The file of `Scripts/faulty_file.py`.
enum FaultyFile {
  static let isPossible = (try? run("", "true").status == 0) ?? false

  /// - Parameters:
  ///   - faults: What the file does.
  ///   - command: What is run where it is called `file`.
  ///   - content: A command that prints what it holds.
  static func run(
    _ faults: String, _ command: String, content: String = "seq 200000"
  ) throws -> Program {
    try mmscanTests.run(
      "\(content) >content; timeout 60 $PACKAGE/Scripts/faulty_file.py --content content \(faults) -- \(command)"
    )
  }
}

/// Files that change while lines of them are printed: a reader that takes its time holds the printing up.
@Suite struct ChangeWhilePrintingTests {
  @Test(arguments: ["", "--io read"], ["find -n .", "find -C1 -v 77"])
  func onlyBytesOfTheFileArePrinted(way: String, question: String) throws {
    let program = try run(
      """
      seq 1000000 >big; mmscan \(question) \(way) big | { read -r line; sleep 0.3; truncate -s -3 big; cat; } >out
      status=${PIPESTATUS[0]}; tr -d '\\n0-9:-' <out | head -c 100; exit $status
      """)
    #expect(program.status == 3)
    #expect(program.errorText.contains("was truncated from 6888896 to 6888893 bytes"))
    #expect(program.text.isEmpty, "\(program.text.debugDescription)")
  }

  /// Where lines were, there is one without an end, which would be printed again and again.
  @Test(arguments: ["", "--io read"])
  func aFileThatIsEmptiedAndRegrownIsNotPrintedTwice(way: String) throws {
    let program = try run(
      """
      seq 1000000 >big; mmscan find -C1 -v 77 \(way) big | {
        read -r line; sleep 0.3; truncate -s 4096 big; truncate -s 6888896 big; head -c 50000000; } >out
      status=${PIPESTATUS[0]}; stat -c %s out; exit $status
      """)
    #expect(program.status == 3)
    #expect(program.errorText.contains("mmscan: big: changed while it was scanned\n"))
    #expect(try #require(Int(program.text.dropLast())) < 7_000_000, "\(program.text)")
  }
}

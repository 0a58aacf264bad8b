import Foundation
import SystemPackage
import TestSupport
import Testing

private let hello = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"

@Suite struct SumCommandTests {
  @Test(arguments: [
    (
      "-a md5,sha256 hello",
      "MD5 (hello) = b1946ac92492d2347c6235b4d2611184\nSHA256 (hello) = \(hello)\n"
    ),
    (
      "-a md5 -a sha256 --untagged hello",
      "b1946ac92492d2347c6235b4d2611184  hello\n\(hello)  hello\n"
    ),
    ("-a xxh3 hello", "XXH3_99fc819aaba2462a  hello\n"),
    ("--base64 -a md5 hello", "sZRqySSS0jR8YjW00mERhA==  hello\n"),
    ("--tag --base64 -a md5 hello", "MD5 (hello) = sZRqySSS0jR8YjW00mERhA==\n"),
    (
      "--format '%f %s %{MD5} %B{md5}\\n' ./hello",
      "hello 6 B1946AC92492D2347C6235B4D2611184 sZRqySSS0jR8YjW00mERhA==\n"
    ),
    ("--base64 -a blake2b -l 8 hello", "Jw==  hello\n"),
    (
      "-a bsd,blake2b,blake2b-8 -l 16 hello",
      "BSD (hello) = 9073\nBLAKE2b-16 (hello) = 9265\nBLAKE2b-8 (hello) = 27\n"
    ),
    ("-a blake2b-8,blake2b -l 8 hello", "27  hello\n"),
    ("--format '%{blake2b-8} %{SYSV}\\n' hello", "27 021E\n"),
    ("-a blake2b -l 8 --length 6 hello", "27  hello\n"),
    ("--format '%%\\t' hello", "%\t"),
    ("--blocks 512 hello", "\(hello)  hello offset 0-5\n"),
    ("-o list hello; cat list", "\(hello)  hello\n"),
    ("--tee <hello 2>/dev/null", "hello\n"), ("--tee <hello 2>&1 >/dev/null", "\(hello)  -\n"),
    ("--tee -o list <hello | tr a-z A-Z; cat list", "HELLO\n\(hello)  -\n"),
    ("-z hello.zst", "\(hello)  hello.zst\n"), ("-z hello", "\(hello)  hello\n"),
    (
      "-z --json hello.zst | grep -o '\"content.*'",
      #""content":{"byte_count":6,"plain":false,"frame_count":1},"checksums":[{"algorithm":"sha256","hex":"\#(hello)"}]}"#
        + "\n"
    ),
  ])
  func printsWhatIsAskedFor(arguments: String, expected: String) throws {
    let program = try run("echo hello >hello; zstd -q hello; mmscan sum \(arguments)")
    #expect(program.status == 0, "\(program.errorText)")
    #expect(program.text == expected)
  }

  @Test(arguments: [
    ("--tag -c list", "the --tag option is meaningless when verifying checksums"),
    ("--blocks 1MiB -c list", "the --blocks option is meaningless"),
    ("--quiet text", "the --quiet option is meaningful only when verifying checksums"),
    ("--strict text", "--strict"), ("-w text", "--warn"),
    ("--ignore-missing text", "--ignore-missing"),
    ("--tag --untagged text", "contradict"), ("-b -t text", "contradict"),
    ("--tag -t text", "--tag does not support --text mode"),
    ("--format %q text", "--format: behind a per cent sign"),
    ("--format %p --tag text", "leave out --tag"),
    ("--json --base64 text", "does not go with --json"), ("--tee text", "name no file"),
    ("--blocks 1 text", "at least 512"), ("-a md9 text", "-a: no algorithm is called 'md9'"),
    ("--base64 --raw text", "--base64 and --raw are mutually exclusive"),
    ("--raw text text", "the --raw option is not supported with multiple files"),
    ("--raw -0 --files-from list", "the --raw option is not supported with multiple files"),
    ("--raw -a md5,sha1 text", "the --raw option is not supported with multiple algorithms"),
    ("--raw --blocks 1MiB text", "leave out --blocks"), ("--raw --json text", "does not go with"),
    ("--raw --format %p text", "leave out --raw"),
    ("--raw -c list", "the --raw option is meaningless when verifying checksums"),
    ("-l 128 -a md5 text", "-l is only supported with --algorithm=blake2b"),
    ("-l 128 -a blake2b-256 text", "-l is only supported with --algorithm=blake2b"),
    ("-l 7 -a blake2b text", "-l: invalid length: '7': length is not a multiple of 8"),
    ("-l 520 -a blake2b text", "'520': maximum digest length for 'BLAKE2b' is 512 bits"),
    ("-l x -a blake2b text", "-l: invalid length: 'x'"),
    ("-a blake2b --length 256 text", "--length says how much of each file is read"),
    ("-a blake2b-7 text", "-a: no algorithm is called 'blake2b-7'"),
    ("-a sysv --blocks 1MiB text", "--blocks is not supported with --algorithm={bsd,sysv}"),
    ("-a sha256,bsd -c list", "--check is not supported with --algorithm={bsd,sysv}"),
    ("-0 text", "--files-from"), ("- -", "only once"), ("--files-from - -", "only once"),
    ("-o missing/file text", "--output: missing/file: No such file or directory"),
    ("--files-from missing", "--files-from: missing: No such file or directory"),
  ])
  func mistakesEndWithTwo(arguments: String, message: String) throws {
    try check(Ending("printf 'text\\0text' >list; mmscan sum \(arguments) <text", 2, message))
  }

  /// As newer coreutils have it; those that are compared with, 9.1, have not, so the bytes are read back. What is told in
  /// decimal digits comes most significant byte first, too.
  @Test(arguments: [
    "sysv", "bsd", "crc", "crc32", "md5", "sha224", "sha256", "sm3", "blake2b", "blake2b-8",
    "xxh3", "blake3",
  ])
  func rawIsTheBytesOfTheDigest(algorithm: String) throws {
    let program = try run(
      """
      seq 1 100000 >f
      mmscan sum --format '%{\(algorithm)}' f >expected
      for words in f '-b --zero --tag f' '--files-from list' '- <f'; do
        echo f >list
        eval "mmscan sum --raw -a \(algorithm) $words" | od -An -v -tx1 | tr -d ' \\n' | cmp - expected || exit
      done
      mmscan sum --raw -a \(algorithm) --tee -o digest <f | cmp - f
      mmscan sum --raw -a \(algorithm) f | cmp - digest
      mmscan sum --raw -a \(algorithm) missing
      """)
    #expect(program.status == 1)
    #expect(program.errorText == "mmscan: missing: No such file or directory\n")
    #expect(program.output.isEmpty)
  }

  @Test(arguments: [("sysv", "sum -s", 2), ("bsd", "sum -r", 2), ("crc", "cksum", 4)])
  func rawHasTheMostSignificantByteFirst(algorithm: String, tool: String, byteCount: Int) throws {
    let program = try run(
      """
      seq 1 100000 >f; \(tool) <f | cut -d ' ' -f 1 | sed 's/^0*//'
      mmscan sum --raw -a \(algorithm) f | od -An --endian=big -tu\(byteCount) | tr -d ' '
      """)
    let lines = program.text.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines.first == lines.last)
  }

  // MARK: Lists

  private static let lists = [
    "sha256sum f g", "sha256sum -b f g", "sha256sum --tag f g", "cksum -a md5 f g", "cksum f g",
    "mmscan sum -a crc --tag f g", "mmscan sum -a crc,xxh32 --blocks 1000 f g", "b3sum f g",
    "xxhsum f g",
    "xxhsum -H2 f g", "xxhsum -H3 f g", "xxhsum --tag -H3 --little-endian f g",
    "rhash --sfv --crc32 f g",
    "rhash --simple -CMH f g", "rhash --bsd --sha384 --crc32c f g", "rhash --sha512 f g",
    "hashdeep -l f g",
    "hashdeep -l -c md5,sha1,sha256,tiger f g", "hashdeep -l -p 1k f g", "md5deep -l -p 1000 f g",
    "sha224sum f g", "b2sum f g", "b2sum -l 256 --tag f g", "cksum -a sm3 f g",
    "rhash --bsd --sha224 --blake2b f g", "mmscan sum -a bsd,sysv,blake2b-8 f g",
    "mmscan sum -a blake2b-40,sm3 --blocks 1000 f g", "mmscan sum --base64 -a blake2b f g",
    "mmscan sum --base64 f g", "mmscan sum -a crc64,blake3,xxh3 f g",
    "mmscan sum -a xxh128,sha1 --blocks 1000 f g",
    "mmscan sum -a crc32 --base64 --blocks 700 f g", "mmscan sum -a sha384 --untagged --base64 f g",
  ]

  @Test(arguments: lists) func listsOfAllToolsAreRead(tool: String) throws {
    let name = String(tool.prefix { $0 != " " })
    guard name == "mmscan" || Program.isInstalled(name) else { return }
    let making = "seq 1 2000 >f; printf x >g; \(tool) >list 2>/dev/null"
    let good = try run("\(making); mmscan sum -c --strict list")
    #expect(good.status == 0, "\(good.errorText)")
    #expect(Set(good.text.split(separator: "\n")) == ["f: OK", "g: OK"])
    let bad = try run(
      "\(making); printf y | dd of=f bs=1 seek=3456 conv=notrunc status=none; mmscan sum -c list")
    #expect(bad.status == 1, "\(bad.errorText)")
    #expect(bad.text.contains("f: FAILED"))
    #expect(bad.text.contains("g: OK"))
  }

  @Test func everyLineHasItsPlace() throws {
    let program = try run(
      """
      head -c 9000000 /dev/zero >large; printf s >small
      { sha256sum large; md5sum small; md5sum small | sed s/small/missing/; cksum -a sha1 large; b3sum small; md5sum large; } >list
      mmscan sum -c list
      """)
    #expect(
      program.text
        == "large: OK\nsmall: OK\nmissing: FAILED open or read\nlarge: OK\nsmall: OK\nlarge: OK\n")
    #expect(program.status == 1)
  }

  @Test(.enabled(if: Program.isInstalled("strace"), "needs strace"))
  func allLinesOfAFileCostOneRead() throws {
    let program = try run(
      """
      seq 1 100000 >f; { sha256sum f; md5sum f; b3sum f; sha1sum f; sha256sum f; } >list
      strace -f -e trace=openat -o trace mmscan sum -c list && grep -c '"f"' trace
      """)
    #expect(program.text == String(repeating: "f: OK\n", count: 5) + "1\n")
  }

  /// A line without a tag may be of two algorithms; -a says of which.
  @Test func algorithmsCanBeRefused() throws {
    try check(Ending("b3sum text >list; mmscan sum -c list", 0, answer: "text: OK"))
    try check(Ending("b3sum text >list; mmscan sum -a blake3 -c list", 0, answer: "text: OK"))
    try check(
      Ending(
        "b3sum text >list; mmscan sum -a sha256 -c list", 1, "computed checksum did NOT match",
        answer: "text: FAILED"))
    try check(
      Ending(
        "md5sum text >list; mmscan sum -a sha256,sha512 -c list", 1,
        "list: no properly formatted checksum lines found"))
    let sm3 = "cksum -a sm3 --untagged text >list; mmscan sum -c list"
    try check(
      Ending(sm3, 1, "computed checksum did NOT match", answer: "text: FAILED"))
    try check(Ending("\(sm3) -a sm3", 0, answer: "text: OK"))
    let short = "b2sum -l 40 text >list; mmscan sum -c list"
    try check(Ending(short, 1, "list: no properly formatted checksum lines found"))
    try check(Ending("\(short) -a blake2b", 0, answer: "text: OK"))
    try check(
      Ending("sum text >list; mmscan sum -c list", 1, "no properly formatted checksum lines found"))
  }

  @Test func listsOfContentAreChecked() throws {
    try check(
      Ending(
        "sha256sum text >list; zstd -q --rm text; mv text.zst text; mmscan sum -z -c list", 0,
        answer: "text: OK"))
    let cut = "sha256sum text | sed s/text/text.zst/ >list; zstd -q text; truncate -s 20 text.zst; "
    try check(
      Ending(
        "\(cut) mmscan sum -z -c list", 1, "text.zst: ", answer: "text.zst: FAILED open or read"))
  }

  // MARK: Blocks

  private static let damages: [(String, String)] = [
    ("printf x | dd of=f bs=1 seek=1000 conv=notrunc status=none", "f: FAILED (bytes 1000-1999)"),
    ("printf x | dd of=f bs=1 seek=8892 conv=notrunc status=none", "f: FAILED (bytes 8000-8892)"),
    (
      "head -c 1500 /dev/zero | dd of=f bs=1 seek=2999 conv=notrunc status=none",
      "f: FAILED (bytes 2000-4999)"
    ),
    ("echo >>f", "f: FAILED (not listed: bytes 8893-8893)"),
    (
      "truncate -s 8000 f; seq 1 2000 | tail -c +8001 | head -c 893 >>f; echo 12 >>f",
      "f: FAILED (not listed: bytes 8893-8895)"
    ),
    (
      "printf x | dd of=f bs=1 seek=8892 conv=notrunc status=none; seq 300 >>f",
      "f: FAILED (bytes 8000-8892; not listed: bytes 8893-9984)"
    ),
    ("truncate -s 2500 f", "f: FAILED (bytes 2000-8892)"), (": >f", "f: FAILED (bytes 0-8892)"),
    ("sed -i 3d list", "f: FAILED (not listed: bytes 2000-2999)"),
    ("rm f", "f: FAILED open or read"),
    ("sed -i 's/2000-2999/2000-2998/' list", "f: FAILED (not listed: bytes 2000-2999)"),
  ]

  @Test(arguments: damages) func damagedBytesAreNamed(damage: String, expected: String) throws {
    let program = try run(
      """
      seq 1 2000 >f; mmscan sum -a md5 --blocks 1000 f >list && mmscan sum -c list || exit 9
      \(damage)
      mmscan sum -c list
      """)
    #expect(program.text == "f: OK\n\(expected)\n", "\(program.errorText)")
    #expect(program.status == 1)
  }

  @Test(arguments: [
    ("f", ":", "OK"), ("f", "seq 3 >f", "FAILED (not listed: bytes 0-5)"),
    ("--offset 100 f", ":", "OK"),
    ("--offset 100 f", "seq 100 >f", "FAILED (not listed: bytes 100-291)"),
    ("f", "sed -i s/e3b0/e3b1/ list", "FAILED (bytes 0-0)"),
    ("f", "printf x >f", "FAILED (not listed: bytes 0-0)"),
  ])
  func ofAnEmptyFileNothingIsListed(words: String, change: String, expected: String) throws {
    let program = try run(
      """
      : >f; mmscan sum -a sha256 --tag --blocks 1000 \(words) >list
      \(change)
      mmscan sum \(words.hasPrefix("-") ? "--offset 100 " : "")-c list
      """)
    #expect(program.text == "f: \(expected)\n", "\(program.errorText)")
    #expect(program.status == (expected == "OK" ? 0 : 1))
  }

  /// The law, of the command: how the file is read changes nothing.
  @Test(arguments: [
    "--window 2MiB f", "-j 1 f", "-j 7 --window 2MiB --io read f", "--no-sparse f", "<f",
    "-z f.zst",
  ])
  func blocksAreTheSameHoweverTheFileIsRead(arguments: String) throws {
    let program = try run(
      """
      { head -c 3000000 /dev/urandom; head -c 9000000 /dev/zero; head -c 5000001 /dev/urandom; } >f; zstd -q f
      for size in 1000KB 3MiB 64KiB 40MB; do
        for algorithm in sha1 blake3; do
          split -b ${size%iB} f part.
          mmscan sum -a $algorithm part.* | cut -d ' ' -f 1 >expected
          rm part.*
          mmscan sum -a $algorithm --blocks $size \(arguments) | cut -d ' ' -f 1 | cmp - expected || exit 1
        done
      done
      """)
    #expect(program.status == 0, "\(program.errorText)\(program.text)")
  }

  @Test(arguments: [
    "0-18446744073709551614", "0-9223372036854775807", "0-9223372036854775806",
    "18446744073709551613-18446744073709551613",
  ])
  func aBlockThatNoFileCanHaveIsNoTrouble(bytes: String) throws {
    let program = try run(
      "sha256sum <text | sed 's/-/text offset \(bytes)/' >list; mmscan sum -c list")
    #expect(program.status == 1, "\(program.errorText)")
    #expect(program.text.contains("FAILED"))
  }

  /// Files are worked on ahead of their turn, which comes when their first line does that fits.
  @Test func linesThatDoNotFitChangeNoTurn() throws {
    let program = try run(
      """
      sum=$(sha256sum <text | cut -c 1-64); files=$(seq -f g%g 300)
      { printf "$sum  %s offset 5-6\n" $files; echo "$sum  text"; printf "$sum  %s offset 0-511\n" $files; } >list
      timeout 30 mmscan sum -c list
      """)
    #expect(program.status == 1, "\(program.errorText)")
    #expect(program.text.hasPrefix("text: OK\n"))
  }

  @Test(arguments: [
    "-o text text", "-o text <text", "-c -o list list", "-o link text", "-c -o text list",
    "-c -o link <list", "--files-from names -o names",
  ])
  func whatIsReadIsNotWrittenOver(arguments: String) throws {
    let program = try run(
      """
      ln text link; sha256sum text >list; echo text >names; mmscan sum \(arguments); s=$?
      for file in text list names; do wc -l <$file; done; exit $s
      """)
    #expect(program.status == 2 && program.text == "3\n1\n1\n")
    #expect(program.errorText.contains("is a file that is read: give another name"))
  }

  @Test func aLineOfABlockThatFitsNothingSaysNothingOfTheFile() throws {
    try check(
      Ending(
        "printf '%s\\n' \"$(sha256sum text)\" \"$(sha256sum text) offset 5-7\" >list; mmscan sum -c list",
        0, "mmscan: WARNING: 1 line is improperly formatted", answer: "text: OK"))
  }

  /// Of blocks that no line names, nothing is computed or held.
  @Test func oneBlockOfOneByteCostsNoMore() throws {
    let program = try run(
      """
      truncate -s 1G big; one=$(printf '\\0' | sha256sum | cut -c -64); end=$(((1 << 30) - 1))
      echo "SHA256 (big offset $end-$end) = $one" >list; ulimit -v 2000000; timeout 60 mmscan sum -c list
      """)
    #expect(program.status == 1 && program.errorText.contains("1 computed checksum did NOT match"))
    #expect(program.text == "big: FAILED (not listed: bytes 0-1073741822)\n", "\(program.text)")
  }

  @Test func aFileMayBeCalledAsABlockIs() throws {
    try check(
      Ending(
        "printf 0123456789 >f; cp text 'f offset 0-9'; sha256sum 'f offset 0-9' >list; mmscan sum -c list",
        0,
        answer: "f offset 0-9: OK"))
    try check(
      Ending(
        "printf 0123456789 >f; mmscan sum --blocks 512 f >list; mmscan sum -c list", 0,
        answer: "f: OK"))
  }

  // MARK: Many files

  @Test(arguments: ["", "-a blake3", "-a xxh3,md5 --tag", "--json", "--zero", "-c"])
  func manyFilesAreToldInOrder(arguments: String) throws {
    let directory = try TemporaryDirectory()
    let made = try Program.shell(
      """
      for n in $(seq 100 299); do seq 1 $n >f.$n; done; for n in 1 2 3; do seq 1 ${n}00000 >f.1${n}5.large; done
      : >f.150.empty; mkdir f.160; sha256sum f.* >f.lists 2>/dev/null; echo x >>f.110
      """, in: directory.path.string)
    #expect(made.status == 0, "\(made.errorText)")
    let files = arguments == "-c" ? "f.lists" : "gone f.[12]*"
    let alone = try mmscan("sum \(arguments) -j 1 \(files)", in: directory.path.string)
    for jobs in [2, 5] {
      let together = try mmscan("sum \(arguments) -j \(jobs) \(files)", in: directory.path.string)
      #expect(together.output == alone.output)
      #expect(together.errors == alone.errors)
      #expect(together.status == 1)
    }
    #expect(alone.status == 1)
    #expect(alone.output.count > 1000)
  }

  // MARK: Scripts

  @Test func tellsScriptsWhatWasVerified() throws {
    let program = try run(
      """
      seq 1 2000 >f; { sha256sum f text; md5sum text | sed 's/^./0/;s/^00/11/'; mmscan sum -a md5 --blocks 1000 f; } >list
      printf x | dd of=f bs=1 seek=1000 conv=notrunc status=none
      sha256sum text | sed s/text/missing/ >>list
      mmscan sum --json -c list
      """)
    #expect(program.status == 1)
    let objects = try objects(program)
    #expect(objects.count == 3)
    let f = try #require(objects.first { value($0, "path", "text") as? String == "f" })
    #expect(value(f, "schema") as? String == "mmscan/1")
    #expect(value(f, "verified", "ok") as? Bool == false)
    #expect(value(f, "verified", "lines", 0, "ok") as? Bool == false)
    #expect(value(f, "verified", "blocks", "damaged", 0, "offset") as? Int == 1000)
    #expect(value(f, "verified", "blocks", "damaged", 0, "byte_count") as? Int == 1000)
    let text = try #require(objects.first { value($0, "path", "text") as? String == "text" })
    #expect(value(text, "verified", "lines", 0, "ok") as? Bool == true)
    #expect(value(text, "verified", "lines", 1, "ok") as? Bool == false)
    #expect(value(text, "verified", "lines", 1, "line_number") as? Int == 3)
    #expect(value(objects.last, "outcome") as? String == "error")
  }

  // MARK: Files that change

  @Test(arguments: ["truncate -s 99 big", "echo >>big", "mv text big", "rm big"])
  func aFileThatChangesIsNeverFine(change: String) throws {
    let printed = try run("\(held); start sum --no-sparse -a sha512 big; \(change); finish")
    #expect(printed.status == 3, "\(printed.errorText)")
    #expect(printed.output.isEmpty)
    let list = "printf '%0128d  big\\n' 0 >list"
    let checked = try run("\(held); \(list); start sum --no-sparse -c list; \(change); finish")
    #expect(checked.status == 3, "\(checked.errorText)")
    #expect(checked.text == "big: FAILED (changed while it was read)\n")
    #expect(checked.errorText.hasSuffix("mmscan: WARNING: 1 listed file could not be read\n"))
  }

  @Test func anInterruptionEndsIt() throws {
    let program = try run(
      "\(held); start sum --no-sparse -a sha512,md5 big; kill -INT $scan; finish")
    #expect(program.status == 130, "\(program.errorText)")
    #expect(program.output.isEmpty)
    #expect(program.errorText.contains("interrupted"))
  }

  @Test func resultsThatCannotBeWrittenAreAnError() throws {
    try check(Ending("mmscan sum text >/dev/full", 2, "cannot write to the standard output"))
    try check(
      Ending("mmscan sum -j 4 text text text text >/dev/full", 2, "cannot write to the standard"))
    try check(
      Ending("mmscan sum --tee <text >/dev/full", 2, "cannot pass on to the standard output"))
    try check(Ending("mmscan sum text -o /dev/full", 2, "cannot write to /dev/full: No space"))
  }
}

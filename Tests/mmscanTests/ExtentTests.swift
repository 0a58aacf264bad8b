import SystemPackage
import TestSupport
import Testing

@Suite(.enabled(if: Program.succeeds("strace -e trace=lseek true"), "strace cannot be used here"))
struct ExtentTests {
  /// To find the end of an extent can take time in proportion to its size, so that each is asked for once.
  @Test func aFileWithoutHolesIsAskedForThemOnce() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file(randomBytes(64 << 20, seed: 4))
    for state in ["cat", "dd iflag=nocache count=0 status=none <"] {
      _ = try Program.shell("\(state) '\(file.string)' >'\(file.string).out'")
      let program = try Program.shell(
        """
        strace -f -e trace=lseek -o trace '\(productDirectory)/mmscan' --lines --sum crc32 --window 2MiB -j 2 '\(file.string)' \
          >answer && grep -c lseek trace
        """, in: directory.path.string)
      #expect(program.status == 0, "\(program.errorText)")
      let count = try #require(Int(program.text.filter(\.isNumber)))
      #expect((2..<8).contains(count))
    }
  }
}

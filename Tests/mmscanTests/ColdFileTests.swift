import Foundation
import SystemPackage
import TestSupport
import Testing

/// Runs a command in the control group `$1`, and prints how many bytes it had read from devices.
private let limited = """
  group=$1; shift
  (echo $BASHPID >"$group/cgroup.procs" && exec "$@") >&2 || exit
  while read -r key value; do [ "$key" != read_bytes: ] || echo "$value"; done </proc/$$/io
  """

@Suite(
  .enabled(if: MemoryGroup.isPossible, "the memory of a process cannot be limited here"),
  .enabled(
    if: TemporaryDirectory.canBeOnDevice,
    "every file system here keeps files in memory, or fincore is missing"))
struct ColdFileTests {
  private static let byteCount = 384 << 20
  private static let limit: UInt64 = 192 << 20

  /// One lane digests, and is slower than the one that counts; both want every byte.
  @Test func aFileLargerThanMemoryIsReadFromTheDeviceOnce() throws {
    let directory = try TemporaryDirectory(onDevice: true)
    let made = try Program.shell(
      """
      head -c \(Self.byteCount) /dev/urandom >file && sync file
      dd if=file iflag=nocache count=0 status=none; cat file | wc -l >lines
      dd if=file iflag=nocache count=0 status=none
      fincore --bytes --noheadings --output RES file
      """, in: directory.path.string)
    try #require(made.status == 0 && Int(made.text.filter(\.isNumber)) ?? .max < Self.byteCount / 8)
    let group = try MemoryGroup(of: Self.limit)
    let arguments = ["--json", "--lines", "--sum", "sha256,crc32"]
    let program = try Program.shell(
      limited,
      [group.directory.string, productDirectory + "/mmscan"] + arguments + ["file"],
      in: directory.path.string)
    #expect(program.status == 0, "\(program.errorText)")
    let object = try JSONSerialization.jsonObject(with: Data(program.errors))
    let lines = try String(
      contentsOfFile: directory.path.appending("lines").string, encoding: .utf8)
    #expect(value(object, "lines", "newlines") as? Int == Int(lines.filter(\.isNumber)))
    let read = try #require(Int(program.text.filter(\.isNumber)))
    #expect(read >= Self.byteCount)
    #expect(read < Self.byteCount * 6 / 5)
  }

  @Test(
    arguments: zip(["count", "count -j 1 --window 2MiB", "count --drop-cache"], [64, 64, 4096]))
  func whatHasNoRoomOrIsNotToStayMakesWay(arguments: String, mebibytes: UInt64) throws {
    let directory = try TemporaryDirectory(onDevice: true)
    let group = try MemoryGroup(of: mebibytes << 20)
    let program = try Program.shell(
      """
      head -c 100M /dev/urandom >file && sync file && dd if=file iflag=nocache count=0 status=none || exit
      (\(limited)) >&2 || exit
      fincore --bytes --noheadings --output RES file
      """,
      [group.directory.string, productDirectory + "/mmscan"]
        + arguments.split(separator: " ").map(String.init) + ["file"],
      in: directory.path.string)
    #expect(program.status == 0, "\(program.errorText)")
    #expect(try #require(Int(program.text.filter(\.isNumber))) < 8 << 20)
  }

  @Test(.enabled(if: Program.isInstalled("zstd"), "zstd is not installed"))
  func archivesOneAfterTheOtherTakeNoMoreMemoryThanOne() throws {
    let directory = try TemporaryDirectory(onDevice: true)
    let group = try MemoryGroup(of: 64 << 20)
    let program = try Program.shell(
      "seq 12000000 | zstd -q -1 -o archive && (\(limited))",
      [group.directory.string, productDirectory + "/mmscan", "count", "-l", "-z"]
        + Array(repeating: "archive", count: 4), in: directory.path.string)
    #expect(program.status == 0, "\(program.errorText)")
    #expect(program.errorText.hasSuffix("\n48000000 total\n"))
  }
}

import Foundation
import SystemPackage
import TestSupport
import Testing

/// Runs a command in `$1` bytes of memory, and prints how many bytes it had read from devices.
private let limited = """
  if [ -d /sys/fs/cgroup/memory ]; then
    group=/sys/fs/cgroup/memory/mmscan-test-$$ limit=memory.limit_in_bytes
  else
    group=/sys/fs/cgroup/mmscan-test-$$ limit=memory.max
  fi
  mkdir "$group" && trap 'rmdir "$group"' EXIT && echo "$1" >"$group/$limit" || exit 77
  shift
  (echo $BASHPID >"$group/cgroup.procs" && exec "$@") >&2 || exit
  while read -r key value; do [ "$key" != read_bytes: ] || echo "$value"; done </proc/$$/io
  """

@Suite(
  .enabled(
    if: Program.succeeds("set -- 134217728 true\n" + limited),
    "the memory of a process cannot be limited here"))
struct ColdFileTests {
  private static let byteCount = 384 << 20
  private static let limit = 192 << 20

  /// One lane digests, and is slower than the one that counts; both want every byte.
  @Test func aFileLargerThanMemoryIsReadFromTheDeviceOnce() throws {
    let directory = try TemporaryDirectory()
    let made = try Program.shell(
      """
      head -c \(Self.byteCount) /dev/urandom >file && sync file
      dd if=file iflag=nocache count=0 status=none; cat file | wc -l >lines
      dd if=file iflag=nocache count=0 status=none
      fincore --bytes --noheadings --output RES file
      """, in: directory.path.string)
    // Some file systems keep everything in memory.
    guard made.status == 0, Int(made.text.filter(\.isNumber)) ?? .max < Self.byteCount / 8 else {
      return
    }
    let arguments = ["--json", "--lines", "--sum", "sha256,crc32"]
    let program = try Program.shell(
      limited,
      ["\(Self.limit)", productDirectory + "/mmscan"] + arguments + ["file"],
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
}

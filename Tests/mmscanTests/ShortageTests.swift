import TestSupport
import Testing

/// Little of what programs usually have plenty of.
@Suite(.disabled(if: isSanitized, "bounds of address space")) struct ShortageTests {
  @Test(
    arguments: [
      "--lines --sum crc32,sha256 --find 77", "--lines -j 8 --window 64MiB",
      "--lines --lanes separate -j 4 --sum crc32,xxh3 --window 64MiB", "find -c 77",
      "find '7{4}' -j 8",
    ], ["-v 262144", "-n 32"])
  func littleIsEnough(arguments: String, limit: String) throws {
    let program = try run(
      """
      seq 9000000 >numbers; mmscan \(arguments) numbers >whole || exit
      (ulimit \(limit) && mmscan \(arguments) numbers) | cmp - whole
      """)
    #expect(program.status == 0 && program.errors.isEmpty, "\(program.errorText)")
  }

  @Test func manyFilesNeedFewDescriptors() throws {
    let program = try run(
      "seq 2000 | split -l 1 -a 3 - f.; (ulimit -n 64 && mmscan --lines -j 8 f.*) | grep -c 'lines  1$'"
    )
    #expect(program.text == "2000\n" && program.errors.isEmpty, "\(program.errorText)")
  }

  @Test func tooLittleIsAnErrorAndNoHang() throws {
    let program = try run(
      """
      for kib in 70000 80000 90000 100000 120000 140000 160000; do
        for arguments in "text" "find two text" "frames --verify $PACKAGE/SampleData/multi-frame.zst"; do
          (ulimit -v $kib && timeout 20 mmscan $arguments) >out 2>err; status=$?
          [ $status = 0 ] || { [ $status = 2 ] && grep -q 'ulimit -v\\|memory' err; } || echo "$kib $arguments: $status"
        done
      done
      """)
    #expect(program.text.isEmpty, "\(program.text)")
  }

  /// Stacks are a part of it, for which nobody may wait.
  @Test func littleMemoryOfItsOwnIsAnErrorOrEnough() throws {
    let program = try run(
      """
      seq 9000000 >numbers
      for kib in 16384 32768 60000 65536 100000 200000; do
        (ulimit -d $kib && timeout 20 mmscan --lines --sum crc32 -j 64 numbers) >out 2>err; status=$?
        [ $status = 0 ] && grep -q 'lines  9000000$' out || { [ $status = 2 ] && grep -q 'ulimit -d' err; } ||
          echo "$kib: $status"
      done
      """)
    #expect(program.text.isEmpty, "\(program.text)")
  }

  /// Makes a control group in `$group` that has room for two threads.
  private static let fewThreads = """
    root=/sys/fs/cgroup; [ ! -d $root/pids ] || root=$root/pids
    group=$root/mmscan-test-$$; mkdir "$group" && trap 'rmdir "$group"' EXIT && echo 2 >"$group/pids.max" || exit 77

    """

  @Test(
    .enabled(if: Program.succeeds(fewThreads), "threads cannot be limited here"),
    arguments: ["INT", "TERM"], [2, 3])
  func whereNoThreadCanBeStartedASignalEndsIt(signal: String, threads: Int) throws {
    let program = try run(
      Self.fewThreads + """
        echo \(threads) >"$group/pids.max"; seq 9000000 >numbers
        (echo $BASHPID >"$group/cgroup.procs"; exec env --default-signal mmscan --lines -j 2 --sum crc32 numbers) &
        sleep 2; kill -\(signal) $!
        timeout 5 tail --pid=$! -f /dev/null || { echo hangs; kill -KILL $!; }
        wait $!; echo $?
        """)
    let number = signal == "INT" ? 2 : 15
    #expect(program.text == "\(128 + number)\n", "\(program.text) \(program.errorText)")
  }
}

import FileMapping
import SystemPackage
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What a process may use, in processes of their own that have little.
@Suite(.disabled(if: isSanitized, "a sanitizer needs addresses, too"))
struct ProcessLimitsTests {
  @Test func withoutLimitsThereIsRoom() throws {
    let object = try Bench().object(of: 9)
    #expect(ProcessLimits.own.hasRoom(forThreads: 2) && ProcessLimits.own.allowsDescriptors(8))
    #expect(ProcessLimits.own.affordableLanes(upTo: 2, besides: 4) == 2)
    try ProcessLimits.own.checkRoom(forLanes: 2, besides: 0, of: object)
  }

  @Test func fewDescriptorsAllowFewThreads() async {
    await #expect(processExitsWith: .success) {
      try limit(RLIMIT_NOFILE, to: 64)
      #expect(ProcessLimits.own.allowsDescriptors(64) && !ProcessLimits.own.allowsDescriptors(65))
      #expect(ProcessLimits.own.affordableLanes(upTo: 100, besides: 0) == 20)
    }
  }

  @Test func littleAddressSpaceAllowsFewThreads() async {
    await #expect(processExitsWith: .success) {
      let object = try Bench().object(of: 9)
      try limit(RLIMIT_STACK, to: 8 << 20)
      try withAddressSpace(of: 200 << 20) {
        let limits = ProcessLimits(.live)
        // Each with a heap of its own.
        #expect(limits.hasRoom(forThreads: 2) && !limits.hasRoom(forThreads: 3))
        limits.limitHeaps(to: 2)
        #expect(limits.hasRoom(forThreads: 8) && !limits.hasRoom(forThreads: 24))
        #expect((1...22).contains(limits.affordableLanes(upTo: 64, besides: 0)))
        // Two threads for each.
        #expect(
          reason { try limits.checkRoom(forLanes: 100, besides: 0, of: object) }
            == .addressSpaceExhausted(byteCount: (1616 << 20) + 200 * UInt64(getpagesize())))
      }
    }
  }

  @Test func freedBlocksGoBackToTheSystem() async {
    await #expect(processExitsWith: .success) {
      ProcessLimits.own.limitHeaps(to: 2)
      // Left to itself, glibc keeps the second block, since it has seen that such blocks are freed.
      for _ in 1...2 {
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 4 << 20, alignment: 64)
        unsafe block.initializeMemory(as: UInt8.self, repeating: 1)
        let page = Int(bitPattern: block.baseAddress) / 4096 * 4096 + 2 << 20
        #expect(isMapped(page))
        unsafe block.deallocate()
        #expect(!isMapped(page))
      }
    }
  }

  @Test func whatCannotBeAskedForIsNotLimited() {
    let limits = ProcessLimits(SystemCalls(failures: FailurePlan(missing: [.getrlimit])))
    #expect(limits.allowsDescriptors(1 << 30) && !limits.limitsAddresses)
    #expect(limits.affordableLanes(upTo: 2, besides: 4) == 2)
  }

  @Test(arguments: [MappingError.Operation.mmap, .mprotect])
  func withoutAddressesOrMappingsThereIsNoRoom(operation: MappingError.Operation) {
    let limits = ProcessLimits(SystemCalls(failures: FailurePlan(missing: [operation])))
    #expect(!limits.hasRoom(forThreads: 1))
    #expect(limits.affordableLanes(upTo: 64, besides: 0) == 1)
  }

  @Test(arguments: [MappingError.Operation.open, .read])
  func aControlGroupThatCannotBeReadIsNone(operation: MappingError.Operation) {
    let system = SystemCalls(failures: FailurePlan(missing: [operation]))
    #expect(ProcessLimits.memoryByteCount(system) == nil)
  }

  @Test func aControlGroupsMemoryIsWhatFilesSay() throws {
    let least = try Program.shell(
      """
      while IFS=: read -r number controllers group; do
        case $number:$controllers in
        0:) file=memory.max root=/sys/fs/cgroup ;;
        *:*memory*) file=memory.limit_in_bytes root=/sys/fs/cgroup/memory ;;
        *) continue ;;
        esac
        group=${group%/}
        while cat "$root$group/$file"; [[ -n $group ]]; do group=${group%/*}; done
      done </proc/self/cgroup 2>/dev/null | grep '^[0-9]' | sort -n | head -n 1
      """)
    let limit = UInt64(least.text.dropLast()).flatMap { $0 < 1 << 60 ? $0 : nil }
    #expect(ProcessLimits.memoryByteCount(.live) == limit)
  }

  /// The limit is that of the group, or of one around it.
  @Test(
    .enabled(if: MemoryGroup.isPossible, "no control group can be made here"),
    arguments: [false, true])
  func aControlGroupsMemoryIsKnown(isAround: Bool) throws {
    let group = try MemoryGroup(of: 96 << 20)
    let own = isAround ? try group.inner() : group.directory
    let peer = try Bench().peer(after: "echo $$ >'\(own)/cgroup.procs'")
    #expect(try peer.ask("memory") == "memory \(96 << 20)")
    peer.end()
  }
}

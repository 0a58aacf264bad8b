import Synchronization
import SystemPackage

#if os(Linux)
  import CLinux
#endif

/// What this process may use, where it is short: addresses (`ulimit -v`), memory of its own (`ulimit -d`), mappings
/// (`vm.max_map_count`) and descriptors (`ulimit -n`).
///
/// What cannot be asked for is not limited.
package struct ProcessLimits: Sendable {
  /// Those of this process, as they were when somebody asked first.
  package static let own = ProcessLimits(.live)

  private let system: SystemCalls
  /// How many files may be open at a time; nil if that does not matter.
  private let descriptorCount: Int?
  /// How much memory of its own it may have, in bytes, of which stacks are a part; nil if that does not matter.
  private let writableByteCount: Int?
  /// Whether addresses are limited.
  package let limitsAddresses: Bool
  /// Whether memory that is kept for later use takes the room of something else.
  package var limitsMemory: Bool { limitsAddresses || writableByteCount != nil }
  /// What a thread's stack takes at the most, in bytes: as much as the main thread's may, or 8 MiB.
  private let stackByteCount: Int

  /// What threads take for what they allocate, in bytes.
  private static let heapByteCount = 16 << 20
  /// What glibc reserves for a thread's own heap, in bytes, when the thread first allocates something.
  private static let threadHeapByteCount = 64 << 20
  private static let hasOneHeap = Atomic<Bool>(false)

  /// Asks the system.
  package init(_ system: SystemCalls) {
    self.system = system
    let descriptors = try? system.limit(of: .descriptors)
    descriptorCount = descriptors.flatMap { $0 < 1 << 30 ? Int($0) : nil }
    let writable = try? system.limit(of: .writableMemory)
    writableByteCount = writable.flatMap { $0 < 1 << 40 ? Int($0) : nil }
    limitsAddresses = (try? system.limit(of: .addresses)).map { $0 < 1 << 40 } ?? false
    let stack = try? system.limit(of: .stack)
    let byteCount = stack.flatMap { $0 < 1 << 40 ? Int($0) : nil } ?? 8 << 20
    stackByteCount = (byteCount / systemPageSize + 1) * systemPageSize
  }

  /// Has memory that is freed be used again or go back to the system. To be called before there are threads.
  ///
  /// Heaps of their own would hold what each thread once needed, for as long as the process lives, and take the room of
  /// threads that start later where addresses are limited: there all share one. Blocks of 4 MiB or more go back at once;
  /// of smaller ones a heap keeps 8 MiB, since fresh memory costs a page fault every few kilobytes.
  ///
  /// - Parameter heapCount: How many heaps threads share at the most; at least 1.
  package func limitHeaps(to heapCount: Int) {
    #if os(Linux)
      _ = linux_return_memory(4 << 20, 8 << 20)
      let isLimited = linux_limit_heaps(limitsAddresses ? 1 : CInt(clamping: heapCount)) == 1
      ProcessLimits.hasOneHeap.store(isLimited && limitsAddresses, ordering: .relaxed)
    #endif
  }

  /// How many threads Dispatch may have for so many lanes where addresses are limited: a lane that is woken gets another
  /// one if that it had has not come to rest. On a busy machine two for each were seen, and those that are there in any case.
  private func threadCount(ofLanes count: Int) -> Int { limitsAddresses ? 2 * count : count }

  /// - Parameters:
  ///   - lanes: How many queues work at once.
  ///   - others: How many threads there are besides.
  /// - Throws: ``MappingError`` with `.addressSpaceExhausted` or `.tooManyViews` if so many threads cannot start
  ///   now, for which Dispatch would wait for ever.
  /// - Complexity: A system call for each thread, and two.
  package func checkRoom(
    forLanes lanes: Int, besides others: Int, of object: MappingObject
  ) throws(MappingError) {
    let count = threadCount(ofLanes: lanes) + others
    guard hasRoom(forThreads: count) else {
      throw object.backing.mapError(.noMemory, byteCount: byteCount(of: count))
    }
  }

  /// Whether so many files can be open at a time. Dispatch ends a process that has not one descriptor left.
  package func allowsDescriptors(_ count: Int) -> Bool {
    descriptorCount.map { $0 >= count } ?? true
  }

  /// Whether so much memory of its own can be had.
  package func allowsMemory(byteCount: Int) -> Bool {
    writableByteCount.map { $0 >= byteCount } ?? true
  }

  /// How many lanes, up to `count`, can work now besides `others` threads and have two files each; at least one.
  package func affordableLanes(upTo count: Int, besides others: Int) -> Int {
    var affordable = count
    if let descriptorCount { affordable = min(affordable, max(1, (descriptorCount - 24) / 2)) }
    if let writableByteCount {
      // Two threads for each, and as much again for what they hold.
      let left = writableByteCount / stackByteCount - others
      affordable = min(affordable, max(1, left / 4))
    }
    while affordable > 1, !hasRoom(forThreads: threadCount(ofLanes: affordable) + others) {
      affordable /= 2
    }
    return affordable
  }

  /// Whether so many threads can start now.
  package func hasRoom(forThreads count: Int) -> Bool {
    let byteCount = byteCount(of: count)
    guard let base = unsafe try? system.reserve(byteCount: byteCount) else { return false }
    defer { try? unsafe system.unmap(base, byteCount: byteCount) }
    // A page of each stack is its guard, so that there are two mappings.
    return (0..<count).allSatisfy { number in
      (try? unsafe system.guardPage(at: base + number * stackByteCount)) != nil
    }
  }

  /// What so many threads take at the most.
  private func byteCount(of threadCount: Int) -> Int {
    #if os(Linux)
      let heaps = ProcessLimits.hasOneHeap.load(ordering: .relaxed) ? 0 : threadCount
    #else
      let heaps = 0
    #endif
    return threadCount * stackByteCount + heaps * ProcessLimits.threadHeapByteCount
      + ProcessLimits.heapByteCount
  }
}

extension MappingError {
  /// Whether smaller views, or none, would do.
  package var isShortageOfAddresses: Bool {
    switch reason {
    case .addressSpaceExhausted, .tooManyViews: true
    default: false
    }
  }
}

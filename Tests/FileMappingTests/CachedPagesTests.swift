import FileMapping
import SystemPackage
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the system keeps of a file in memory.
@Suite(
  .enabled(
    if: TemporaryDirectory.canBeOnDevice,
    "every file system here keeps files in memory, or fincore is missing"))
struct CachedPagesTests {
  private static let byteCount: UInt64 = 8 << 20

  /// Lends an object of a file of which nothing is in memory.
  private func withColdObject(
    _ failures: FailurePlan? = nil, _ body: (MappingObject) throws -> Void
  ) throws {
    let directory = try TemporaryDirectory(onDevice: true)
    let file = try directory.file(randomBytes(Int(Self.byteCount), seed: 1))
    do {
      let object = try MappingObject(
        file: OpenedFile(file, for: .readWrite), protection: .readWrite)
      // What waits to be written cannot be forgotten.
      try object.writableView().flush(.durable)
      object.forget(0..<Self.byteCount)
      try #require(object.isCold(0..<Self.byteCount))
    }
    try body(
      MappingObject(file: OpenedFile(file, system: SystemCalls(failures: failures))))
  }

  @Test func whatWasForgottenIsColdUntilItIsLoaded() throws {
    try withColdObject { object in
      #expect(!object.isCached(0..<Self.byteCount))
      object.load(0..<Self.byteCount)
      #expect(object.isCached(0..<Self.byteCount) && !object.isCold(0..<Self.byteCount))
      object.forget(0..<Self.byteCount)
      #expect(object.isCold(0..<Self.byteCount))
    }
  }

  @Test func onlyWhatWasAskedForIsForgotten() throws {
    try withColdObject { object in
      let half = Self.byteCount / 2
      object.load(0..<Self.byteCount)
      object.forget(half..<Self.byteCount)
      #expect(object.isCached(0..<half) && object.isCold(half..<Self.byteCount))
      object.forget(Self.byteCount..<2 * Self.byteCount)
      #expect(object.isCached(0..<half))
    }
  }

  @Test func nothingIsLoadedBehindTheEnd() throws {
    try withColdObject { object in
      object.load(Self.byteCount..<2 * Self.byteCount)
      #expect(object.isCold(0..<Self.byteCount))
    }
  }

  /// Kernels before 6.5 have no `cachestat`. Some begin to read what they are asked about: it is cold once, and now
  /// and then not even that, if the device is faster than the answer.
  @Test func theLastByteSpeaksForTheRestWithoutCounts() throws {
    var wasCold = false
    for _ in 0..<10 where !wasCold {
      try withColdObject(FailurePlan(missing: [.cachestat])) { object in
        wasCold = object.isCold(0..<Self.byteCount)
        object.load(0..<Self.byteCount)
        #expect(!object.isCold(0..<Self.byteCount) && object.isCached(0..<Self.byteCount))
      }
    }
    #expect(wasCold)
  }

  @Test func whereNothingCanBeAskedEverythingIsThere() throws {
    try withColdObject(FailurePlan(missing: [.cachestat, .preadv2])) { object in
      #expect(!object.isCold(0..<Self.byteCount) && object.isCached(0..<Self.byteCount))
    }
  }

  /// Whatever of it does not work: a view, all that can be said of one, pages of 2 MiB, or what comes next.
  @Test(
    arguments: [
      FailurePlan(missing: [.mmap]), FailurePlan(missing: [.madvise]),
      FailurePlan(failing: .madvise, occurrence: 0, with: .invalidArgument),
      FailurePlan(failing: .madvise, occurrence: 1, with: .invalidArgument),
    ])
  func isLoadedInAnotherWay(plan: FailurePlan) throws {
    try withColdObject(plan) { object in
      // The other way does not wait, and a device that is busy may leave it.
      for _ in 0..<500 where !object.isCached(0..<Self.byteCount) {
        object.load(0..<Self.byteCount)
        usleep(10_000)
      }
      #expect(object.isCached(0..<Self.byteCount))
    }
  }

  @Test func adviceThatIsRefusedChangesNothing() throws {
    try withColdObject(FailurePlan(missing: [.fadvise])) { object in
      object.load(0..<Self.byteCount)
      object.forget(0..<Self.byteCount)
      #expect(object.isCached(0..<Self.byteCount))
    }
  }

  @Test func memoryIsAlwaysThere() throws {
    let object = try MappingObject(anonymousOf: 300_000)
    #expect(object.isCached(0..<300_000) && !object.isCold(0..<300_000))
  }
}

import FileMapping
import ScanEngine
import SystemPackage
import Synchronization
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite struct OutcomeTests {
  /// Scans a file of a megabyte and does something to it once, when the scan is in the middle.
  func outcome(
    maps: Bool, allowsGrowth: Bool = false, _ action: @escaping @Sendable (FilePath) throws -> Void
  ) throws -> (Outcome, hasAnswers: Bool, bytes: [UInt8]?) {
    let directory = try TemporaryDirectory()
    let file = try directory.file([UInt8](repeating: 65, count: 1 << 20))
    var scan = Scan()
    (scan.options.windowByteCount, scan.options.tileByteCount) = (131_072, 65536)
    scan.options.allowsGrowth = allowsGrowth
    // A reference, so that the closure can be sent.
    final class Once: Sendable { let done = Atomic<Bool>(false) }
    let once = Once()
    _ = scan.add(
      Hook { offset throws(AnalysisError) in
        if offset >= 524_288, !once.done.exchange(true, ordering: .relaxed) {
          do { try action(file) } catch {
            throw AnalysisError(offset: offset, reason: "\(error)")
          }
        }
      }, label: "hook")
    let transcript = scan.add(Transcript(), label: "transcript")
    let report = try scan.run(over: Source(file, maps: maps))
    return (report.outcome, report.hasAnswers, report[transcript])
  }

  @Test(arguments: [true, false]) func aFileThatIsLeftAloneIsComplete(maps: Bool) throws {
    let (outcome, hasAnswers, bytes) = try outcome(maps: maps) { _ in }
    #expect(outcome == .complete && hasAnswers)
    #expect(bytes?.count == 1 << 20)
  }

  @Test(arguments: [true, false]) func aFileThatIsCutIsTruncatedAndHasNoAnswer(maps: Bool) throws {
    let (outcome, hasAnswers, bytes) = try outcome(maps: maps) { try resize($0, to: 600_000) }
    guard case .truncated(let from, let to, let offset) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(from == 1 << 20 && to == 600_000)
    #expect((524_288...(1 << 20)).contains(offset))
    #expect(!hasAnswers && bytes == nil)
  }

  /// Nobody reads what lies in a hole, and yet the scan of one need not go on for ever.
  @Test(arguments: [true, false]) func aHoleThatIsCutEndsTheScan(maps: Bool) throws {
    let directory = try TemporaryDirectory()
    let file = try directory.sparseFile(byteCount: 1 << 40)
    final class Last: Sendable { let offset = Atomic<UInt64>(0) }
    let last = Last()
    var scan = Scan()
    _ = scan.add(
      Hook { offset throws(AnalysisError) in
        if offset > 1 << 32 { throw AnalysisError(offset: offset, reason: "goes on and on") }
        guard last.offset.exchange(offset, ordering: .relaxed) == 0 else { return }
        do { try resize(file, to: 5) } catch {
          throw AnalysisError(offset: offset, reason: "\(error)")
        }
      }, label: "hook")
    let report = try scan.run(over: Source(file, maps: maps))
    #expect(report.outcome == .truncated(from: 1 << 40, to: 5, at: 5))
    #expect(last.offset.load(ordering: .relaxed) < 1 << 28)
  }

  @Test(arguments: [true, false]) func aCutBelowWhatWasReadIsNoticedToo(maps: Bool) throws {
    let (outcome, hasAnswers, _) = try outcome(maps: maps) { try resize($0, to: 1) }
    guard case .truncated(1_048_576, 1, _) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(!hasAnswers)
  }

  @Test(arguments: [true, false]) func aFileThatGrowsIsChanged(maps: Bool) throws {
    let (outcome, hasAnswers, _) = try outcome(maps: maps) { try resize($0, to: 1_048_579) }
    #expect(outcome == .changed(.grew(by: 3)))
    #expect(!hasAnswers)
  }

  @Test func growthCanBeAllowed() throws {
    let (outcome, hasAnswers, bytes) = try outcome(maps: true, allowsGrowth: true) {
      try resize($0, to: 1_048_579)
    }
    #expect(outcome == .changed(.grew(by: 3)) && hasAnswers)
    #expect(bytes == [UInt8](repeating: 65, count: 1 << 20))
  }

  @Test func anAnalyzerThatGivesUpIsAnErrorThoughGrowthIsAllowed() throws {
    let error = #expect(throws: ScanError.self) {
      try outcome(maps: true, allowsGrowth: true) {
        try resize($0, to: 1_048_579)
        throw Errno.invalidArgument
      }
    }
    #expect(error?.description.hasPrefix("hook: at offset 524288") == true)
  }

  @Test(arguments: [true, false]) func aFileThatIsRewrittenIsChanged(maps: Bool) throws {
    let (outcome, hasAnswers, _) = try outcome(maps: maps) { file in
      let descriptor = try FileDescriptor.open(file, .readWrite)
      try descriptor.closeAfter { _ = try descriptor.writeAll(toAbsoluteOffset: 0, [66]) }
    }
    #expect(outcome == .changed(.rewritten))
    #expect(!hasAnswers)
  }

  /// The file itself stays what it was.
  @Test(arguments: [true, false]) func aPathThatLeadsElsewhereIsReplaced(maps: Bool) throws {
    let directory = try TemporaryDirectory()
    let link = directory.path.appending("link").string
    for name in ["one", "two"] { _ = try directory.file([1, 2, 3], named: name) }
    #expect(unsafe symlink("one", link) == 0)
    let source = try Source(FilePath(link), maps: maps)
    #expect(unsafe unlink(link) == 0 && symlink("two", link) == 0)
    var scan = Scan()
    _ = scan.add(Transcript(), label: "transcript")
    #expect(try scan.run(over: source).outcome == .changed(.replaced))
  }

  /// What was found lies in bytes that cannot be had once more.
  @Test(arguments: [false, true], [1, 4])
  func whatCannotBeToldIsNoAnswer(isSettled: Bool, jobs: Int) throws {
    struct Offsets: MergeableAnalyzer, ListingAnalyzer {
      let settles: Bool
      var offsets: [UInt64] = []
      var isSettled: Bool { settles && offsets.count > 4 }
      mutating func update(_ tile: borrowing Tile) { offsets.append(tile.offset) }
      mutating func merge(_ next: consuming Offsets) { offsets += next.offsets }
      mutating func takeListing() -> [UInt64] { offsets }
      consuming func finalize() -> Int { offsets.count }
    }
    let directory = try TemporaryDirectory()
    let file = try directory.file([UInt8](repeating: 65, count: 4 << 20))
    var scan = Scan()
    (scan.options.windowByteCount, scan.options.tileByteCount) = (65536, 65536)
    scan.options.jobs = jobs
    _ = scan.add(Offsets(settles: isSettled), label: "offsets") { offsets, _ in
      offsets.isEmpty ? .goOn : .unreadable(at: 3_000_000, nil)
    }
    let report = try scan.run(over: Source(file))
    guard case .faulted(at: 3_000_000, _) = report.outcome else {
      Issue.record("\(report.outcome)")
      return
    }
    #expect(!report.hasAnswers)
  }

  #if os(Linux)
    /// As most file systems did before Linux 6.13, this one takes times from a clock that stands still for milliseconds.
    @Test(.enabled(if: canMount, "nothing can be mounted here"))
    func aFileThatIsWrittenTwiceInATickIsChanged() async {
      await #expect(processExitsWith: .success) {
        let directory = try TemporaryDirectory()
        try #require(mountHere("ramfs", on: directory.path))
        for _ in 0..<20 {
          let file = try directory.file([UInt8](repeating: 65, count: 5000))
          let source = try Source(file)
          let writer = try FileDescriptor.open(file, .writeOnly)
          try writer.closeAfter { _ = try writer.writeAll([66]) }
          var scan = Scan()
          _ = scan.add(Transcript(), label: "transcript")
          #expect(try scan.run(over: source).outcome == .changed(.rewritten))
        }
      }
    }
  #endif

  @Test(arguments: [true, false], [true, false])
  func aFileThatLosesItsNameIsReplaced(maps: Bool, byAnother: Bool) throws {
    let (outcome, hasAnswers, _) = try outcome(maps: maps) { file in
      if byAnother {
        let other = file.removingLastComponent().appending("other")
        try FileDescriptor.open(other, .writeOnly, options: .create, permissions: .ownerReadWrite)
          .close()
        #expect(unsafe rename(other.string, file.string) == 0)
      } else {
        #expect(unsafe unlink(file.string) == 0)
      }
    }
    #expect(outcome == .changed(.replaced) && !hasAnswers)
    #expect(outcome.sentence.hasSuffix("the path names another file now, or none"))
  }

  /// There are zeros up to the end, however far that is.
  @Test func nothingIsReadOnBehindAFault() throws {
    final class Tally: Sendable { let tiles = Atomic<Int>(0) }
    struct Endless: MergeableAnalyzer {
      let file: FilePath
      let tally: Tally
      private(set) var sum = 0

      var isOpen: Bool { true }
      mutating func update(_ tile: borrowing Tile) throws(AnalysisError) {
        do { try resize(file, to: 0) } catch {
          throw AnalysisError(offset: tile.offset, reason: "\(error)")
        }
        touch(tile)
      }
      mutating func readOn(_ tile: borrowing Tile) {
        tally.tiles.add(1, ordering: .relaxed)
        touch(tile)
      }
      private mutating func touch(_ tile: borrowing Tile) {
        sum += unsafe tile.bytes.withUnsafeBytes { unsafe Int($0[0]) }
      }
      mutating func merge(_ next: consuming Endless) { sum += next.sum }
      consuming func finalize() -> Int { sum }
    }
    let directory = try TemporaryDirectory()
    let file = try directory.sparseFile(byteCount: 1 << 30)
    let tally = Tally()
    var scan = Scan()
    (scan.options.windowByteCount, scan.options.tileByteCount) = (1 << 20, 65536)
    scan.options.readsHoles = true
    _ = scan.add(Endless(file: file, tally: tally), label: "endless")
    let report = try scan.run(over: Source(file, maps: true))
    guard case .truncated(1_073_741_824, 0, _) = report.outcome else {
      Issue.record("\(report.outcome)")
      return
    }
    #expect(tally.tiles.load(ordering: .relaxed) <= 1)
  }

  @Test func aLowerFailureWinsWhateverLaneIsFirst() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.sparseFile(byteCount: 4 << 20)
    struct Grumbler: MergeableAnalyzer {
      mutating func update(_ tile: borrowing Tile) throws(AnalysisError) {
        if tile.endOffset > 1 << 20 { throw AnalysisError(offset: tile.offset, reason: "no") }
      }
      mutating func merge(_ next: consuming Grumbler) {}
      consuming func finalize() -> Bool { true }
    }
    for jobs in [1, 2, 8] {
      var scan = Scan()
      (scan.options.windowByteCount, scan.options.jobs) = (65536, jobs)
      _ = scan.add(Grumbler(), label: "grumbler")
      let error = #expect(throws: ScanError.self) { try scan.run(over: Source(file)) }
      #expect(error?.description == "grumbler: at offset 1048576: no")
    }
  }

  @Test(.disabled(if: isSanitized, "bounds of address space"))
  func withoutRoomForThreadsAScanFails() async {
    await #expect(processExitsWith: .success) {
      let directory = try TemporaryDirectory()
      let source = try Source(directory.sparseFile(byteCount: 64 << 20))
      var scan = Scan()
      scan.options.jobs = 4
      _ = scan.add(Transcript(), label: "transcript")
      let error = #expect(throws: ScanError.self) {
        try withAddressSpace(of: 4 << 20) { try scan.run(over: source) }
      }
      guard case .mapping(let reason) = error else { throw try #require(error) }
      #expect(reason.isShortageOfAddresses)
      #expect(error?.description == reason.description)
    }
  }

  @Test func whatGoesWrongBehindTheAnswerDoesNotMatter() throws {
    /// Has its answer after the first window, and cannot take the fourth.
    struct First: MergeableAnalyzer {
      var isSettled = false
      mutating func update(_ tile: borrowing Tile) throws(AnalysisError) {
        if tile.offset == 0 {
          // Others come first.
          usleep(20_000)
          isSettled = true
        } else if tile.offset >= 3 * 65536 {
          throw AnalysisError(offset: tile.offset, reason: "no more")
        }
      }
      mutating func merge(_ next: consuming First) { isSettled = isSettled || next.isSettled }
      consuming func finalize() -> Bool { isSettled }
    }
    let directory = try TemporaryDirectory()
    let file = try directory.file([UInt8](repeating: 0, count: 10 * 65536))
    var scan = Scan()
    (scan.options.windowByteCount, scan.options.jobs) = (65536, 4)
    let first = scan.add(First(), label: "first")
    #expect(try scan.run(over: Source(file))[first] == true)
  }

  @Test(arguments: [1, 4]) func aScanCanBeStopped(jobs: Int) throws {
    let directory = try TemporaryDirectory()
    let file = try directory.sparseFile(byteCount: 64 << 20)
    let control = ScanControl()
    var scan = Scan()
    (scan.options.windowByteCount, scan.options.jobs) = (65536, jobs)
    let transcript = scan.add(Beginning(wanted: .max), label: "never settled")
    _ = scan.add(
      Hook { offset throws(AnalysisError) in if offset > 1 << 20 { control.stop() } }, label: "hook"
    )
    let report = try scan.run(over: Source(file), control: control)
    guard case .interrupted(let offset) = report.outcome else {
      Issue.record("\(report.outcome)")
      return
    }
    #expect(offset < 64 << 20)
    #expect(report[transcript] == nil)
  }

  /// The fast lane waits for the slow one when somebody stops the scan: it must end all the same.
  @Test(.timeLimit(.minutes(1))) func aScanIsStoppedWhileALaneWaits() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.sparseFile(byteCount: 64 << 20)
    let control = ScanControl()
    var scan = Scan()
    (scan.options.windowByteCount, scan.options.jobs) = (65536, 3)
    scan.options.reachByteCount = 262_144
    _ = scan.add(
      Hook { _ throws(AnalysisError) in
        usleep(300_000)
        control.stop()
      }, label: "slow")
    _ = scan.add(OrderedBeginning(beginning: Beginning(wanted: .max)), label: "fast")
    _ = scan.add(Beginning(wanted: .max), label: "merged")
    let report = try scan.run(over: Source(file), control: control)
    guard case .interrupted = report.outcome else {
      Issue.record("\(report.outcome)")
      return
    }
  }

  @Test func progressOnlyEverGrowsAndReachesTheEnd() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.sparseFile(byteCount: 4_000_000)
    final class Seen: @unchecked Sendable { var all: [UInt64] = [] }
    let seen = Seen()
    var scan = Scan()
    (scan.options.windowByteCount, scan.options.jobs) = (65536, 2)
    _ = scan.add(Beginning(wanted: .max), label: "all")
    _ = scan.add(OrderedBeginning(beginning: Beginning(wanted: .max)), label: "all in order")
    _ = try scan.run(over: Source(file)) { progress in
      #expect(progress.byteCount == 4_000_000)
      seen.all.append(progress.bytesDone)
    }
    #expect(seen.all == seen.all.sorted())
    #expect(seen.all.last == 4_000_000)
  }
}

@Suite struct EarlyStopTests {
  @Test(arguments: [1, 2, 8]) func aScanThatNeedsNoMoreBytesStops(jobs: Int) throws {
    let directory = try TemporaryDirectory()
    let file = try directory.sparseFile(byteCount: 1 << 40)
    var scan = Scan()
    scan.options.jobs = jobs
    let merged = scan.add(Beginning(wanted: 100 << 20), label: "merged")
    let ordered = scan.add(
      OrderedBeginning(beginning: Beginning(wanted: 50 << 20)), label: "ordered")
    let report = try scan.run(over: Source(file))
    #expect(report.outcome == .complete)
    #expect(report[merged] == true && report[ordered] == true)
  }

  @Test func aStreamIsNotReadFurtherThanNeeded() throws {
    let directory = try TemporaryDirectory()
    try withPipe(repeating: 120, in: directory) { path in
      var scan = Scan()
      let ordered = scan.add(
        OrderedBeginning(beginning: Beginning(wanted: 5 << 20)), label: "ordered")
      let report = try scan.run(over: Source(path))
      #expect(report[ordered] == true)
    }
  }
}

@Suite struct SourceTests {
  @Test func aDirectoryIsRefused() throws {
    let directory = try TemporaryDirectory()
    let error = #expect(throws: MappingError.self) { try Source(directory.path) }
    #expect(error?.reason == .notMappable(.directory))
  }

  @Test func aDeviceWithoutAnEndIsRefused() {
    let error = #expect(throws: MappingError.self) { try Source("/dev/zero") }
    #expect(error?.reason == .notMappable(.characterDevice))
  }

  @Test func anEmptyFileIsAnOrdinaryInput() throws {
    let directory = try TemporaryDirectory()
    var scan = Scan()
    let transcript = scan.add(Transcript(), label: "transcript")
    let report = try scan.run(over: Source(directory.file([])))
    #expect(report.outcome == .complete && report.byteCount == 0)
    #expect(report[transcript] == [])
  }

  @Test(.enabled(if: isLinux)) func aFileThatClaimsNoSizeIsReadAllTheSame() throws {
    var scan = Scan()
    let transcript = scan.add(Transcript(), label: "transcript")
    let source = try Source("/proc/version")
    #expect(source.access == .stream)
    let bytes = try #require(try scan.run(over: source)[transcript])
    #expect(String(decoding: bytes, as: UTF8.self).hasPrefix("Linux version"))
  }

  @Test(.enabled(if: isLinux)) func aFileThatCannotBeMappedIsReadAllTheSame() throws {
    var scan = Scan()
    let transcript = scan.add(Transcript(), label: "transcript")
    let source = try Source("/sys/kernel/mm/transparent_hugepage/enabled")
    #expect(source.access == .stream)
    let bytes = try #require(try scan.run(over: source)[transcript])
    #expect(String(decoding: bytes, as: UTF8.self).contains("never"))
  }

  @Test func peekingTakesNothingAway() throws {
    let directory = try TemporaryDirectory()
    let source = try Source(directory.file(Array("abcdef".utf8)))
    #expect(try source.peek(3) == Array("abc".utf8))
    #expect(try source.peek(30) == Array("abcdef".utf8))
    #expect(source.byteCount == 6)
  }
}

/// Fails the k-th system call of a scan, for every k.
@Suite struct ScanFailureTests {
  @Test(arguments: [true, false]) func noFailingCallEndsInAnAnswer(maps: Bool) throws {
    let directory = try TemporaryDirectory()
    let input = randomBytes(300_000, seed: 3)
    let file = try directory.file(input)
    func run(_ plan: FailurePlan) throws -> (ScanReport, [UInt8]?) {
      var scan = Scan()
      (scan.options.windowByteCount, scan.options.tileByteCount) = (65536, 65536)
      scan.options.jobs = 2
      let transcript = scan.add(Transcript(), label: "transcript")
      let opened = try OpenedFile(file, system: SystemCalls(failures: plan))
      let report = try scan.run(over: Source(opened, Source.Opening(maps: maps)))
      return (report, report[transcript])
    }
    let quiet = FailurePlan(failing: nil, occurrence: .max, with: .ioError)
    #expect(try run(quiet).1 == input)
    var failures = 0
    // Lanes can need a call more or less from run to run; some numbers past the count do no harm.
    for occurrence in 0..<quiet.callCount {
      let plan = FailurePlan(failing: nil, occurrence: occurrence, with: .ioError)
      do {
        let (report, bytes) = try run(plan)
        if report.outcome == .complete {
          #expect(bytes == input)
        } else {
          failures += 1
          #expect(bytes == nil)
        }
      } catch {
        failures += 1
        #expect("\(error)".contains(file.string))
      }
    }
    #expect(failures >= 6)
  }

  /// To the byte, however much was asked for at a time.
  @Test(arguments: [0, 1000, 3000, 4000] as [UInt64]) func aStreamSaysWhereItFailed(
    start: UInt64
  ) throws {
    let (reader, writer) = try FileDescriptor.pipe()
    defer { try? reader.close() }
    try writer.closeAfter { _ = try writer.writeAll([UInt8](repeating: 7, count: 4000)) }
    // The first reads fetch what is there.
    let plan = FailurePlan(
      failing: .read, occurrence: start == 0 || start == 4000 ? 1 : 2, with: .ioError)
    let file = try OpenedFile(
      duplicating: reader, as: "pipe", system: SystemCalls(failures: plan))
    var scan = Scan()
    _ = scan.add(Transcript(), label: "transcript")
    var opening = Source.Opening()
    opening.beginning = .offset(start)
    let report = try scan.run(over: Source(file, opening))
    #expect(report.outcome == .faulted(at: 4000, reason: "read failed: Input/output error"))
  }
}

#if os(Linux)
  let isLinux = true
#else
  let isLinux = false
#endif

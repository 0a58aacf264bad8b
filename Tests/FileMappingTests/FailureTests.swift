import FileMapping
import Foundation
import SystemPackage
import TestSupport
import Testing

/// Ways through the library, of which every call to the system is made to fail.
enum Walk: String, CaseIterable, Codable {
  case reading, sliding, writing, growing, growingOnDemand, memory, memoryOnDemand, namedMemory
  case namedFile, growingNamedFile, openedMemory, openedFile, lock, openedLock, listing

  /// Goes the way. The bench has a file of 200000 sevens.
  func go(_ bench: Bench, _ system: SystemCalls) throws {
    let name = try ObjectName("name")
    func open(for mode: OpenMode = .readWrite) throws -> OpenedFile {
      try OpenedFile(bench.filePath, for: mode, system: system)
    }
    func write(_ object: MappingObject) throws {
      var view = try object.writableView(length: 100_000)
      view.put(7, at: 99_999)
      try view.flush(.written)
      try view.flush(0..<70_000, .durable)
      try view.unmap()
    }
    switch self {
    case .reading:
      let object = try MappingObject(file: open(for: .readOnly))
      let view = try object.view(at: 65536, length: 10)
      for advice in Advice.allCases { try view.advise(advice) }
      let byte = view.byte(9)
      #expect(byte == 7)
      var buffer = [UInt8](repeating: 0, count: 10)
      let came = try unsafe buffer.withUnsafeMutableBytes {
        try unsafe object.read(into: $0, at: 65536)
      }
      #expect(came == 10 && buffer == Array(repeating: 7, count: 10))
      _ = try object.currentStatus()
    case .sliding:
      let object = try MappingObject(file: open(for: .readOnly))
      var view = try SlidingView(over: object, capacity: 65536)
      for offset in stride(from: 0 as UInt64, to: object.size.rawValue, by: 65536) {
        try view.move(to: FileOffset(offset))
        let byte = view.bytes.loadByte(at: 0)
        #expect(byte == 7)
      }
    case .writing:
      let object = try MappingObject(file: open(), protection: .readWrite)
      try write(object)
      var copy = try object.copyOnWriteView()
      copy.put(1, at: 0)
      try copy.unmap()
    case .growing:
      _ = try MappingObject(file: open(), protection: .readWrite, size: 300_000)
    case .growingOnDemand:
      _ = try MappingObject(
        file: open(), protection: .readWrite, size: 300_000, allocation: .onDemand)
    case .memory, .memoryOnDemand:
      try write(
        MappingObject(
          anonymousOf: 200_000, allocation: self == .memory ? .atCreation : .onDemand,
          system: system))
    case .namedMemory:
      try write(MappingObject(anonymousOf: 200_000, name: name, system: system))
    case .namedFile:
      try write(MappingObject(file: open(), protection: .readWrite, name: name))
    case .growingNamedFile:
      _ = try MappingObject(file: open(), protection: .readWrite, size: 300_000, name: name)
    case .openedMemory:
      let made = try bench.named("name", 200_000)
      try write(MappingObject.open(named: name, access: .readWrite, system: system))
      #expect(made.size == 200_000)
    case .openedFile:
      let made = try MappingObject(
        file: bench.open(bench.filePath), protection: .readWrite, name: name)
      try write(MappingObject.open(named: name, access: .readWrite, system: system))
      #expect(made.size == 200_000)
    case .lock:
      let lock = try NamedLock(name, system: system)
      for _ in 1...2 { _ = try lock.acquire() }
    case .openedLock:
      let made = try NamedLock(name, system: bench.system)
      _ = try NamedLock.open(name, system: system).acquire()
      let isNew = made.disposition == .created
      #expect(isNew)
    case .listing:
      let made = try bench.named("live")
      try bench.deadName("dead")
      let names = try ObjectName.existing(system: system)
      // A name that may not be read is left out.
      #expect(names.allSatisfy { $0 == made.name })
    }
  }

  /// Whether all that it does is to make the file larger.
  var grows: Bool { [.growing, .growingOnDemand, .growingNamedFile].contains(self) }

  /// The calls of which somebody hears when they fail.
  var reported: Set<MappingError.Operation> {
    let opening: Set<MappingError.Operation> = [.open, .fstat, .fstatfs, .fcntl]
    let writing: Set<MappingError.Operation> = [.mmap, .munmap]
    let flushing: Set<MappingError.Operation> = [.syncFileRange, .msync]
    let naming: Set<MappingError.Operation> = [
      .mkdir, .open, .fstat, .openat, .fchmod, .pwrite, .ftruncate, .flock, .linkat,
    ]
    let finding: Set<MappingError.Operation> = [.open, .fstat, .openat, .pread, .flock]
    return switch self {
    case .reading: opening.union([.mmap, .madvise, .pread])
    case .sliding: opening.union([.mmap])
    case .writing: opening.union(writing).union(flushing)
    case .growing, .growingOnDemand: opening.union([.fallocate])
    case .memory:
      writing.union([.fstat, .fstatfs, .fcntl, .memfdCreate, .ftruncate, .fallocate])
    case .memoryOnDemand: writing.union([.fstat, .fstatfs, .fcntl, .memfdCreate, .ftruncate])
    case .namedMemory: naming.union(opening).union(writing).union([.fallocate])
    case .namedFile: naming.union(opening).union(writing).union(flushing).union([.readlink])
    case .growingNamedFile: naming.union(opening).union([.readlink, .fallocate])
    case .openedMemory: finding.union(opening).union(writing)
    case .openedFile: finding.union(opening).union(writing).union(flushing)
    case .lock: naming.union(opening).union([.fallocate, .pread])
    case .openedLock: finding.union(opening).union([.pwrite])
    case .listing: finding.union([.getdents, .unlinkat])
    }
  }
}

/// Makes the k-th system call fail, for every k. Each walk has a process of its own, in which nobody
/// else opens or maps anything.
@Suite struct FailureTests {
  @Test(arguments: Walk.allCases)
  func aCallThatFailsIsReportedAndLeavesNothing(walk: Walk) async {
    await #expect(processExitsWith: .success) { [walk = walk as Walk] in
      var reported: Set<MappingError.Operation> = []
      for error in [Errno.ioError, .permissionDenied, .noMemory, .noSpace] {
        reported.formUnion(try failEveryCall(of: walk, with: error))
      }
      #expect(reported == walk.reported)
    }
  }

  @Test(arguments: Walk.allCases)
  func aCallThatIsInterruptedIsRepeated(walk: Walk) async {
    await #expect(processExitsWith: .success) { [walk = walk as Walk] in
      let reported = try failEveryCall(of: walk, with: .interrupted)
      #expect(reported == [])
    }
  }
}

/// Goes a way once for each of its calls.
///
/// - Returns: The calls whose failures were reported.
private func failEveryCall(
  of walk: Walk, with error: Errno
) throws -> Set<MappingError.Operation> {
  var reported: Set<MappingError.Operation> = []
  var occurrence = 0
  while true {
    let bench = try Bench(inMemory: true)
    let file = try bench.file(200_000)
    let extentBefore = extent(of: file)
    let plan = FailurePlan(failing: nil, occurrence: occurrence, with: error)
    var failure: MappingError?
    do {
      try walk.go(bench, SystemCalls(failures: plan, namesIn: bench.directory.path))
    } catch { failure = (error as! MappingError) }
    let place: Comment = "\(walk) with \(error), call \(occurrence): \(failure as Any)"

    #expect(openFiles(in: bench.directory.path) == [], place)
    if failure == nil && walk.grows {
      #expect(extent(of: file).size == 300_000, place)
    } else {
      #expect(extent(of: file) == extentBefore, place)
      #expect(try contents(of: file) == Array(repeating: 7, count: 200_000), place)
    }
    guard let failed = plan.failedOperation else {
      #expect(failure == nil && occurrence > 5, place)
      return reported
    }
    if let failure {
      reported.insert(failure.operation)
      #expect(failure.operation == failed, place)
      #expect(failure.reason == expectedReason(of: error, failure), place)
      #expect(
        failure.path.string.hasPrefix(bench.directory.path.string) || failure.path == "memory",
        place)
      // The dead name that it found may still be there.
      if walk == .listing { _ = try ObjectName.existing(system: bench.system) }
    } else if error != .interrupted {
      // When a value ends nobody can be told, advice may be left, and a limit that cannot be asked for is none. A name that could not be removed is dead, and goes when
      // somebody asks for names.
      #expect(
        [.munmap, .flock, .fstat, .unlinkat, .pwrite, .madvise, .getrlimit].contains(failed)
          || walk == .listing && failed == .openat && error == .permissionDenied, place)
      #expect(try ObjectName.existing(system: bench.system) == [], place)
    }
    #expect(bench.nameFiles == [], place)
    if failed != .munmap {
      let maps = String(decoding: try contents(of: "/proc/self/maps"), as: UTF8.self)
      #expect(!maps.contains(bench.directory.path.string) && !maps.contains("memfd:mmscan"), place)
    }
    occurrence += 1
  }
}

/// What this process has open in a directory or in memory of its own. The testing library has files
/// of its own, elsewhere.
private func openFiles(in directory: FilePath) -> [String] {
  let manager = FileManager.default
  let numbers = (try? manager.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
  return numbers.compactMap {
    try? manager.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
  }.filter { $0.hasPrefix(directory.string) || $0.hasPrefix("/memfd:mmscan") }
}

private func expectedReason(of error: Errno, _ failure: MappingError) -> MappingError.Reason {
  switch (error, failure.operation, failure.reason) {
  case (.permissionDenied, _, _): .accessDenied
  case (.noMemory, .mmap, .addressSpaceExhausted(let byteCount)):
    .addressSpaceExhausted(byteCount: byteCount)
  default: .system(error)
  }
}

import FileMapping
import ScanEngine
import Synchronization
import SystemPackage
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Takes nearly all mappings that this process may have, and gives them back in the end.
private final class MappingHog: Sendable {
  private let base: UInt
  private static let pageCount = 1 << 20
  private static let page = Int(getpagesize())

  /// - Parameter count: How many mappings are left, but for one.
  init(leaving count: Int) throws {
    let made = unsafe mmap(
      nil, Self.pageCount * Self.page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0
    )
    base = UInt(bitPattern: made)
    guard unsafe made != MAP_FAILED else { throw Errno(rawValue: errno) }
    // Each page that may be read makes two more mappings.
    var place = 1
    while place < Self.pageCount, protect(place, PROT_READ) { place += 2 }
    for _ in 0..<(count + 1) / 2 {
      place -= 2
      guard protect(place, PROT_NONE) else { throw Errno(rawValue: errno) }
    }
  }

  private func protect(_ place: Int, _ rights: CInt) -> Bool {
    let address = unsafe UnsafeMutableRawPointer(bitPattern: base + UInt(place * Self.page))
    return unsafe mprotect(address!, Self.page, rights) == 0
  }

  deinit {
    unsafe munmap(UnsafeMutableRawPointer(bitPattern: base)!, Self.pageCount * Self.page)
  }
}

/// A view among others.
private final class Held {
  let view: MappedView

  init(_ view: consuming MappedView) { self.view = view }
}

extension MappedView {
  fileprivate func byte(_ index: Int) -> UInt8 {
    unsafe bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self)
  }
}

/// A process that has as many mappings as it may.
@Suite(.disabled(if: isSanitized, "a sanitizer needs mappings, too")) struct MappingCountTests {
  static let bytes = randomBytes(24 << 20, seed: 6)

  private static func scan(_ source: Source, jobs: Int, _ hook: Hook? = nil) throws -> [UInt8]? {
    var scan = Scan()
    (scan.options.jobs, scan.options.windowByteCount) = (jobs, 2 << 20)
    if let hook { _ = scan.add(hook, label: "hook") }
    let transcript = scan.add(Transcript(), label: "transcript")
    let report = try scan.run(over: source)
    #expect(report.outcome == .complete)
    return report[transcript]
  }

  /// Where none is left it is read.
  @Test(arguments: [1, 3]) func aScanThatRunsGoesOn(jobs: Int) async {
    await #expect(processExitsWith: .success) { [jobs] in
      let directory = try TemporaryDirectory()
      let source = try Source(directory.file(Self.bytes))
      final class Taken: Sendable { let hog = Mutex<MappingHog?>(nil) }
      let taken = Taken()
      let found = try Self.scan(
        source, jobs: jobs,
        Hook { offset throws(AnalysisError) in
          guard offset >= 8 << 20 else { return }
          taken.hog.withLock { if $0 == nil { $0 = try? MappingHog(leaving: 0) } }
        })
      let wasTaken = taken.hog.withLock { hog in
        defer { hog = nil }
        return hog != nil
      }
      #expect(wasTaken && found == Self.bytes)
    }
  }

  /// Zeros in the place of lost pages are one mapping more.
  @Test(arguments: [1, 4]) func aPageThatIsLostWhereNoMappingIsLeftIsNoDeath(count: Int) async {
    await #expect(processExitsWith: .success) { [count] in
      let directory = try TemporaryDirectory()
      let file = try directory.file(Self.bytes)
      let object = try MappingObject(readingFrom: file)
      let held = try (0..<count).map { _ in Held(try object.view(at: 0, length: 4 << 20)) }
      let hog = try MappingHog(leaving: 0)
      // What is mapped whole may be one more than what is split.
      while unsafe mmap(nil, 1, PROT_NONE, MAP_SHARED | MAP_ANONYMOUS, -1, 0) != MAP_FAILED {}
      try resize(file, to: 1 << 20)
      for one in held {
        let (byte, fault) = (one.view.byte(2 << 20), one.view.fault)
        #expect(byte == 0 && fault == FileOffset(1 << 20))
      }
      withExtendedLifetime(hog) {}
    }
  }

  /// Threads and views need some. With fewer than that it says so, and does not wait for better times.
  @Test(arguments: [0, 2, 4, 6, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 64])
  func aScanThatBeginsHasItsAnswerOrAnError(count: Int) async {
    await #expect(processExitsWith: .success) { [count] in
      let directory = try TemporaryDirectory()
      let source = try Source(directory.file(Self.bytes))
      // Hangs would go on for ever.
      alarm(50)
      var found: [UInt8]?
      var failure: (any Error)?
      do {
        let hog = try MappingHog(leaving: count)
        do { found = try Self.scan(source, jobs: 2) } catch { failure = error }
        withExtendedLifetime(hog) {}
      }
      if let failure {
        guard case ScanError.mapping(let error) = failure else { throw failure }
        #expect(error.isShortageOfAddresses && count < 48, "\(error)")
      } else {
        #expect(found == Self.bytes)
      }
    }
  }
}

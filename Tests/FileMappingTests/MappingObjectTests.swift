import FileMapping
import SystemPackage
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite struct MappingObjectTests {
  @Test("a missing file is named in the error") func missing() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path.appending("none")
    let error = #expect(throws: MappingError.self) { try MappingObject(readingFrom: path) }
    #expect(error?.reason == .system(.noSuchFileOrDirectory))
    #expect(error?.operation == .open)
    #expect(error?.description == "\(path): open failed: No such file or directory")
  }

  @Test("a file that may not be read is refused", .enabled(if: geteuid() != 0, "root reads all"))
  func unreadable() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file([1])
    let status = unsafe chmod(file.string, 0)
    #expect(status == 0)
    #expect(reason { try MappingObject(readingFrom: file) } == .accessDenied)
  }

  @Test("no descriptor stays open") func closes() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file([1, 2, 3])
    // Other tests open files meanwhile, so a leak must be larger than all they can have open.
    let before = openDescriptorCount()
    for _ in 0..<1000 { _ = try MappingObject(readingFrom: file).view() }
    #expect(openDescriptorCount() < before + 500)
  }

  @Test(
    "a file grows where nothing can be set aside", arguments: [Errno.notSupported, .noFunction])
  func growsWithoutAllocation(error: Errno) throws {
    let bench = try Bench()
    let file = try bench.file(10)
    let system = SystemCalls(
      failures: FailurePlan(failing: .fallocate, occurrence: 0, with: error))
    _ = try MappingObject(
      file: OpenedFile(file, for: .readWrite, system: system), protection: .readWrite,
      size: 300_000, allocation: .onDemand)
    #expect(extent(of: file).size == 300_000)
  }

  @Test("growing never cuts what somebody else makes longer", arguments: [true, false])
  func growsForward(isOnDemand: Bool) throws {
    let bench = try Bench(inMemory: true)
    for round in 0..<1000 {
      let file = try bench.file(10)
      onThreads(2) { index in
        do {
          if index == 0 {
            _ = try MappingObject(
              file: OpenedFile(file, for: .readWrite), protection: .readWrite, size: 5000,
              allocation: isOnDemand ? .onDemand : .atCreation)
          } else {
            let other = try FileDescriptor.open(file, .readWrite)
            try other.closeAfter { _ = try other.writeAll(toAbsoluteOffset: 9000, [7]) }
          }
        } catch { Issue.record(error) }
      }
      #expect(extent(of: file).size == 9001, "round \(round)")
    }
  }
}

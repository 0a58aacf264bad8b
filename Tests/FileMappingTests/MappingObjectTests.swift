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
}

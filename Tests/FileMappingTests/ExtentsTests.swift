import FileMapping
import SystemPackage
import TestSupport
import Testing

/// Where a file has bytes and where it has holes.
@Suite struct ExtentsTests {
  private let mebibyte: UInt64 = 1 << 20

  @Test func liesWhereBytesWereWritten() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.sparseFile(byteCount: 8 * mebibyte, [(3 * mebibyte, [1, 2, 3])])
    let object = try MappingObject(readingFrom: file)
    let extents = Extents(of: object)
    try #require(extents.areKnown)
    let first = try #require(try extents.first(from: 0))
    #expect(first.lowerBound == 3 * mebibyte && first.contains(3 * mebibyte + 2))
    #expect(first.upperBound <= 3 * mebibyte + 65536)
    #expect(try extents.first(from: 3 * mebibyte + 1) == 3 * mebibyte + 1..<first.upperBound)
    #expect(try extents.first(from: first.upperBound) == nil)
  }

  @Test func endsWithTheObjectWhateverTheFileHas() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.sparseFile(byteCount: 8 * mebibyte, [(0, [1]), (7 * mebibyte, [1])])
    let object = try MappingObject(
      file: OpenedFile(file), protection: .readOnly, size: FileOffset(100))
    let extents = Extents(of: object)
    #expect(try extents.first(from: 0) == 0..<100)
    #expect(try extents.first(from: 50) == 50..<100)
    #expect(try extents.first(from: 100) == nil)
  }

  @Test func aFileThatWasCutHasNoneBehindItsNewEnd() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file([UInt8](repeating: 7, count: 300_000))
    let object = try MappingObject(readingFrom: file)
    try resize(file, to: 1000)
    #expect(try Extents(of: object).first(from: 4096) == nil)
  }

  /// The extents of a file with a hole before its end, for which a call fails: 0 asks where bytes begin, 1 where
  /// they end.
  private func first(failing occurrence: Int, with error: Errno) throws -> Range<UInt64>? {
    let directory = try TemporaryDirectory()
    let file = try directory.sparseFile(byteCount: 8 * mebibyte, [(0, [1])])
    let plan = FailurePlan(failing: .lseek, occurrence: occurrence, with: error)
    let opened = try OpenedFile(file, system: SystemCalls(failures: plan))
    return try Extents(of: MappingObject(file: opened)).first(from: 0)
  }

  @Test(arguments: [0, 1]) func aCallThatFailsIsToldWithTheFile(occurrence: Int) {
    let error = #expect(throws: MappingError.self) {
      try first(failing: occurrence, with: .ioError)
    }
    #expect(error?.reason == .system(.ioError) && error?.operation == .lseek)
    #expect(error?.path.lastComponent == "sparse")
  }

  @Test(arguments: [0, 1]) func whereTheSystemKnowsNoHolesThereAreNone(occurrence: Int) throws {
    #expect(try first(failing: occurrence, with: .invalidArgument) == 0..<8 * mebibyte)
  }

  @Test(arguments: [0, 1]) func aCallThatIsInterruptedIsRepeated(occurrence: Int) throws {
    let found = try first(failing: occurrence, with: .interrupted)
    #expect(found.map { $0.lowerBound == 0 && $0.upperBound <= 65_536 } == true)
  }

  @Test func memoryIsOne() throws {
    let object = try MappingObject(anonymousOf: 300_000)
    let extents = Extents(of: object)
    #expect(!extents.areKnown)
    #expect(try extents.first(from: 10) == 10..<300_000)
  }
}

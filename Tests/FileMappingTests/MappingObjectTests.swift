import FileMapping
import SystemPackage
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Rows of the case table are named in the test's title: A for objects, B for views, D for lifetimes.
@Suite struct MappingObjectTests {
  func reason<Value: ~Copyable>(_ body: () throws -> Value) -> MappingError.Reason? {
    do { _ = try body() } catch let error as MappingError { return error.reason } catch {}
    return nil
  }

  @Test("A01 the whole of an empty file is refused") func emptyFile() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file([])
    #expect(reason { try MappingObject(readingFrom: file) } == .emptyFile)
  }

  @Test(
    "A04 A07 A34 A35 a size over the file's is refused",
    arguments: [
      (0, FileOffset(4096)), (100_000, 100_001), (4096, FileOffset(high: 1, low: 4096)),
      (4096, FileOffset(high: 1, low: 0x4000_0000)),
    ])
  func sizeOverFile(actual: Int, requested: FileOffset) throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file([UInt8](repeating: 7, count: actual))
    #expect(
      reason { try MappingObject(readingFrom: file, size: requested) }
        == .sizeExceedsFile(requested: requested, actual: FileOffset(UInt64(actual))))
  }

  @Test("A05 A31 the whole file is covered to the byte", arguments: [1, 4095, 4096, 100_000])
  func wholeFile(byteCount: Int) throws {
    let directory = try TemporaryDirectory()
    let bytes = randomBytes(byteCount, seed: 5)
    let object = try MappingObject(readingFrom: directory.file(bytes))
    #expect(object.size == FileOffset(UInt64(byteCount)))
    let view = try object.view()
    #expect(view.byteCount == byteCount)
    #expect(view.withBytes { span in (0..<span.byteCount).map { span.loadByte(at: $0) } } == bytes)
    try view.unmap()
  }

  @Test("A19 a size with bit 63 set is refused before any system call") func negativeSize() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file([1])
    let size = FileOffset(high: 0x8000_0000, low: 0)
    #expect(reason { try MappingObject(readingFrom: file, size: size) } == .sizeUnsupported(size))
  }

  @Test("A25 a pipe is refused") func pipe() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path.appending("pipe")
    let status = unsafe mkfifo(path.string, 0o600)
    #expect(status == 0)
    #expect(reason { try MappingObject(readingFrom: path) } == .notMappable(.fifo))
  }

  @Test("a directory is refused") func directory() throws {
    let directory = try TemporaryDirectory()
    #expect(reason { try MappingObject(readingFrom: directory.path) } == .notMappable(.directory))
  }

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

  @Test("B01 B02 a length of 0 reaches to the end", arguments: [0, 65536] as [UInt64])
  func toTheEnd(offset: UInt64) throws {
    let directory = try TemporaryDirectory()
    let object = try MappingObject(readingFrom: directory.sparseFile(byteCount: 100_000))
    let view = try object.view(at: FileOffset(offset))
    #expect(view.byteCount == 100_000 - Int(offset))
  }

  static let refusals: [(String, UInt64, UInt64, UInt64, MappingError.Reason)] = [
    ("B04", 100_000, 4096, 0, .misalignedOffset(offset: 4096, granularity: 65536)),
    ("B05", 65536, 65536, 0, .offsetBeyondEnd(offset: 65536, size: 65536)),
    ("B07", 100, 70_000, 0, .misalignedOffset(offset: 70_000, granularity: 65536)),
    ("B08", 100_000, 0, 100_001, .lengthBeyondEnd(requested: 100_001, available: 100_000)),
    ("B10", 100, 0, 4096, .lengthBeyondEnd(requested: 4096, available: 100)),
    (
      "B13", 100, 0xFFFF_FFFF_0000_0000, 0,
      .offsetBeyondEnd(offset: 0xFFFF_FFFF_0000_0000, size: 100)
    ),
    (
      "overflow", 100_000, 65536, .max,
      .lengthBeyondEnd(requested: .max, available: 100_000 - 65536)
    ),
  ]

  @Test("a view outside the object is refused", arguments: refusals)
  func refusedView(
    id: String, size: UInt64, offset: UInt64, length: UInt64, expected: MappingError.Reason
  ) throws {
    let directory = try TemporaryDirectory()
    let object = try MappingObject(readingFrom: directory.sparseFile(byteCount: size))
    #expect(reason { try object.view(at: FileOffset(offset), length: length) } == expected, "\(id)")
  }

  @Test("B11 a view of one byte has one byte") func oneByte() throws {
    let directory = try TemporaryDirectory()
    let object = try MappingObject(readingFrom: directory.file(Array(repeating: 9, count: 100)))
    let view = try object.view(at: 0, length: 1)
    #expect(view.bytes.byteCount == 1)
  }

  @Test("B14 B17 the high half of an offset is not lost") func beyondFourGigabytes() throws {
    let directory = try TemporaryDirectory()
    let place = FileOffset(high: 1, low: 0x1_0000)
    let file = try directory.sparseFile(
      byteCount: 5 << 30,
      [
        (65536, Array("LOW--HALF".utf8)), (place.rawValue, Array("HIGH-HALF".utf8)),
        ((5 << 30) - 1, [42]),
      ])
    let object = try MappingObject(readingFrom: file)
    let view = try object.view(at: place, length: 9)
    #expect(text(view.bytes) == "HIGH-HALF")
    let last = try object.view(at: FileOffset((5 << 30) - 65536))
    #expect(last.bytes.loadByte(at: last.byteCount - 1) == 42)
  }

  @Test("B16 five gibibytes fit one view") func wholeInOneView() throws {
    let directory = try TemporaryDirectory()
    let object = try MappingObject(
      readingFrom: directory.sparseFile(byteCount: 5 << 30, [((5 << 30) - 1, [42])]))
    let view = try object.view()
    #expect(view.bytes.loadByte(at: view.byteCount - 1) == 42)
  }

  @Test("B28 thousands of views live side by side") func manyViews() throws {
    let directory = try TemporaryDirectory()
    let object = try MappingObject(readingFrom: directory.file(randomBytes(65536, seed: 1)))
    final class Kept {
      let view: MappedView; init(_ view: consuming MappedView) { self.view = view }
    }
    let views = try (0..<4096).map { _ in Kept(try object.view()) }
    #expect(views.allSatisfy { $0.view.byteCount == 65536 })
  }

  @Test("D01 D02 a view outlives its object") func viewOutlivesObject() throws {
    let directory = try TemporaryDirectory()
    func lone() throws -> MappedView {
      try MappingObject(readingFrom: directory.file(Array("still here".utf8))).view()
    }
    let view = try lone()
    #expect(text(view.bytes) == "still here")
  }

  @Test("no descriptor stays open") func closes() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file([1, 2, 3])
    // Other tests open files meanwhile, so a leak must be larger than all they can have open.
    let before = openDescriptorCount()
    for _ in 0..<1000 { _ = try MappingObject(readingFrom: file).view() }
    #expect(openDescriptorCount() < before + 500)
  }

  @Test("D10 a replaced file is noticed") func replaced() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file([1])
    let object = try MappingObject(readingFrom: file)
    #expect(object.isStillNamed())
    let other = try directory.file([2], named: "other")
    let status = unsafe rename(other.string, file.string)
    #expect(status == 0)
    #expect(!object.isStillNamed())
  }

  @Test("I01 a view of a file that was cut says where") func cutUnderView() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file(randomBytes(400_000, seed: 2).map { $0 | 1 })
    let view = try MappingObject(readingFrom: file).view()
    try resize(file, to: 100_000)
    #expect(view.fault == nil)
    #expect(view.withBytes { $0.loadByte(at: 300_000) } == 0)
    #expect(view.fault == FileOffset(300_000))
    do {
      try view.unmap()
      Issue.record("the lost bytes were not reported")
    } catch {
      #expect(error.reason == .faulted(offset: 300_000))
    }
  }
}

func text(_ span: RawSpan) -> String {
  String(decoding: (0..<span.byteCount).map { span.loadByte(at: $0) }, as: UTF8.self)
}

extension RawSpan {
  func loadByte(at index: Int) -> UInt8 {
    unsafe unsafeLoad(fromByteOffset: index, as: UInt8.self)
  }
}

import FileMapping
import SystemPackage
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite struct SlidingViewTests {
  static let granularity = MappingObject.allocationGranularity

  @Test(arguments: [1, 65535, 65536, 65537, 300_000, 700_001])
  func showsEveryByteOfTheFileOnce(byteCount: Int) throws {
    let directory = try TemporaryDirectory()
    let bytes = randomBytes(byteCount, seed: UInt64(byteCount))
    let object = try MappingObject(readingFrom: directory.file(bytes))
    var view = try SlidingView(over: object, capacity: 131_072)
    var seen: [UInt8] = []
    var offset: UInt64 = 0
    while offset < object.size.rawValue {
      try view.move(to: FileOffset(offset))
      let span = view.bytes
      seen += (0..<span.byteCount).map { span.loadByte(at: $0) }
      offset = view.window.upperBound
    }
    #expect(seen == bytes)
  }

  @Test func showsMarginsOnBothSides() throws {
    let directory = try TemporaryDirectory()
    let bytes = randomBytes(500_000, seed: 8)
    let object = try MappingObject(readingFrom: directory.file(bytes))
    var view = try SlidingView(over: object, capacity: 65536)
    try view.move(to: 131_072)
    #expect(view.window == 131_072..<196_608)
    #expect(view.mapped == 65_536..<262_144)
    #expect(view.bytesWithMargins.byteCount == 196_608)
    #expect(view.bytesWithMargins.loadByte(at: 0) == bytes[65_536])
    #expect(view.bytesWithMargins.loadByte(at: 196_607) == bytes[262_143])
    try view.move(to: 458_752)
    #expect(view.mapped == 393_216..<500_000)
    #expect(view.bytes.loadByte(at: view.bytes.byteCount - 1) == bytes[499_999])
  }

  @Test func anAddressEqualsItsOffsetModuloTheAlignment() throws {
    let directory = try TemporaryDirectory()
    let object = try MappingObject(readingFrom: directory.sparseFile(byteCount: 9 << 20))
    var view = try SlidingView(over: object, capacity: 2 << 20)
    for offset in [0, 2 << 20, 3 << 20, 65536, (8 << 20) + 65536] as [UInt64] {
      try view.move(to: FileOffset(offset))
      let address = unsafe view.bytes.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
      #expect(UInt64(address) % (2 << 20) == offset % (2 << 20))
    }
  }

  @Test(arguments: [4096, 70_000] as [UInt64]) func refusesAMisalignedMove(offset: UInt64) throws {
    let directory = try TemporaryDirectory()
    let object = try MappingObject(readingFrom: directory.sparseFile(byteCount: 1 << 20))
    var view = try SlidingView(over: object, capacity: 65536)
    let error = #expect(throws: MappingError.self) { try view.move(to: FileOffset(offset)) }
    #expect(
      error?.reason
        == .misalignedOffset(offset: FileOffset(offset), granularity: SlidingViewTests.granularity))
    #expect(view.bytes.byteCount == 0)
  }

  @Test func refusesAWindowLargerThanItsCapacity() throws {
    let directory = try TemporaryDirectory()
    let object = try MappingObject(readingFrom: directory.sparseFile(byteCount: 1 << 20))
    var view = try SlidingView(over: object, capacity: 65536)
    let error = #expect(throws: MappingError.self) { try view.move(to: 0, length: 65537) }
    #expect(error?.reason == .lengthBeyondEnd(requested: 65537, available: 65536))
  }

  @Test func showsTheEndOfASixGigabyteFile() throws {
    let directory = try TemporaryDirectory()
    let object = try MappingObject(
      readingFrom: directory.sparseFile(byteCount: 6 << 30, [((6 << 30) - 3, [1, 2, 3])]))
    var view = try SlidingView(over: object, capacity: 2 << 20)
    try view.move(to: FileOffset((6 << 30) - (2 << 20)))
    let span = view.bytes
    #expect((1...3).map { span.loadByte(at: span.byteCount - 4 + $0) } == [1, 2, 3])
  }

  @Test func survivesAFileThatIsCutAndSaysWhere() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file([UInt8](repeating: 1, count: 4 << 20))
    let object = try MappingObject(readingFrom: file)
    var view = try SlidingView(over: object, capacity: 2 << 20)
    try view.move(to: 2_097_152)
    try resize(file, to: 3 << 20)
    func zeroCount(_ span: RawSpan) -> Int {
      (0..<span.byteCount).count { span.loadByte(at: $0) == 0 }
    }
    let zeros = zeroCount(view.bytes)
    #expect(zeros == 1 << 20)
    #expect(view.fault == FileOffset(3_145_728))
    try view.move(to: 0)
    #expect(view.fault == nil)
    #expect(view.bytes.loadByte(at: 0) == 1)
  }

  /// A system that refuses to map may have unmapped what was there; nobody knows, and others may map there by then.
  @Test func aViewThatCannotHoldItsAddressesGivesThemUp() throws {
    let bench = try Bench()
    // The first call reserves the addresses, the second shows a window.
    let plan = FailurePlan(failing: .mmap, occurrence: 2, with: .noMemory, isForGood: true)
    let file = try OpenedFile(bench.file(200_000), system: SystemCalls(failures: plan))
    let object = try MappingObject(file: file)
    var place = 0
    do {
      var view = try SlidingView(over: object, capacity: 65536)
      try view.move(to: 0)
      place = unsafe view.bytes.withUnsafeBytes { Int(bitPattern: $0.baseAddress) }
      #expect(throws: MappingError.self) { try view.move(to: 65536) }
      #expect(view.bytes.byteCount == 0 && view.fault == nil)
      let calls = plan.callCount
      let error = #expect(throws: MappingError.self) { try view.move(to: 65536) }
      #expect(error?.reason == .tooManyViews && error?.isShortageOfAddresses == true)
      #expect(plan.callCount == calls)
    }
    // The window before and after lie there; what lies behind both belonged to the view alone.
    #expect(isMapped(place) && isMapped(place + 65536))
    #expect(!isMapped(place + 4 * 65536))
  }
}

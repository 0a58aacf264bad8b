import FileMapping
import SystemPackage
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension MappingCase {
  /// B: views of an object.
  static let viewCases: [MappingCase] = [
    MappingCase("B01", "from the start, length 0", windows: "to the end", here: "to the end") {
      let view = try $0.object(of: 100_000).view()
      let (offset, count) = (view.offset, view.byteCount)
      #expect(offset == 0 && count == 100_000)
    },
    MappingCase("B02", "from 64 KiB, length 0", windows: "to the end", here: "to the end") {
      let view = try $0.object(of: 100_000).view(at: 65536)
      let (offset, count) = (view.offset, view.byteCount)
      #expect(offset == 65536 && count == 34_464)
    },
    MappingCase(
      "B04", "from 4096, a multiple of the page but not of the granularity", windows: "1132",
      here: "`.misalignedOffset`; the granularity is 64 KiB or the page, if that is larger"
    ) {
      refuse($0, 100_000, at: 4096, 0, .misalignedOffset(offset: 4096, granularity: granularity))
      #expect(granularity % 65536 == 0)
    },
    MappingCase(
      "B05", "from the very end, length 0", windows: "87 or 5",
      here: "`.offsetBeyondEnd`: no view is empty"
    ) { refuse($0, 65536, at: 65536, 0, .offsetBeyondEnd(offset: 65536, size: 65536)) },
    MappingCase(
      "B07", "misaligned and behind the end", windows: "1132",
      here: "`.misalignedOffset`: alignment is checked first"
    ) {
      refuse($0, 100, at: 70_000, 0, .misalignedOffset(offset: 70_000, granularity: granularity))
    },
    MappingCase(
      "B08", "one byte past the end", windows: "5", here: "`.lengthBeyondEnd`"
    ) {
      refuse(
        $0, 100_000, at: 0, 100_001, .lengthBeyondEnd(requested: 100_001, available: 100_000))
      // The sum would be larger than any number.
      refuse($0, 100_000, at: 65536, .max, .lengthBeyondEnd(requested: .max, available: 34_464))
    },
    MappingCase(
      "B10", "past the end but within the last page", windows: "5", here: "`.lengthBeyondEnd`"
    ) { refuse($0, 100, at: 0, 4096, .lengthBeyondEnd(requested: 4096, available: 100)) },
    MappingCase(
      "B11", "one byte of 100", windows: "a page is mapped", here: "the view has one byte"
    ) {
      let view = try $0.object(of: 100).view(length: 1)
      let (count, span) = (view.byteCount, view.bytes.byteCount)
      #expect(count == 1 && span == 1)
    },
    MappingCase(
      "B13", "an offset whose high half is 0xFFFFFFFF", windows: "87 or 5",
      here: "`.offsetBeyondEnd`"
    ) {
      let offset = FileOffset(high: .max, low: 0)
      refuse($0, 100, at: offset, 0, .offsetBeyondEnd(offset: offset, size: 100))
    },
    MappingCase(
      "B14", "4 GiB + 64 KiB (1 and 0x10000) into 5 GiB", windows: "mapped",
      here: "shows what is there, and not what is at 64 KiB"
    ) { bench in
      let place = FileOffset(high: 1, low: 0x1_0000)
      let object = try MappingObject(
        readingFrom: bench.directory.sparseFile(
          byteCount: 5 << 30,
          [(65536, Array("LOW--HALF".utf8)), (place.rawValue, Array("HIGH-HALF".utf8))]))
      let view = try object.view(at: place, length: 9)
      let text = text(view.bytes)
      #expect(text == "HIGH-HALF")
    },
    MappingCase(
      "B16", "all of 5 GiB in one view", windows: "mapped",
      here: "mapped, or `.addressSpaceExhausted` if the process may not have as many addresses"
    ) { bench in
      let object = try MappingObject(
        readingFrom: bench.directory.sparseFile(byteCount: 5 << 30, [((5 << 30) - 1, [42])]))
      let view = try object.view()
      let last = view.byte(view.byteCount - 1)
      #expect(last == 42)
      await aViewLargerThanTheAddressSpaceIsRefused()
    },
    MappingCase(
      "B17", "the last 64 KiB of 5 GiB, length 0", windows: "mapped", here: "mapped"
    ) { bench in
      let object = try MappingObject(
        readingFrom: bench.directory.sparseFile(byteCount: 5 << 30, [((5 << 30) - 1, [42])]))
      let view = try object.view(at: FileOffset((5 << 30) - 65536))
      let (count, last) = (view.byteCount, view.byte(65535))
      #expect(count == 65536 && last == 42)
    },
    MappingCase(
      "B19", "a writable view of a read-only object", windows: "5 or 87",
      here: "`.accessDenied`, also if the file itself may be written"
    ) {
      let object = try $0.object(of: 100, .readOnly)
      #expect(reason { try object.writableView() } == .accessDenied)
      // Before all that could be wrong with the range.
      #expect(reason { try object.writableView(at: 5, length: 1000) } == .accessDenied)
    },
    MappingCase(
      "B20", "a copy-on-write view of a read-only object", windows: "mapped", here: "mapped"
    ) {
      var view = try $0.object(of: 100, .readOnly).copyOnWriteView()
      view.put(1, at: 99)
      let byte = view.byte(99)
      #expect(byte == 1)
    },
    MappingCase(
      "B22", "a view for reading of a write-copy object", windows: "mapped", here: "mapped"
    ) {
      let view = try $0.object(of: 100, .writeCopy).view()
      let byte = view.byte(99)
      #expect(byte == 7)
    },
    MappingCase(
      "B23", "writing to a view for reading", windows: "access violation",
      here: "does not compile; by its bare address: the process ends with SIGSEGV",
      refusal: Refusal(
        "_ = view.mutableBytes", "has no member 'mutableBytes'",
        accepted: "_ = view.bytes.byteCount\nvar own = writable\n_ = own.mutableBytes.byteCount")
    ) { bench in
      let file = try bench.file(100)
      await writingToAViewForReadingEndsTheProcess(file.string)
    },
    MappingCase(
      "B25", "writing and copy-on-write asked for at once", windows: "not documented",
      here: "does not compile: an access is one of three",
      refusal: Refusal(
        "let _: Access = [.readWrite, .copyOnWrite]", "'Access'",
        accepted: "let _: Access = .copyOnWrite")),
    MappingCase(
      "B26", "a file in the place of an object", windows: "6",
      here: "does not compile: a file has no views",
      refusal: Refusal(
        "_ = try file.view()", "has no member 'view'", accepted: "_ = try object.view()")),
    MappingCase(
      "B28", "4096 views of 64 KiB at a time", windows: "mapped",
      here: "mapped; `.tooManyViews` when the system allows no more (`vm.max_map_count`)"
    ) {
      let object = try $0.object(of: 65536)
      let views = try (0..<4096).map { _ in Kept(try object.view()) }
      #expect(views.allSatisfy { $0.view.byteCount == 65536 && $0.view.byte(65535) == 7 })
      await moreViewsThanTheSystemAllowsAreRefused()
    },
  ]
}

private let granularity = MappingObject.allocationGranularity

/// A view in an array.
final class Kept {
  let view: MappedView
  init(_ view: consuming MappedView) { self.view = view }
}

private func refuse(
  _ bench: Bench, _ size: Int, at offset: FileOffset, _ length: UInt64,
  _ expected: MappingError.Reason, _ location: SourceLocation = #_sourceLocation
) {
  #expect(
    reason { try bench.object(of: size).view(at: offset, length: length) } == expected,
    sourceLocation: location)
  #expect(
    reason { try bench.object(of: size).writableView(at: offset, length: length) } == expected,
    sourceLocation: location)
  #expect(
    reason { try bench.object(of: size).copyOnWriteView(at: offset, length: length) } == expected,
    sourceLocation: location)
}

private func aViewLargerThanTheAddressSpaceIsRefused() async {
  await #expect(processExitsWith: .success) {
    let bench = try Bench()
    let object = try MappingObject(readingFrom: bench.directory.sparseFile(byteCount: 5 << 30))
    #if canImport(Glibc)
      let resource = __rlimit_resource_t(RLIMIT_AS.rawValue)
    #else
      let resource = RLIMIT_AS
    #endif
    // What it has already, and a gibibyte.
    let pages = try contents(of: "/proc/self/statm").prefix { $0 != UInt8(ascii: " ") }
    let most = UInt(String(decoding: pages, as: UTF8.self))! * 4096 + (1 << 30)
    var limit = rlimit(rlim_cur: most, rlim_max: most)
    let status = unsafe setrlimit(resource, &limit)
    #expect(status == 0)
    #expect(reason { try object.view() } == .addressSpaceExhausted(byteCount: 5 << 30))
    #expect(
      reason { try SlidingView(over: object, capacity: 5 << 30) }
        == .addressSpaceExhausted(byteCount: (5 << 30) + (6 << 20) + 131_072))
    #expect(reason { try object.view(length: 1 << 20) } == nil)
  }
}

/// - Parameter file: Of this process, since the one that ends cannot clean up.
private func writingToAViewForReadingEndsTheProcess(_ file: String) async {
  await #expect(processExitsWith: .signal(SIGSEGV)) { [file = file as String] in
    let view = try MappingObject(readingFrom: FilePath(file)).view()
    let address = unsafe UnsafeMutablePointer<UInt8>(bitPattern: view.base)!
    unsafe address.pointee = 1
    print(view.byteCount)
  }
}

private func moreViewsThanTheSystemAllowsAreRefused() async {
  await #expect(processExitsWith: .success) {
    let object = try Bench().object(of: 65536)
    var views: [Kept] = []
    views.reserveCapacity(70_000)
    let refused = reason {
      while views.count < 70_000 { views.append(Kept(try object.view())) }
    }
    #expect(refused == .tooManyViews)
    #expect(views.count > 60_000)
    views = []
    #expect(reason { try object.view() } == nil)
  }
}

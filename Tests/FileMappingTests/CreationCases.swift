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
  /// A: making an object of a file.
  static let creationCases: [MappingCase] = [
    MappingCase(
      "A01", "all of an empty file, to be read", windows: "1006", here: "`.emptyFile`"
    ) { bench in
      let file = try bench.file(0)
      #expect(reason { try MappingObject(readingFrom: file) } == .emptyFile)
    },
    MappingCase(
      "A02", "all of an empty file, to be written", windows: "1006",
      here: "`.emptyFile`, and the file is left alone"
    ) { bench in
      #expect(reason { try bench.object(of: 0) } == .emptyFile)
      #expect(extent(of: bench.filePath) == (0, 0))
    },
    MappingCase(
      "A04", "4096 bytes of an empty file, to be read", windows: "8 or 1006",
      here: "`.sizeExceedsFile`"
    ) { bench in
      let file = try bench.file(0)
      #expect(
        reason { try MappingObject(readingFrom: file, size: 4096) }
          == .sizeExceedsFile(requested: 4096, actual: 0))
    },
    MappingCase(
      "A05", "all of 100000 bytes, which are no whole number of pages", windows: "made",
      here: "the object and its view have 100000 bytes; what lies behind cannot be reached"
    ) { bench in
      let bytes = randomBytes(100_000, seed: 5)
      let object = try MappingObject(readingFrom: bench.directory.file(bytes))
      #expect(object.size == 100_000)
      let view = try object.view()
      #expect(view.byteCount == 100_000)
      #expect(view.withBytes { span in (0..<100_000).map { span.loadByte(at: $0) } } == bytes)
      try view.unmap()
    },
    MappingCase(
      "A07", "one byte more than the file has, to be read", windows: "8",
      here: "`.sizeExceedsFile`"
    ) { bench in
      #expect(
        reason { try bench.object(of: 100_000, .readOnly, size: 100_001) }
          == .sizeExceedsFile(requested: 100_001, actual: 100_000))
    },
    MappingCase(
      "A08", "one byte more than the file has, write-copy", windows: "8",
      here: "`.sizeExceedsFile`"
    ) { bench in
      #expect(
        reason { try bench.object(of: 100_000, .writeCopy, size: 100_001) }
          == .sizeExceedsFile(requested: 100_001, actual: 100_000))
    },
    MappingCase(
      "A10", "a file is made to grow and its object ends without a view", windows: "stays grown",
      here: "the file stays grown, and reads zeros there"
    ) { bench in
      _ = try bench.object(of: 10, size: 70_000)
      let file = bench.filePath
      #expect(
        try contents(of: file) == Array(repeating: 7, count: 10)
          + Array(repeating: 0, count: 69_990))
    },
    MappingCase(
      "A11", "read-write over a file opened for reading", windows: "5",
      here: "`.accessDenied` when the object is made, not when it is viewed"
    ) { bench in
      let file = try bench.file(10)
      #expect(
        reason { try MappingObject(file: OpenedFile(file), protection: .readWrite) }
          == .accessDenied)
    },
    MappingCase(
      "A13", "read-only over a file opened for writing alone", windows: "5", here: "`.accessDenied`"
    ) { bench in
      let file = try bench.file(10)
      let descriptor = try FileDescriptor.open(file, .writeOnly)
      defer { try? descriptor.close() }
      #expect(
        reason { try MappingObject(file: OpenedFile(duplicating: descriptor, as: file)) }
          == .accessDenied)
    },
    MappingCase(
      "A14", "write-copy over a file opened for reading", windows: "made",
      here: "made; copies are written and the file is not"
    ) { bench in
      let file = try bench.file(10)
      let object = try MappingObject(file: OpenedFile(file), protection: .writeCopy)
      var view = try object.copyOnWriteView()
      view.put(1, at: 0)
      let byte = view.byte(0)
      #expect(try byte == 1 && contents(of: file)[0] == 7)
      #expect(reason { try object.writableView() } == .accessDenied)
    },
    MappingCase(
      "A16", "a file opened for neither reading nor writing", windows: "5 or 87",
      here: "`.accessDenied`"
    ) { bench in
      #if os(Linux)
        let file = try bench.file(10)
        // O_PATH, which the C library's module does not show.
        let number = unsafe open(file.string, 0o10_000_000)
        defer { close(number) }
        let descriptor = FileDescriptor(rawValue: number)
        #expect(
          reason { try MappingObject(file: OpenedFile(duplicating: descriptor, as: file)) }
            == .accessDenied)
      #endif
    },
    MappingCase(
      "A17", "a protection that does not exist, or two at once", windows: "87",
      here: "does not compile: a protection is one of three",
      refusal: Refusal(
        "let _: Protection = .noAccess", "has no member 'noAccess'",
        accepted: "let _: Protection = .readOnly")),
    MappingCase(
      "A19", "a size with bit 63 set", windows: "refused",
      here: "`.sizeUnsupported`, before the system is asked"
    ) { bench in
      let size = FileOffset(high: 0x8000_0000, low: 0)
      let file = try bench.file(1)
      let plan = FailurePlan(failing: nil, occurrence: .max, with: .ioError)
      let opened = try OpenedFile(file, for: .readWrite, system: SystemCalls(failures: plan))
      let before = plan.callCount
      do throws(MappingError) {
        _ = try MappingObject(file: opened, protection: .readWrite, size: size)
        Issue.record("it was made")
      } catch {
        #expect(error.reason == .sizeUnsupported(size))
      }
      #expect(plan.callCount == before)
      #expect(reason { try MappingObject(anonymousOf: size) } == .sizeUnsupported(size))
      #expect(extent(of: file).size == 1)
    },
    MappingCase(
      "A20", "a small file grows to 5 GiB, given in halves (1 and 0x40000000)", windows: "made",
      here: "made; with `.onDemand` only the last block is set aside"
    ) { bench in
      let file = try bench.file(10)
      let object = try MappingObject(
        file: bench.open(file), protection: .readWrite, size: FileOffset(high: 1, low: 0x4000_0000),
        allocation: .onDemand)
      #expect(object.size == 5_368_709_120)
      #expect(extent(of: file).size == 5_368_709_120)
      #expect(extent(of: file).allocated < 1 << 20)
    },
    MappingCase(
      "A22", "4 GiB - 1, given in halves (0 and 0xFFFFFFFF)", windows: "made",
      here: "made; the low half has no sign"
    ) { bench in
      let object = try MappingObject(
        file: bench.open(bench.file(10)), protection: .readWrite,
        size: FileOffset(high: 0, low: 0xFFFF_FFFF), allocation: .onDemand)
      #expect(object.size == 4_294_967_295)
    },
    MappingCase(
      "A23", "the size of a 5 GiB file, of which a careless caller takes the low half",
      windows: "the low half is 1 GiB", here: "sizes are whole; halves must be asked for by name"
    ) { bench in
      let object = try MappingObject(readingFrom: bench.directory.sparseFile(byteCount: 5 << 30))
      #expect(object.size == 5_368_709_120)
      #expect((object.size.high, object.size.low) == (1, 0x4000_0000))
    },
    MappingCase(
      "A25", "a pipe", windows: "refused", here: "`.notMappable(.fifo)`"
    ) { bench in
      let path = bench.directory.path.appending("pipe")
      let status = unsafe mkfifo(path.string, 0o600)
      #expect(status == 0)
      #expect(reason { try MappingObject(readingFrom: path) } == .notMappable(.fifo))
    },
    MappingCase(
      "A26", "a queue of events or a socket for a file", windows: "6",
      here: "`.notMappable`, with the kind"
    ) { bench in
      func refused(_ number: CInt) -> MappingError.Reason? {
        defer { close(number) }
        return reason {
          try MappingObject(
            file: OpenedFile(duplicating: FileDescriptor(rawValue: number), as: "it"))
        }
      }
      #if os(Linux)
        #expect(refused(inotify_init()) == .notMappable(.other))
        let stream = CInt(SOCK_STREAM.rawValue)
      #else
        let stream = SOCK_STREAM
      #endif
      #expect(refused(socket(AF_UNIX, stream, 0)) == .notMappable(.socket))
      #expect(
        reason { try MappingObject(readingFrom: "/dev/null") } == .notMappable(.characterDevice))
      #expect(
        reason { try MappingObject(readingFrom: bench.directory.path) } == .notMappable(.directory))
    },
    MappingCase(
      "A28", "no file at all, by a null handle", windows: "not documented",
      here: "does not compile: a file or memory is asked for, each by its own name",
      refusal: Refusal(
        "_ = try MappingObject(file: nil)", "'nil'", accepted: "_ = try MappingObject(file: file)")),
    MappingCase(
      "A29", "what a failed open left is passed on, with a size", windows: "makes memory",
      here: "does not compile: a file that could not be opened is no value",
      refusal: Refusal(
        "let failed: OpenedFile? = nil\n_ = try MappingObject(file: failed, size: 4096)",
        "must be unwrapped",
        accepted: "_ = try MappingObject(file: OpenedFile(\"there\"), size: 4096)")),
    MappingCase("A31", "a file of one byte", windows: "made", here: "made; the view has one byte") {
      let object = try $0.object(of: 1, .readOnly)
      let view = try object.view()
      let (count, byte) = (view.byteCount, view.byte(0))
      #expect(object.size == 1 && count == 1 && byte == 7)
    },
    MappingCase(
      "A32", "reading behind the file's end, in its last page and past that",
      windows: "zeros in the last page, then an access violation",
      here: "the process ends at the first byte behind the view, whatever page it is in"
    ) { bench in
      let view = try bench.object(of: 100_000, .readOnly).view()
      let last = view.byte(99_999)
      #expect(last == 7)
      await readingBehindAViewEndsTheProcess(bench.filePath.string)
    },
    MappingCase(
      "A34", "5 GiB, given in halves, of a small file, to be read", windows: "8",
      here: "`.sizeExceedsFile`"
    ) { bench in
      #expect(
        reason {
          try bench.object(of: 4096, .readOnly, size: FileOffset(high: 1, low: 0x4000_0000))
        }
          == .sizeExceedsFile(requested: 5_368_709_120, actual: 4096))
    },
    MappingCase(
      "A35", "4 GiB + 4096 of a file of 4096, which its low half alone would fit", windows: "8",
      here: "`.sizeExceedsFile`"
    ) { bench in
      #expect(
        reason { try bench.object(of: 4096, .readOnly, size: FileOffset(high: 1, low: 4096)) }
          == .sizeExceedsFile(requested: 4_294_971_392, actual: 4096))
    },
  ]
}

/// - Parameter file: Of this process, since the one that ends cannot clean up.
private func readingBehindAViewEndsTheProcess(_ file: String) async {
  for count in [100_000, 100_001, 106_497] {
    await #expect(processExitsWith: .failure) {
      [count = count as Int, file = file as String] in
      guard let view = try? MappingObject(readingFrom: FilePath(file)).view() else { return }
      print(view.byte(count))
    }
  }
}

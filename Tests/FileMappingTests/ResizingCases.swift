import FileMapping
import SystemPackage
import TestSupport
import Testing

extension MappingCase {
  /// I: the file changes its size while it is mapped.
  static let resizingCases: [MappingCase] = [
    MappingCase(
      "I01", "the file is cut while its object lives", windows: "1224",
      here: "cut; who reads the lost part gets zeros, and `.faulted` from `fault` and `unmap()`",
      difference: "The system cannot refuse to cut a file that has an object."
    ) { bench in
      let object = try bench.object(of: 400_000)
      try resize(object.path, to: 100_000)
      let view = try object.view()
      let (before, byte, fault) = (view.fault, view.byte(300_000), view.fault)
      // The first page that is lost, whichever was read.
      #expect(before == nil && byte == 0 && fault == 102_400)
      #expect(reasonOfUnmapping(view) == .faulted(offset: 102_400))
      // What is left can be read still.
      let start = try object.view(length: 100_000)
      let last = start.byte(99_999)
      #expect(last == 7)
      try start.unmap()
    },
    MappingCase(
      "I02", "the file is cut while only a view lives", windows: "1224",
      here: "cut; `flush` and `unmap()` say `.fileTruncated`, also if nobody touched the lost part",
      difference: "The system cannot refuse to cut a file that has a view."
    ) { bench in
      func lone() throws -> MutableMappedView { try bench.object(of: 400_000).writableView() }
      let view = try lone()
      try resize(bench.filePath, to: 100_000)
      let lost = MappingError.Reason.fileTruncated(from: 400_000, to: 100_000)
      let refused = [reason { try view.flush(.written) }, reason { try view.flush(.durable) }]
      #expect(refused == [lost, lost])
      let kept = reason { try view.flush(0..<100_000, .durable) }
      #expect(kept == nil)
      #expect(reasonOfUnmapping(view) == lost)
    },
    MappingCase(
      "I04", "the file is cut when all is closed", windows: "cut", here: "cut"
    ) { bench in
      try bench.object(of: 400_000).writableView().unmap()
      let file = bench.filePath
      try resize(file, to: 1)
      #expect(extent(of: file).size == 1)
    },
    MappingCase(
      "I05", "the file grows while it is mapped", windows: "the object keeps its size",
      here: "the object keeps its size; a new one has the new size"
    ) { bench in
      let object = try bench.object(of: 100_000)
      try resize(object.path, to: 200_000)
      #expect(object.size == 100_000)
      #expect(
        reason { try object.view(length: 100_001) }
          == .lengthBeyondEnd(requested: 100_001, available: 100_000))
      #expect(try object.currentStatus().size == 200_000)
      #expect(try MappingObject(readingFrom: object.path).size == 200_000)
    },
    MappingCase(
      "I07", "the mapped file is emptied by being opened", windows: "1224",
      here: "emptied; as for I01",
      difference: "The system cannot refuse to empty a mapped file."
    ) { bench in
      let object = try bench.object(of: 100_000)
      let view = try object.view()
      let writable = try object.writableView()
      let descriptor = try FileDescriptor.open(object.path, .writeOnly, options: .truncate)
      try descriptor.close()
      let (byte, fault) = (view.byte(5), view.fault)
      #expect(byte == 0 && fault == 5)
      #expect(reasonOfUnmapping(view) == .faulted(offset: 5))
      #expect(reasonOfUnmapping(writable) == .fileTruncated(from: 100_000, to: 0))
    },
    MappingCase(
      "I08", "a second, larger read-write object of the file", windows: "made; the file grows",
      here: "made; the file grows, and both show the same bytes"
    ) { bench in
      let object = try bench.object(of: 100_000)
      let larger = try MappingObject(
        file: bench.open(object.path), protection: .readWrite, size: 300_000)
      #expect(object.size == 100_000 && larger.size == 300_000)
      #expect(extent(of: object.path).size == 300_000)
      var view = try larger.writableView()
      let other = try object.view()
      view.put(1, at: 99_999)
      let byte = other.byte(99_999)
      #expect(byte == 1)
    },
    MappingCase(
      "I10", "a write to a part of a view that its file has lost", windows: "not documented",
      here: "goes to a page that nobody keeps; `flush` and `unmap()` say `.faulted`"
    ) { bench in
      let object = try bench.object(of: 400_000)
      var view = try object.writableView()
      try resize(object.path, to: 100_000)
      view.put(1, at: 300_000)
      let (byte, fault) = (view.byte(300_000), view.fault)
      #expect(byte == 1 && fault == 102_400)
      // Also when the file is long enough again: the bytes are not in it.
      try resize(object.path, to: 400_000)
      let refused = [
        reason { try view.flush(.written) }, reason { try view.flush(300_000..., .durable) },
      ]
      #expect(refused == [.faulted(offset: 102_400), .faulted(offset: 102_400)])
      let kept = reason { try view.flush(0..<65536, .durable) }
      #expect(kept == nil)
      #expect(reasonOfUnmapping(view) == .faulted(offset: 102_400))
      #expect(try contents(of: object.path)[300_000] == 0)
    },
  ]
}

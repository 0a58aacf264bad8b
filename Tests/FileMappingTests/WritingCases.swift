import FileMapping
import SystemPackage
import TestSupport
import Testing

extension MappingCase {
  /// C: what is written, and who sees it.
  static let writingCases: [MappingCase] = [
    MappingCase(
      "C01", "a write to a copy-on-write view", windows: "seen there alone",
      here: "seen there alone; flushing does nothing and is no error"
    ) { bench in
      let object = try bench.object(of: 100_000)
      var view = try object.copyOnWriteView()
      let other = try object.view()
      let copy = try object.copyOnWriteView()
      view.put(1, at: 5)
      try view.flush(.written)
      try view.flush(.durable)
      let seen = [view.byte(5), other.byte(5), copy.byte(5)]
      #expect(seen == [1, 7, 7])
      try view.unmap()
      #expect(try contents(of: object.path).allSatisfy { $0 == 7 })
    },
    MappingCase(
      "C02", "a write, seen from another view of the object", windows: "at once",
      here: "at once, wherever the views begin"
    ) { bench in
      let object = try bench.object(of: 200_000)
      var view = try object.writableView()
      let other = try object.view(at: 65536, length: 10)
      view.put(1, at: 65545)
      let byte = other.byte(9)
      #expect(byte == 1)
    },
    MappingCase(
      "C04", "a write, seen by a reader of the file", windows: "after the flush at the latest",
      here: "at once, before and after the flush"
    ) { bench in
      let object = try bench.object(of: 100_000)
      var view = try object.writableView()
      view.put(1, at: 99_999)
      #expect(try contents(of: object.path)[99_999] == 1)
      try view.flush(.durable)
      #expect(try contents(of: object.path)[99_999] == 1)
    },
    MappingCase(
      "C05", "the file is written, seen from a view", windows: "not documented",
      here: "at once on a local file system: a file that others write is seen in between"
    ) { bench in
      let object = try bench.object(of: 100_000)
      let view = try object.view()
      let descriptor = try FileDescriptor.open(object.path, .writeOnly)
      try descriptor.closeAfter { _ = try descriptor.writeAll(toAbsoluteOffset: 70_000, [1]) }
      let byte = view.byte(70_000)
      #expect(byte == 1)
    },
    MappingCase(
      "C07", "a write, no flush, and everything is closed", windows: "kept",
      here: "kept; on the device only after `flush(.durable)`"
    ) { bench in
      func write() throws -> FilePath {
        let object = try bench.object(of: 100)
        var view = try object.writableView()
        view.put(1, at: 99)
        return object.path
      }
      let file = try write()
      #expect(try contents(of: file)[99] == 1)
    },
    MappingCase(
      "C08", "a write behind the end, in the last page", windows: "lost",
      here: "not possible: the view of 100 bytes has 100; past them the process ends"
    ) { bench in
      var view = try bench.object(of: 100).writableView()
      let counts = (view.byteCount, view.withMutableBytes { $0.byteCount })
      #expect(counts == (100, 100))
      await writingBehindAViewEndsTheProcess(bench.filePath.string)
    },
  ]
}

/// - Parameter file: Of this process, since the one that ends cannot clean up.
private func writingBehindAViewEndsTheProcess(_ file: String) async {
  await #expect(processExitsWith: .failure) { [file = file as String] in
    let object = try? MappingObject(
      file: OpenedFile(FilePath(file), for: .readWrite), protection: .readWrite)
    guard var view = try? object?.writableView() else { return }
    view.put(1, at: 100)
    try view.unmap()
  }
}

import FileMapping
import TestSupport
import Testing

extension MappingCase {
  /// H: flushing.
  static let flushCases: [MappingCase] = [
    MappingCase("H01", "all of a view", windows: "flushed", here: "flushed, both ways") { bench in
      var view = try bench.object(of: 100_000).writableView()
      view.put(1, at: 99_999)
      try view.flush(.written)
      try view.flush(.durable)
      #expect(try contents(of: bench.filePath)[99_999] == 1)
    },
    MappingCase("H02", "a page amid a view", windows: "flushed", here: "flushed") { bench in
      var view = try bench.object(of: 100_000).writableView()
      view.put(1, at: 5000)
      try view.flush(4096..<8192, .written)
      try view.flush(4096..<8192, .durable)
      // Nor need a part begin with a page, or have any bytes.
      try view.flush(5000..<5001, .durable)
      try view.flush(100_000..<100_000, .durable)
    },
    MappingCase("H04", "from within a view, length 0", windows: "to the end", here: "to the end") {
      var view = try $0.object(of: 100_000).writableView()
      view.put(1, at: 99_999)
      try view.flush(4096..., .written)
      try view.flush(4097..., .durable)
    },
    MappingCase(
      "H05", "past the end of the view", windows: "not documented", here: "`.lengthBeyondEnd`"
    ) {
      let view = try $0.object(of: 100_000).writableView(length: 10_000)
      let refused = [
        reason { try view.flush(4096..<10_001, .durable) },
        reason { try view.flush(20_000..<20_001, .written) },
        reason { try view.flush(10_001..., .written) },
        reason { try view.flush(-1..<5, .written) },
      ]
      #expect(
        refused == [
          .lengthBeyondEnd(requested: 5905, available: 5904),
          .lengthBeyondEnd(requested: 1, available: 0),
          .lengthBeyondEnd(requested: 0, available: 0),
          .lengthBeyondEnd(requested: 6, available: 10_000),
        ])
    },
    MappingCase(
      "H07", "a view that was unmapped", windows: "refused", here: "does not compile",
      refusal: Refusal(
        "try writable.unmap()\ntry writable.flush(.durable)", "used after consume", at: .ownership,
        accepted: "try writable.flush(.durable)\ntry writable.unmap()")),
    MappingCase(
      "H08", "memory that is no view's", windows: "not documented",
      here: "does not compile: only objects make views",
      refusal: Refusal(
        "try MutableMappedView(pointer).flush(.durable)", "inaccessible",
        accepted: "try object.writableView().flush(.durable)")),
    MappingCase(
      "H10", "file and object are closed", windows: "flushed",
      here: "flushed: the view keeps what it needs"
    ) { bench in
      func lone() throws -> MutableMappedView { try bench.object(of: 100).writableView() }
      var view = try lone()
      view.put(1, at: 0)
      try view.flush(.written)
      try view.flush(.durable)
      #expect(try contents(of: bench.filePath)[0] == 1)
    },
  ]
}

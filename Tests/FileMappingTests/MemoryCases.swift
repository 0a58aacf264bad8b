import FileMapping
import TestSupport
import Testing

extension MappingCase {
  /// E: objects of memory.
  static let memoryCases: [MappingCase] = [
    MappingCase("E01", "memory of size 0", windows: "87", here: "`.sizeRequired`") { _ in
      #expect(reason { try MappingObject(anonymousOf: 0) } == .sizeRequired)
    },
    MappingCase(
      "E02", "100 bytes of memory", windows: "a page of zeros", here: "100 zeros, not rounded up"
    ) { _ in
      let object = try MappingObject(anonymousOf: 100)
      let view = try object.view()
      let zeros = view.withBytes { span in (0..<span.byteCount).count { span.loadByte(at: $0) == 0 }
      }
      #expect(object.size == 100 && zeros == 100)
    },
    MappingCase(
      "E04", "a mebibyte of memory in two views", windows: "zeros; both see what is written",
      here: "zeros; both see what is written"
    ) { _ in
      let object = try MappingObject(anonymousOf: 1_048_576)
      var view = try object.writableView()
      let other = try object.view(at: 65536)
      let isZero = view.withBytes { span in (0..<1 << 20).allSatisfy { span.loadByte(at: $0) == 0 }
      }
      view.put(1, at: 65536)
      let byte = other.byte(0)
      #expect(isZero && byte == 1)
    },
    MappingCase("E05", "flushing memory", windows: "does nothing", here: "does nothing") { _ in
      var view = try MappingObject(anonymousOf: 100).writableView()
      view.put(1, at: 0)
      try view.flush(.written)
      try view.flush(.durable)
    },
    MappingCase(
      "E07", "memory that is read-only", windows: "made",
      here: "made; a writable view is `.accessDenied`"
    ) { _ in
      let object = try MappingObject(anonymousOf: 100, protection: .readOnly)
      let view = try object.view()
      let byte = view.byte(99)
      #expect(byte == 0)
      #expect(reason { try object.writableView() } == .accessDenied)
    },
    MappingCase(
      "E08", "memory that is write-copy", windows: "not documented",
      here: "`.invalidArgument(.copyOnWriteNeedsFile)`"
    ) { _ in
      #expect(
        reason { try MappingObject(anonymousOf: 100, protection: .writeCopy) }
          == .invalidArgument(.copyOnWriteNeedsFile))
    },
    MappingCase(
      "E10", "5 GiB of memory, only reserved", windows: "made",
      here: "made; pages come when they are written"
    ) { _ in
      let object = try MappingObject(anonymousOf: 5_368_709_120, allocation: .onDemand)
      var view = try object.writableView()
      view.put(1, at: (5 << 30) - 1)
      let byte = view.byte((5 << 30) - 1)
      #expect(byte == 1)
    },
    MappingCase(
      "E11", "4 GiB + 4096 of memory, given in halves (1 and 4096), only reserved", windows: "made",
      here: "made with both halves"
    ) { _ in
      let object = try MappingObject(
        anonymousOf: FileOffset(high: 1, low: 4096), allocation: .onDemand)
      let view = try object.view(at: FileOffset(high: 1, low: 0))
      let count = view.byteCount
      #expect(object.size == 4_294_971_392 && count == 4096)
    },
  ]
}

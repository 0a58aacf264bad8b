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
  /// D: in which order things end.
  static let lifetimeCases: [MappingCase] = [
    MappingCase(
      "D01", "the file is closed before its object is viewed", windows: "mapped",
      here: "mapped: the object has a descriptor of its own"
    ) { bench in
      let file = try bench.file(100)
      let descriptor = try FileDescriptor.open(file, .readOnly)
      let object = try MappingObject(file: OpenedFile(duplicating: descriptor, as: file))
      try descriptor.close()
      let view = try object.view()
      let byte = view.byte(99)
      #expect(byte == 7)
    },
    MappingCase(
      "D02", "the object ends while a view of it lives", windows: "the view stays",
      here: "the view stays"
    ) { bench in
      func lone() throws -> MappedView { try bench.object(of: 100).view() }
      let view = try lone()
      let byte = view.byte(99)
      #expect(byte == 7)
    },
    MappingCase(
      "D04", "file and object are closed, then the view is written and unmapped",
      windows: "the file has it", here: "the file has it"
    ) { bench in
      func lone() throws -> MutableMappedView { try bench.object(of: 100).writableView() }
      var view = try lone()
      view.put(1, at: 0)
      try view.unmap()
      #expect(try contents(of: bench.filePath)[0] == 1)
    },
    MappingCase(
      "D05", "unmapping at an address within a view", windows: "refused",
      here: "does not compile: a view is unmapped, not an address",
      refusal: Refusal(
        "try view.unmap(at: view.base + 4096)", "takes no arguments",
        accepted: "try view.unmap()")),
    MappingCase(
      "D07", "unmapping what no view is", windows: "487",
      here: "does not compile: only objects make views",
      refusal: Refusal(
        "try MappedView(pointer).unmap()", "inaccessible",
        accepted: "try object.view().unmap()")),
    MappingCase(
      "D08", "closing or unmapping twice", windows: "6",
      here: "does not compile: a view is used up by it, and an object ends with its last copy",
      refusal: Refusal(
        "try view.unmap()\ntry view.unmap()", "consumed more than once", at: .ownership,
        accepted: "try view.unmap()\ntry object.view().unmap()")),
    MappingCase(
      "D10", "another file is moved over the mapped one", windows: "5 or 1224",
      here: "moved; the view keeps the old file, and `isStillNamed()` is false",
      difference:
        "The system lets another file take the name. Views keep the one they were made of."
    ) { bench in
      let object = try bench.object(of: 100)
      let view = try object.view()
      #expect(object.isStillNamed())
      let other = try bench.directory.file([1], named: "other")
      let status = unsafe rename(other.string, object.path.string)
      let byte = view.byte(99)
      #expect(status == 0 && byte == 7)
      #expect(!object.isStillNamed())
    },
    MappingCase(
      "D11", "only a view is left: opening and mapping the file again", windows: "not documented",
      here: "possible: nobody is kept out"
    ) { bench in
      func lone() throws -> MappedView { try bench.object(of: 100).view() }
      let view = try lone()
      let again = try MappingObject(
        file: bench.open(bench.filePath), protection: .readWrite)
      var writable = try again.writableView()
      writable.put(1, at: 0)
      let byte = view.byte(0)
      #expect(byte == 1)
    },
  ]
}

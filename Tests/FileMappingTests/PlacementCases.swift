import FileMapping
import TestSupport
import Testing

extension MappingCase {
  /// G: views at an address of the caller's.
  static let placementCases: [MappingCase] = [
    MappingCase("G01", "a free address", windows: "mapped there", here: "mapped there") { bench in
      let base = Bench.freeBase()
      let view = try bench.object(of: 100_000).view(at: 65536, base: base)
      let (found, byte) = (view.base, view.byte(0))
      #expect(found == base && byte == 7)
    },
    MappingCase(
      "G02", "an address where another view lies", windows: "487",
      here: "`.addressUnavailable`; the other view stays as it is"
    ) { bench in
      let (base, object) = (Bench.freeBase(), try bench.object(of: 65536))
      let view = try object.view(base: base)
      let memory = try MappingObject(anonymousOf: 65536)
      #expect(
        reason { try memory.writableView(base: base) }
          == .addressUnavailable(base: base, byteCount: 65536))
      let byte = view.byte(65535)
      #expect(byte == 7)
    },
    MappingCase(
      "G04", "a free address, but too little room behind it", windows: "487",
      here: "`.addressUnavailable`"
    ) { bench in
      let (base, object) = (Bench.freeBase(), try bench.object(of: 200_000))
      let view = try object.view(length: 65536, base: base + 131_072)
      #expect(
        reason { try object.view(base: base) }
          == .addressUnavailable(base: base, byteCount: 200_000))
      let byte = view.byte(65535)
      #expect(byte == 7)
    },
    MappingCase(
      "G05", "an address that is no multiple of the granularity", windows: "1132",
      here: "`.misalignedBase`"
    ) { bench in
      let (base, object) = (Bench.freeBase() + 4096, try bench.object(of: 65536))
      let granularity = MappingObject.allocationGranularity
      #expect(
        reason { try object.view(base: base) }
          == .misalignedBase(base: base, granularity: granularity))
      // What is wrong with the range comes first.
      #expect(
        reason { try object.view(at: 65536, base: base) }
          == .offsetBeyondEnd(offset: 65536, size: 65536))
    },
    MappingCase(
      "G07", "no address: the system chooses", windows: "a multiple of 64 KiB",
      here: "a multiple of the page size",
      difference:
        "The system aligns the address of a view to a page, not to 64 KiB, unless the caller names one."
    ) { bench in
      let object = try bench.object(of: 65536)
      let view = try object.view()
      let other = try object.view()
      let (first, second) = (view.base, other.base)
      #expect(first != second && first % 4096 == 0 && second % 4096 == 0 && first > 0)
    },
    MappingCase(
      "G08", "an address that belongs to the kernel", windows: "refused",
      here: "`.addressUnavailable`"
    ) { bench in
      let base: UInt = 0xFFFF_8000_0000_0000
      let object = try bench.object(of: 65536)
      #expect(
        reason { try object.view(base: base) }
          == .addressUnavailable(base: base, byteCount: 65536))
    },
    MappingCase(
      "G10", "one address for one view after the other", windows: "mapped",
      here: "mapped; a sliding view keeps the addresses in between"
    ) { bench in
      let (base, object) = (Bench.freeBase(), try bench.object(of: 200_000))
      for offset in [0, 65536, 131_072, 0] as [FileOffset] {
        let view = try object.view(at: offset, length: 65536, base: base)
        let (found, byte) = (view.base, view.byte(65535))
        #expect(found == base && byte == 7)
        try view.unmap()
      }
    },
  ]
}

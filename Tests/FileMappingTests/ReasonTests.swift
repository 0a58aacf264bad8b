import FileMapping
import SystemPackage
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Every reason that the library has for an error, without its numbers. A new one has to be added
/// here, or this does not compile, and then needs a situation that leads to it.
enum ReasonKind: CaseIterable {
  case emptyFile, sizeRequired, sizeExceedsFile, sizeUnsupported, notMappable, accessDenied
  case misalignedOffset, offsetBeyondEnd, lengthBeyondEnd, misalignedBase, addressUnavailable
  case addressSpaceExhausted, tooManyViews, faulted, fileTruncated, nameNotFound
  case nameKindCollision, emptyName, nameWithBackslash, nameTooLong, notRegular, symbolicLink,
    foreignOwner
  case wrongPermissions, hardLink, shortFile, wrongMagic, unknownVersion, damagedHeader
  case fileReplaced, copyOnWriteNeedsFile, system

  init(_ reason: MappingError.Reason) {
    self =
      switch reason {
      case .emptyFile: .emptyFile
      case .sizeRequired: .sizeRequired
      case .sizeExceedsFile: .sizeExceedsFile
      case .sizeUnsupported: .sizeUnsupported
      // Only who looks for the end of a stream is told so: see RangeTests.
      case .sizeUnknown: preconditionFailure("no mapping object throws this")
      case .notMappable: .notMappable
      case .accessDenied: .accessDenied
      case .misalignedOffset: .misalignedOffset
      case .offsetBeyondEnd: .offsetBeyondEnd
      case .lengthBeyondEnd: .lengthBeyondEnd
      case .misalignedBase: .misalignedBase
      case .addressUnavailable: .addressUnavailable
      case .addressSpaceExhausted: .addressSpaceExhausted
      case .tooManyViews: .tooManyViews
      case .faulted: .faulted
      case .fileTruncated: .fileTruncated
      case .nameNotFound: .nameNotFound
      case .nameKindCollision: .nameKindCollision
      case .invalidName(let invalid):
        switch invalid {
        case .empty: .emptyName
        case .backslash: .nameWithBackslash
        case .tooLong: .nameTooLong
        }
      case .nameRefused(let refusal):
        switch refusal {
        case .notRegular: .notRegular
        case .symbolicLink: .symbolicLink
        case .foreignOwner: .foreignOwner
        case .wrongPermissions: .wrongPermissions
        case .hardLink: .hardLink
        case .shortFile: .shortFile
        case .wrongMagic: .wrongMagic
        case .unknownVersion: .unknownVersion
        case .damagedHeader: .damagedHeader
        case .fileReplaced: .fileReplaced
        }
      case .invalidArgument(let invalid):
        switch invalid {
        case .copyOnWriteNeedsFile: .copyOnWriteNeedsFile
        }
      case .system: .system
      }
  }

  /// What the error says then, behind the path: how many bytes, of what, and what would help.
  var sentence: String {
    switch self {
    case .emptyFile: "is empty: there is nothing to map"
    case .sizeRequired: "an object of memory needs a size"
    case .sizeExceedsFile: "cannot be mapped to 2 bytes: it has 1"
    case .sizeUnsupported:
      "cannot be mapped to 9223372036854775808 bytes: the largest size is 9223372036854775807"
    case .notMappable: "cannot be mapped: it is a character device"
    case .accessDenied: "permission denied (mmap): check the owner and mode of the file"
    case .misalignedOffset: "a view cannot start at offset 1: it is not a multiple of 65536"
    case .offsetBeyondEnd: "a view cannot start at offset 65536: the object has 9 bytes"
    case .lengthBeyondEnd: "a view of 10 bytes does not fit: 9 bytes are left"
    case .misalignedBase: "a view cannot lie at address 0x1: it is not a multiple of 65536"
    case .addressUnavailable: "no room for a view of 9 bytes at address 0x8000000000000000"
    case .addressSpaceExhausted:
      "no room in the address space for 9223372036854775807 bytes: raise its limit (ulimit -v) or take smaller windows or fewer lanes"
    case .tooManyViews: "too many views are open (see vm.max_map_count)"
    case .faulted: "could not be read at offset 0: the file shrank or its device failed"
    case .fileTruncated: "was cut from 9 to 0 bytes: what was written behind that is lost"
    case .nameNotFound: "nobody holds an object of this name"
    case .nameKindCollision:
      "the name is taken by something of another kind (a lock is no mapping)"
    case .emptyName: "an object's name needs at least one byte after its prefix"
    case .nameWithBackslash:
      "an object's name has no backslash but that of the prefixes Local\\ and Global\\"
    case .nameTooLong: "an object's name has at most 1048576 bytes"
    case .notRegular: Self.distrust("it is a pipe")
    case .symbolicLink: Self.distrust("it is a symbolic link")
    case .foreignOwner: Self.distrust("it belongs to user 1")
    case .wrongPermissions: Self.distrust("its permissions are 644")
    case .hardLink: Self.distrust("it has 2 names")
    case .shortFile: Self.distrust("it is shorter than it should be")
    case .wrongMagic: Self.distrust("it does not begin as an object does")
    case .unknownVersion: Self.distrust("it is of version 2")
    case .damagedHeader: Self.distrust("its header is damaged")
    case .fileReplaced: Self.distrust("FILE is not the file that it was made of")
    case .copyOnWriteNeedsFile: "memory cannot be protected as write-copy: that needs a file"
    case .system: "open failed: No such file or directory"
    }
  }

  private static func distrust(_ why: String) -> String {
    "not trusted: \(why); remove it if it should not be there"
  }

  /// Does what leads to an error for this reason. The bench is used for nothing else.
  func provoke(_ bench: Bench) throws {
    func squat(_ squatter: Squatter) throws {
      try squatter.squat(on: "n", bench)
      _ = try bench.open(named: "n")
    }
    switch self {
    case .emptyFile: _ = try bench.object(of: 0)
    case .sizeRequired: _ = try MappingObject(anonymousOf: 0)
    case .sizeExceedsFile: _ = try bench.object(of: 1, .readOnly, size: 2)
    case .sizeUnsupported: _ = try bench.object(of: 1, size: FileOffset(1 << 63))
    case .notMappable: _ = try MappingObject(readingFrom: "/dev/null")
    case .accessDenied: _ = try bench.object(of: 1, .readOnly).writableView()
    case .misalignedOffset: _ = try bench.object(of: 9).view(at: 1)
    case .offsetBeyondEnd: _ = try bench.object(of: 9).view(at: 65536)
    case .lengthBeyondEnd: _ = try bench.object(of: 9).view(length: 10)
    case .misalignedBase: _ = try bench.object(of: 9).view(base: 1)
    case .addressUnavailable: _ = try bench.object(of: 9).view(base: 1 << 63)
    case .addressSpaceExhausted: _ = try SlidingView(over: bench.object(of: 9), capacity: .max)
    case .tooManyViews:
      let object = try bench.object(of: 9)
      var views: [Kept] = []
      views.reserveCapacity(70_000)
      while views.count < 70_000 { views.append(Kept(try object.view())) }
    case .faulted:
      let view = try bench.object(of: 9).view()
      try resize(bench.filePath, to: 0)
      if view.byte(0) != 0 { return }
      try view.unmap()
    case .fileTruncated:
      let view = try bench.object(of: 9).writableView()
      try resize(bench.filePath, to: 0)
      try view.flush(.durable)
    case .nameNotFound: _ = try bench.open(named: "n")
    case .nameKindCollision:
      let lock = try NamedLock(ObjectName("n"), system: bench.system)
      _ = try bench.open(named: "n")
      _ = try lock.acquire()
    case .emptyName: _ = try ObjectName("")
    case .nameWithBackslash: _ = try ObjectName("\\")
    case .nameTooLong: _ = try ObjectName(bytes: [UInt8](repeating: 65, count: (1 << 20) + 1))
    case .notRegular: try squat(.fifo)
    case .symbolicLink: try squat(.symbolicLink)
    case .foreignOwner: try squat(.foreignOwner)
    case .wrongPermissions: try squat(.wrongPermissions)
    case .hardLink: try squat(.hardLink)
    case .shortFile: try squat(.shortPayload)
    case .wrongMagic: try squat(.wrongMagic)
    case .unknownVersion: try squat(.unknownVersion)
    case .damagedHeader: try squat(.hugeSize)
    case .fileReplaced:
      let object = try MappingObject(
        file: bench.open(bench.file(9)), protection: .readWrite, name: ObjectName("n"))
      _ = unsafe unlink(object.path.string)
      _ = try bench.file(9)
      _ = try bench.open(named: "n")
    case .copyOnWriteNeedsFile: _ = try MappingObject(anonymousOf: 9, protection: .writeCopy)
    case .system: _ = try MappingObject(readingFrom: bench.filePath)
    }
  }
}

@Suite struct ReasonTests {
  /// One needs a process of its own, since it takes all that the process may have; one needs root.
  @Test(arguments: ReasonKind.allCases.filter { ![.tooManyViews, .foreignOwner].contains($0) })
  func isThrown(kind: ReasonKind) throws { try check(kind) }

  @Test(.disabled(if: isSanitized, "a sanitizer needs mappings, too"))
  func tooManyViewsIsThrown() async {
    await #expect(processExitsWith: .success) { try check(.tooManyViews) }
  }

  @Test(.enabled(if: geteuid() == 0, "only root can give files away"))
  func foreignOwnerIsThrown() throws { try check(.foreignOwner) }
}

private func check(_ kind: ReasonKind) throws {
  let bench = try Bench()
  let error = #expect(throws: MappingError.self) { try kind.provoke(bench) }
  guard let error else { return }
  #expect(ReasonKind(error.reason) == kind)
  #expect(
    error.description.replacing(bench.filePath.string, with: "FILE")
      == "\(error.path): \(kind.sentence)".replacing(bench.filePath.string, with: "FILE"))
}

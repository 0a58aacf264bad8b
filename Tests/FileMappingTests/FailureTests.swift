import FileMapping
import SystemPackage
import TestSupport
import Testing

/// Makes the k-th system call fail, for every k, in a walk over a file.
@Suite struct FailureTests {
  /// Opens, maps, slides, reads and asks; everything that calls the system.
  func walk(_ file: FilePath, _ system: SystemCalls) throws {
    let opened = try OpenedFile(file, system: system)
    let object = try MappingObject(file: opened)
    var view = try SlidingView(over: object, capacity: 65536)
    for offset in stride(from: 0 as UInt64, to: object.size.rawValue, by: 65536) {
      try view.move(to: FileOffset(offset))
      #expect(view.bytes.loadByte(at: 0) == 7)
    }
    let whole = try object.view(at: 0, length: 10)
    #expect(whole.bytes.loadByte(at: 9) == 7)
    var buffer = [UInt8](repeating: 0, count: 10)
    let came = try unsafe buffer.withUnsafeMutableBytes {
      try unsafe object.read(into: $0, at: 65536)
    }
    #expect(came == 10 && buffer == Array(repeating: 7, count: 10))
    _ = try object.currentStatus()
  }

  @Test(arguments: [Errno.noMemory, .ioError, .permissionDenied])
  func everyCallThatFailsIsNamedWithItsFile(error: Errno) throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file([UInt8](repeating: 7, count: 200_000))
    let quiet = FailurePlan(failing: nil, occurrence: .max, with: error)
    try walk(file, SystemCalls(failures: quiet))
    let callCount = quiet.callCount
    #expect(callCount >= 10)
    var named: Set<MappingError.Operation> = []
    for occurrence in 0..<callCount {
      let plan = FailurePlan(failing: nil, occurrence: occurrence, with: error)
      do {
        try walk(file, SystemCalls(failures: plan))
        // Only a refused munmap has nobody to tell: it happens when a value ends.
      } catch let failure as MappingError {
        named.insert(failure.operation)
        #expect(failure.path == file)
        switch failure.reason {
        case .system(let reported): #expect(reported == error)
        case .accessDenied: #expect(error == .permissionDenied)
        case .addressSpaceExhausted: #expect(error == .noMemory)
        default: Issue.record("call \(occurrence): \(failure)")
        }
      }
    }
    #expect(named == [.open, .fstat, .fstatfs, .fcntl, .mmap, .pread])
  }
}

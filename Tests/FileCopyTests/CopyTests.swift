import Checksums
import FileCopy
import FileMapping
import Foundation
import ScanEngine
import SystemPackage
import TestSupport
import Testing

/// Copies and publishes, as a client of the library does.
@discardableResult
func copy(
  _ source: FilePath, to destination: FilePath,
  options: PendingCopy.Options = PendingCopy.Options(),
  scan options2: Scan.Options = Scan.Options(), system: FileCopy.SystemCalls = .live,
  verifies: Bool = false
) throws -> UInt64 {
  let copy = try PendingCopy(from: source, to: destination, options: options, system: system)
  var scan = Scan(options: options2)
  let written = copy.add(to: &scan)
  let report = try scan.run(over: copy.source)
  guard report.outcome == .complete, let byteCount = report[written] else {
    throw CocoaError(.fileReadUnknown)
  }
  if verifies {
    var second = Scan(options: options2)
    let comparison = try copy.addComparison(to: &second)
    let found = try second.run(over: copy.source)[comparison]
    #expect(found == .some(nil))
  }
  try copy.publish()
  return byteCount
}

func bytes(of file: FilePath) throws -> [UInt8] {
  [UInt8](try Data(contentsOf: URL(fileURLWithPath: file.string)))
}

func names(in directory: FilePath) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: directory.string).sorted()
}

/// How many blocks of 512 bytes a file has.
func blockCount(of file: FilePath) throws -> Int {
  var status = stat()
  guard unsafe stat(file.string, &status) == 0 else { throw Errno(rawValue: errno) }
  return Int(status.st_blocks)
}

/// What this process has open below a directory: the links under `/proc` and what they name.
func openFiles(in directory: FilePath) -> [(link: String, name: String)] {
  let numbers = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
  return numbers.map { "/proc/self/fd/\($0)" }.compactMap { link in
    guard let name = try? FileManager.default.destinationOfSymbolicLink(atPath: link),
      name.hasPrefix(directory.string)
    else { return nil }
    return (link, name)
  }
}

@Suite struct CopyTests {
  struct Shape: Sendable, CustomTestStringConvertible {
    var way: PendingCopy.Way
    var jobs: Int
    var window: Int
    var maps: Bool
    var testDescription: String { "\(way), \(jobs) jobs, window \(window), maps \(maps)" }

    var copyOptions: PendingCopy.Options {
      var options = PendingCopy.Options()
      options.way = way
      options.opening.way = maps ? .automatic : .reading
      return options
    }
    var scanOptions: Scan.Options {
      var options = Scan.Options()
      (options.jobs, options.windowByteCount, options.tileByteCount) = (jobs, window, 70_000)
      return options
    }
  }

  static let shapes = PendingCopy.Way.allCases.flatMap { way in
    [1, 2, 5].flatMap { jobs in
      [65_536, 100_001, 2 << 20].flatMap { window in
        [true, false].map { Shape(way: way, jobs: jobs, window: window, maps: $0) }
      }
    }
  }

  @Test(arguments: shapes) func everyWayGivesTheSameBytesAndTheSameHoles(_ shape: Shape) throws {
    let directory = try TemporaryDirectory()
    let pieces: [(offset: UInt64, bytes: [UInt8])] = [
      (0, randomBytes(5000, seed: 1)), (300_000, randomBytes(200_003, seed: 2)),
      (4_190_000, randomBytes(20_000, seed: 3)),
    ]
    let source = try directory.sparseFile(byteCount: 5_000_001, pieces)
    let destination = directory.path.appending("copy")
    let written = try copy(
      source, to: destination, options: shape.copyOptions, scan: shape.scanOptions, verifies: true)
    #expect(try bytes(of: destination) == bytes(of: source))
    #expect(try blockCount(of: destination) == blockCount(of: source))
    #expect(written < 300_000)
  }

  @Test(arguments: shapes) func aPartIsCopiedWithItsHoles(_ shape: Shape) throws {
    let directory = try TemporaryDirectory()
    let pieces: [(offset: UInt64, bytes: [UInt8])] = [
      (300_000, randomBytes(200_003, seed: 2)), (4_190_000, randomBytes(20_000, seed: 3)),
    ]
    let source = try directory.sparseFile(byteCount: 5_000_001, pieces)
    let destination = directory.path.appending("copy")
    let whole = try bytes(of: source)
    for range in [1..<5_000_001, 333_333..<333_334, 400_001..<4_195_000, 65_536..<4_194_304] {
      var options = shape.copyOptions
      options.opening.beginning = .offset(UInt64(range.lowerBound))
      options.opening.byteLimit = UInt64(range.count)
      let written = try copy(
        source, to: destination, options: options, scan: shape.scanOptions, verifies: true)
      #expect(try bytes(of: destination) == Array(whole[range]), "\(range)")
      #expect(written < 300_000)
      #expect(try blockCount(of: destination) * 512 < 350_000)
    }
  }

  @Test func aDifferenceIsToldByItsPlaceInTheSource() throws {
    let directory = try TemporaryDirectory()
    let source = try directory.file(randomBytes(400_000, seed: 9), named: "source")
    var options = PendingCopy.Options()
    options.opening.beginning = .offset(100_001)
    let copy = try PendingCopy(
      from: source, to: directory.path.appending("copy"), options: options)
    var scan = Scan()
    copy.add(to: &scan)
    _ = try scan.run(over: copy.source)
    let file = try #require(openFiles(in: directory.path).first { $0.name.contains("deleted") })
    let descriptor = try FileDescriptor.open(FilePath(file.link), .readWrite)
    try descriptor.closeAfter {
      let old = try bytes(of: source)[100_001 + 200_000]
      _ = try descriptor.writeAll(toAbsoluteOffset: 200_000, [~old])
    }
    var second = Scan()
    let comparison = try copy.addComparison(to: &second)
    #expect(try second.run(over: copy.source)[comparison] == .some(300_001))
  }

  @Test(arguments: [0, 1, 4095, 4096, 65_535, 65_536, 65_537, 2_097_153, 6_000_000])
  func everySizeIsCopied(byteCount: Int) throws {
    let directory = try TemporaryDirectory()
    let source = try directory.file(randomBytes(byteCount, seed: 5))
    for shape in CopyTests.shapes where shape.jobs == 2 && shape.window == 65_536 {
      let destination = directory.path.appending("copy")
      let written = try copy(
        source, to: destination, options: shape.copyOptions, scan: shape.scanOptions,
        verifies: true)
      #expect(try bytes(of: destination) == bytes(of: source))
      #expect(written == UInt64(byteCount))
    }
  }

  @Test func aFileOfHolesAloneStaysOne() throws {
    let directory = try TemporaryDirectory()
    let source = try directory.sparseFile(byteCount: 1 << 40)
    let destination = directory.path.appending("copy")
    #expect(try copy(source, to: destination, verifies: true) == 0)
    #expect(try blockCount(of: destination) == 0)
    #expect(try MappingObject(readingFrom: destination).size == FileOffset(1 << 40))
  }

  @Test func ridersSeeEverythingAndHolesStay() throws {
    let directory = try TemporaryDirectory()
    let source = try directory.sparseFile(
      byteCount: 40_000_000, [(20_000_000, randomBytes(70_000, seed: 7))])
    let copy = try PendingCopy(from: source, to: directory.path.appending("copy"))
    var scan = Scan()
    scan.options.jobs = 2
    copy.add(to: &scan)
    let digest = scan.add(ChecksumAlgorithm.sha256.makeAnalyzer(), label: "sha256")
    let report = try scan.run(over: copy.source)
    try copy.publish()
    var alone = Scan()
    let expected = alone.add(ChecksumAlgorithm.sha256.makeAnalyzer(), label: "sha256")
    let aloneReport = try alone.run(over: Source(source))
    #expect(report[digest]?.hex == aloneReport[expected]?.hex)
    #expect(try blockCount(of: directory.path.appending("copy")) == blockCount(of: source))
  }

  @Test func nothingIsThereUntilItIsPublished() throws {
    let directory = try TemporaryDirectory()
    let source = try directory.file(randomBytes(100_000, seed: 1), named: "source")
    do {
      let copy = try PendingCopy(from: source, to: directory.path.appending("copy"))
      var scan = Scan()
      copy.add(to: &scan)
      _ = try scan.run(over: copy.source)
      #expect(try names(in: directory.path) == ["source"])
    }
    #expect(try names(in: directory.path) == ["source"])
  }

  @Test func whatWasGivenUpIsNotPublished() throws {
    let directory = try TemporaryDirectory()
    let source = try directory.file([1, 2, 3], named: "source")
    let copy = try PendingCopy(from: source, to: directory.path.appending("copy"))
    copy.discard()
    let error = #expect(throws: CopyError.self) { try copy.publish() }
    #expect(error?.reason == .system(.canceled))
    #expect(!copy.isPublished)
    #expect(try names(in: directory.path) == ["source"])
  }

  @Test func aNameThatIsTakenMeanwhileIsLeftAlone() throws {
    let directory = try TemporaryDirectory()
    let source = try directory.file([1, 2, 3], named: "source")
    let destination = directory.path.appending("copy")
    let copy = try PendingCopy(from: source, to: destination)
    _ = try directory.file([9], named: "copy")
    let error = #expect(throws: CopyError.self) { try copy.publish() }
    #expect(error?.reason == .appeared)
    #expect(try bytes(of: destination) == [9])
  }
}

@Suite struct ComparisonTests {
  /// The file without a name that a copy in `directory` is written to, for a saboteur.
  static func openCopy(in directory: FilePath) throws -> FileDescriptor {
    let unnamed = try #require(openFiles(in: directory).first { $0.name.hasSuffix("(deleted)") })
    return try .open(FilePath(unnamed.link), .readWrite)
  }

  @Test(arguments: [0, 4095, 2_000_000, 2_999_999, 3_500_000, 9_999_999])
  func oneWrongByteIsFound(offset: Int64) throws {
    let directory = try TemporaryDirectory()
    // From 3,000,000 on there is a hole.
    let source = try directory.sparseFile(
      byteCount: 10_000_000, [(0, randomBytes(3_000_000, seed: 4, alphabet: [1, 2, 3]))])
    let copy = try PendingCopy(from: source, to: directory.path.appending("copy"))
    var scan = Scan()
    scan.options.windowByteCount = 1 << 20
    copy.add(to: &scan)
    _ = try scan.run(over: copy.source)
    let file = try ComparisonTests.openCopy(in: directory.path)
    try file.closeAfter { _ = try file.writeAll(toAbsoluteOffset: offset, [77]) }
    for jobs in [1, 3] {
      var second = Scan(options: scan.options)
      second.options.jobs = jobs
      let comparison = try copy.addComparison(to: &second)
      let report = try second.run(over: copy.source)
      #expect(report[comparison] == .some(UInt64(offset)))
    }
  }

  @Test(.enabled(if: FileManager.default.isReadableFile(atPath: "/proc/version")))
  func whatClaimsNoSizeIsCopied() throws {
    let directory = try TemporaryDirectory()
    let destination = directory.path.appending("copy")
    #expect(try copy("/proc/version", to: destination) > 0)
    #expect(try bytes(of: destination) == bytes(of: "/proc/version"))
  }
}

/// Makes system calls fail: no leftover, the destination what it was, and an error that names call and
/// file.
@Suite struct FailureTests {
  /// Copies over a file that exists or not, with every call there is.
  func walk(
    _ directory: FilePath, way: PendingCopy.Way, replaces: Bool, _ system: FileCopy.SystemCalls
  ) throws {
    var options = PendingCopy.Options()
    (options.way, options.preserves, options.isDurable) = (way, true, true)
    try copy(
      directory.appending("source"), to: directory.appending(replaces ? "old" : "new"),
      options: options, system: system, verifies: true)
  }

  @Test(arguments: PendingCopy.Way.allCases, [true, false])
  func aCallThatFailsLeavesNothing(way: PendingCopy.Way, replaces: Bool) throws {
    let content = randomBytes(300_000, seed: 8)
    // The first number is that of the call that makes a file without a name; where that fails, a
    // hidden name is used.
    for withoutUnnamed in [false, true] {
      let base: [Int: Errno] = withoutUnnamed ? [replaces ? 5 : 4: .notSupportedOnSocket] : [:]
      var occurrence = 0
      var named: Set<CopyError.Operation> = []
      while true {
        let directory = try TemporaryDirectory()
        _ = try directory.file(content, named: "source")
        if replaces { _ = try directory.file([1, 2, 3], named: "old") }
        var lastFailure = "none"
        let system = FileCopy.SystemCalls(
          failing: base.merging([occurrence: .ioError]) { $1 })
        let path = directory.path
        let destination = path.appending(replaces ? "old" : "new")
        do {
          try walk(path, way: way, replaces: replaces, system)
          // What has another way, or is only advice.
          #expect(try bytes(of: destination) == content)
        } catch {
          let failure: String
          switch error {
          case let error as CopyError:
            named.insert(error.operation)
            #expect(error.reason == .system(.ioError), "call \(occurrence): \(error)")
            failure = error.description
          case ScanError.analysis(_, let error): failure = error.description
          default: throw error
          }
          lastFailure = failure
          #expect(failure.contains(path.string), "call \(occurrence): \(failure)")
          if !failure.contains("fsync") {
            #expect(
              try replaces ? bytes(of: destination) == [1, 2, 3] : !names(in: path).contains("new"))
          }
        }
        #expect(
          try names(in: path).allSatisfy { ["source", "old", "new"].contains($0) },
          "call \(occurrence)")
        // Lanes end on threads of their own.
        for _ in 0..<50 where !openFiles(in: path).isEmpty { usleep(1000) }
        #expect(openFiles(in: path).isEmpty, "call \(occurrence) \(lastFailure)")
        if occurrence >= system.callCount { break }
        occurrence += 1
      }
      #expect(named.isSuperset(of: [.fstat, .ftruncate, .fallocate, .fchmod, .futimens, .fsync]))
      #expect(occurrence > 15)
    }
  }
}

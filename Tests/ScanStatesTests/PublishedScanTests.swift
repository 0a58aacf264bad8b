import FileMapping
import ScanStates
import SystemPackage
import TestSupport
import Testing

@Suite struct PublishedScanTests {
  static func state(pid: Int32 = 4711, start: UInt64 = 1, bytesDone: UInt64 = 0) -> ScanState {
    ScanState(
      pid: pid, start: start, command: .scan, file: ClippedText(endOf: Array("log".utf8)),
      bytesDone: bytesDone)
  }

  @Test func whatIsPublishedIsSeen() throws {
    let directory = try TemporaryDirectory()
    let system = SystemCalls(failures: nil, namesIn: directory.path)
    var publication = try StatePublication(pid: 4711, system: system)
    var scan = try PublishedScan(pid: 4711, system: system)
    #expect(scan.look() == .running(nil))
    for bytesDone in [0, 5, 9] as [UInt64] {
      let state = PublishedScanTests.state(bytesDone: bytesDone)
      publication.publish(state)
      #expect(scan.look() == .running(state))
      #expect(try PublishedScan.all(system: system) == [state])
    }
  }

  @Test func theLastWordIsSeenAfterTheNameIsGone() throws {
    let directory = try TemporaryDirectory()
    let system = SystemCalls(failures: nil, namesIn: directory.path)
    var last = PublishedScanTests.state()
    last.ending = .truncated
    func publish() throws -> PublishedScan {
      var publication = try StatePublication(pid: 4711, system: system)
      publication.publish(PublishedScanTests.state())
      let scan = try PublishedScan(pid: 4711, system: system)
      publication.publish(last)
      return scan
    }
    var scan = try publish()
    #expect(scan.look() == .ended(last))
    #expect(try PublishedScan.all(system: system) == [])
    #expect(try ObjectName.existing(system: system) == [])
  }

  @Test func whatEndsWithoutALastWordIsLost() throws {
    let directory = try TemporaryDirectory()
    let system = SystemCalls(failures: nil, namesIn: directory.path)
    func publish() throws -> PublishedScan {
      var publication = try StatePublication(pid: 4711, system: system)
      publication.publish(PublishedScanTests.state())
      var scan = try PublishedScan(pid: 4711, system: system)
      #expect(scan.look() == .running(PublishedScanTests.state()))
      return scan
    }
    var scan = try publish()
    #expect(scan.look() == .lost(PublishedScanTests.state()))
    let error = #expect(throws: MappingError.self) {
      _ = try PublishedScan(pid: 4711, system: system)
    }
    #expect(error?.reason == .nameNotFound)
  }

  @Test func anotherProcessOfTheSameNumberIsAnotherScan() throws {
    let directory = try TemporaryDirectory()
    let system = SystemCalls(failures: nil, namesIn: directory.path)
    func publish() throws -> PublishedScan {
      var publication = try StatePublication(pid: 4711, system: system)
      publication.publish(PublishedScanTests.state(start: 1))
      var scan = try PublishedScan(pid: 4711, system: system)
      _ = scan.look()
      return scan
    }
    var scan = try publish()
    var publication = try StatePublication(pid: 4711, system: system)
    publication.publish(PublishedScanTests.state(start: 2))
    #expect(scan.look() == .lost(PublishedScanTests.state(start: 1)))
  }

  @Test func onlyScansAreListed() throws {
    let directory = try TemporaryDirectory()
    let system = SystemCalls(failures: nil, namesIn: directory.path)
    // Other names, other kinds, other sizes, other contents; and a scan that says it is another one.
    let strangers = try ["scan", "scan-", "scan-07", "scan-x", "scan-99999999999", "other-5"].map {
      try MappingObject(anonymousOf: 65536, name: ObjectName($0), system: system)
    }
    let small = try MappingObject(anonymousOf: 1, name: ObjectName("scan-5"), system: system)
    let empty = try MappingObject(anonymousOf: 65536, name: ObjectName("scan-6"), system: system)
    let lock = try NamedLock(ObjectName("scan-8"), system: system)
    var publication = try StatePublication(pid: 9, system: system)
    publication.publish(PublishedScanTests.state(pid: 10))
    #expect(try PublishedScan.all(system: system) == [PublishedScanTests.state(pid: 9)])
    let error = #expect(throws: MappingError.self) {
      _ = try StatePublication(pid: 5, system: system)
    }
    #expect(error?.reason == .accessDenied)
    withExtendedLifetime((strangers, small, empty)) {}
    #expect(lock.disposition == .created)
  }
}

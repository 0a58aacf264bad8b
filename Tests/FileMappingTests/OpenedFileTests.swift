import FileMapping
import Foundation
import SystemPackage
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Files that are read, not mapped.
@Suite struct OpenedFileTests {
  /// Reads to the end, so many bytes at a time at most.
  private func bytes(of file: borrowing OpenedFile, _ step: Int = 1000) throws -> [UInt8] {
    var all: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: step)
    while true {
      let came = try unsafe buffer.withUnsafeMutableBytes { try unsafe file.read(into: $0) }
      guard came > 0 else { return all }
      all += buffer[..<came]
    }
  }

  @Test func aPipeGivesAllItsBytes() throws {
    let directory = try TemporaryDirectory()
    let written = randomBytes(300_000, seed: 1)
    try withPipe(written, in: directory) { path in
      let file = try OpenedFile(path)
      let (kind, isRemote) = (file.status.kind, file.isRemote)
      #expect(kind == .fifo && !isRemote)
      let came = try bytes(of: file)
      #expect(came == written)
    }
  }

  @Test func aPipeSaysWhetherAReadWouldWait() throws {
    let (reader, writer) = try FileDescriptor.pipe()
    defer { try? reader.close() }
    let file = try OpenedFile(duplicating: reader, as: "pipe")
    let before = try file.hasBytes(within: 1)
    try writer.writeAll("abc".utf8)
    var buffer = [UInt8](repeating: 0, count: 9)
    let between = try file.hasBytes(within: 20_000)
    let came = try unsafe buffer.withUnsafeMutableBytes { try unsafe file.readNow(into: $0) }
    let after = try file.hasBytes(within: 1)
    try writer.close()
    let atEnd = try file.hasBytes(within: 20_000)
    #expect([before, between, after, atEnd] == [false, true, false, true])
    #expect(buffer.prefix(came).elementsEqual("abc".utf8))
  }

  @Test func aPipeThatDoesNotBlockIsWaitedFor() throws {
    let (reader, writer) = try FileDescriptor.pipe()
    defer { try? reader.close() }
    #expect(fcntl(reader.rawValue, F_SETFL, O_NONBLOCK) == 0)
    let file = try OpenedFile(duplicating: reader, as: "pipe")
    Thread.detachNewThread {
      usleep(50_000)
      try? writer.closeAfter { _ = try writer.writeAll("abc".utf8) }
    }
    var buffer = [UInt8](repeating: 0, count: 9)
    let came = try unsafe buffer.withUnsafeMutableBytes { try unsafe file.readNow(into: $0) }
    #expect(buffer.prefix(came).elementsEqual("abc".utf8))
  }

  @Test func aFileIsReadFromWhereItsReaderStands() throws {
    let bench = try Bench()
    let path = try bench.file(3000)
    let descriptor = try FileDescriptor.open(path, .readOnly)
    try descriptor.closeAfter {
      try descriptor.seek(offset: 1200, from: .start)
      let file = try OpenedFile(duplicating: descriptor, as: path)
      let (before, rest, after) = try (file.position(), bytes(of: file), file.position())
      #expect(before == 1200 && rest.count == 1800 && after == 3000)
    }
  }

  @Test func aPathThatNamesAnotherFileNowIsNoticed() throws {
    let bench = try Bench()
    let file = try bench.open(bench.file(10))
    let status = try FileStatus(of: bench.filePath)
    let inode = file.status.inode
    #expect(status.inode == inode && status.size == 10)
    var isNamed = [file.isStillNamed()]
    for command in ["mv file other", "echo >file", "mv other file"] {
      #expect(try Program.shell(command, in: bench.directory.path.string).status == 0)
      isNamed.append(file.isStillNamed())
    }
    #expect(isNamed == [true, false, false, true])
    let system = SystemCalls(failures: FailurePlan(missing: [.stat]))
    let blind = try OpenedFile(bench.filePath, system: system)
    // Nobody knows.
    let isBlindlyNamed = blind.isStillNamed()
    #expect(isBlindlyNamed)
    #expect(reason { try FileStatus(of: "/none") } == .system(.noSuchFileOrDirectory))
  }

  #if os(Linux)
    /// As most file systems did before Linux 6.13, this one takes times from a clock that stands still for milliseconds.
    @Test(.enabled(if: canMount, "nothing can be mounted here"))
    func whatIsWrittenOnceAFileIsSettledShowsInItsStatus() async {
      await #expect(processExitsWith: .success) {
        let bench = try Bench()
        try #require(mountHere("ramfs", on: bench.directory.path))
        for _ in 1...50 {
          var file = try bench.open(bench.file(9))
          try file.settle()
          let before = file.status
          _ = try bench.file(9)
          let after = try file.currentStatus()
          #expect(after.changed != before.changed && after.size == before.size)
        }
      }
    }
  #endif

  @Test func whatCannotBeReadEndsAtItsFirstByte() throws {
    let bench = try Bench()
    let system = SystemCalls(failures: FailurePlan(unreadable: [5000..<6000]))
    let object = try MappingObject(file: OpenedFile(bench.file(9000), system: system))
    var buffer = [UInt8](repeating: 0, count: 9000)
    let (came, error) = unsafe buffer.withUnsafeMutableBytes {
      unsafe object.readPart(into: $0, at: 0)
    }
    #expect(came == 5000 && error?.reason == .system(.ioError) && error?.operation == .pread)
    #expect(
      reason {
        try unsafe buffer.withUnsafeMutableBytes { try unsafe object.read(into: $0, at: 5999) }
      }
        == .system(.ioError))
    let rest = try unsafe buffer.withUnsafeMutableBytes {
      try unsafe object.read(into: $0, at: 6000)
    }
    #expect(rest == 3000)
  }

  @Test func standardInputStaysOpen() throws {
    for _ in 1...2 {
      let file = try OpenedFile.standardInput(as: "input")
      let path = file.path
      #expect(path == "input")
    }
  }
}

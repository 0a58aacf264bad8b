import FileMapping
import SystemPackage
import TestSupport
import Testing

/// What is larger than 32 bits can count, and what is larger than there is room for.
@Suite struct LargeObjectTests {
  static let size = FileOffset(high: 1, low: 0x4000_0000)
  static let place = FileOffset(high: 1, low: 0x1_0000)

  @Test(arguments: [false, true])
  func anotherProcessReadsWhatIsWrittenBehindFourGibibytes(isFile: Bool) throws {
    let bench = try Bench()
    let name = try ObjectName("large")
    let object =
      if isFile {
        try MappingObject(
          file: bench.open(bench.file(10)), protection: .readWrite, size: LargeObjectTests.size,
          allocation: .onDemand, name: name)
      } else {
        try MappingObject(
          anonymousOf: LargeObjectTests.size, allocation: .onDemand, name: name,
          system: bench.system)
      }
    #expect(object.size == 5_368_709_120)
    var view = try object.writableView(at: LargeObjectTests.place, length: 65536)
    for (index, byte) in "behind".utf8.enumerated() { view.put(byte, at: 100 + index) }
    try view.flush(.durable)
    let peer = try bench.peer()
    #expect(try peer.ask("open large readWrite") == "opened 5368709120")
    #expect(try peer.ask("read \(LargeObjectTests.place.rawValue + 100) 6") == "read behind")
    #expect(try peer.ask("write \(LargeObjectTests.place.rawValue + 100) answer") == "written")
    let answer = (0..<6).map { view.byte(100 + $0) }
    #expect(answer == Array("answer".utf8))
    let low = try object.view(at: 65536, length: 65536).byte(100)
    #expect(low == 0)
    if isFile {
      #expect(try peer.ask("map-file \(object.path)") == "opened 5368709120")
      #expect(try peer.ask("read \(LargeObjectTests.place.rawValue + 100) 6") == "read answer")
    }
    let taken = extent(of: isFile ? object.path : bench.nameFile("large"))
    #expect(taken.size >= 5_368_709_120 && taken.allocated < 1 << 20)
  }

  @Test func growingAtCreationSetsStorageAside() throws {
    let bench = try Bench()
    let object = try bench.object(of: 10, size: 67_108_864)
    let taken = extent(of: object.path)
    #expect(taken.size == 67_108_864 && taken.allocated >= 67_108_864)
  }

  @Test func aFileLargerThanTheLimitIsRefusedAndLeftAsItWas() throws {
    let bench = try Bench()
    // In units of 1024 bytes.
    try checkRefusal(
      bench, bench.peer(after: "ulimit -f 1000\nhead -c 10000 /dev/zero >\(bench.filePath)"),
      .fileTooLarge)
  }

  @Test(.enabled(if: canMount, "a small file system cannot be mounted"))
  func aFullDeviceIsReportedAndTheFileLeftAsItWas() throws {
    let bench = try Bench()
    try checkRefusal(
      bench,
      bench.peer(
        startedBy: ["unshare", "--mount"],
        after: """
          mount -t tmpfs -o size=1m,mode=0700 none \(bench.directory.path)
          head -c 10000 /dev/zero >\(bench.filePath)
          """),
      .noSpace)
  }

  /// - Parameter peer: Has room for half of what it is asked for at first.
  func checkRefusal(_ bench: Bench, _ peer: Peer, _ error: Errno) throws {
    let refused = "error \(MappingError.Reason.system(error))"
    let before = try peer.ask("extent \(bench.filePath)")
    #expect(before.hasPrefix("extent 10000 "))
    for command in [
      "create-file - \(bench.filePath) 2000000", "create-file n \(bench.filePath) 2000000",
      "create-filled n 2000000",
    ] {
      #expect(try peer.ask(command) == refused, "\(command)")
      #expect(try peer.ask("extent \(bench.filePath)") == before, "\(command)")
      #expect(try peer.ask("list") == "names ", "\(command)")
      // Not even a dead one.
      #expect(
        try peer.ask("extent \(bench.nameFile("n"))")
          == "error \(Errno.noSuchFileOrDirectory.rawValue)")
    }
    #expect(try peer.ask("create-file n \(bench.filePath) 500000") == "created 500000")
    #expect(try peer.ask("extent \(bench.filePath)").hasPrefix("extent 500000 "))
  }
}

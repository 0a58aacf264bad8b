import FileMapping
import SystemPackage
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Names that somebody else has taken, by accident or not. Another process asks for them, so that one
/// that hangs can be told.
@Suite struct SquatterTests {
  @Test(arguments: Squatter.allCases.filter { !$0.needsRoot }) func isRefusedAndLeft(
    squatter: Squatter
  ) throws { try check(squatter) }

  @Test(
    .enabled(if: geteuid() == 0, "only root can make devices and give files away"),
    arguments: Squatter.allCases.filter(\.needsRoot))
  func isRefusedAndLeftIfRootMadeIt(squatter: Squatter) throws { try check(squatter) }

  func check(_ squatter: Squatter) throws {
    let bench = try Bench()
    try squatter.squat(on: "n", bench)
    let file = try bench.file(100)
    let before = try fingerprint(of: bench.nameFile("n"))
    let peer = try bench.peer()
    for command in [
      "create n 100", "create-file n \(file)", "open n read", "open n readWrite", "make-lock n",
      "open-lock n",
    ] {
      #expect(
        try peer.ask(command) == "error \(MappingError.Reason.nameRefused(squatter.refusal))",
        "\(command)")
    }
    let names = try peer.ask("list")
    #expect(names == "names ")
    #expect(try fingerprint(of: bench.nameFile("n")) == before)
  }

  @Test(arguments: ["link", "file", "mode"])
  func aDirectoryThatIsNoneIsRefusedAndLeft(kind: String) throws { try checkDirectory(kind) }

  @Test(.enabled(if: geteuid() == 0, "only root can give directories away"))
  func aDirectoryOfAnotherUserIsRefusedAndLeft() throws { try checkDirectory("owner") }

  func checkDirectory(_ kind: String) throws {
    let bench = try Bench()
    let path = bench.directory.path.appending("mmscan")
    let elsewhere = bench.directory.path.appending("elsewhere").string
    let refusal: MappingError.NameRefusal
    var status = unsafe mkdir(elsewhere, 0o700)
    switch kind {
    case "link":
      status += unsafe symlink(elsewhere, path.string)
      refusal = .symbolicLink
    case "file":
      _ = try bench.file(5, named: "mmscan")
      refusal = .notRegular(.regular)
    case "mode":
      status += unsafe mkdir(path.string, 0o700)
      status += unsafe chmod(path.string, 0o755)
      refusal = .wrongPermissions(0o755)
    default:
      status += unsafe mkdir(path.string, 0o700)
      status += unsafe chown(path.string, 1, 1)
      refusal = .foreignOwner(1)
    }
    #expect(status == 0)
    let before = try fingerprint(of: path)
    let peer = try bench.peer()
    for command in ["create n 100", "open n read", "make-lock n", "open-lock n", "list"] {
      #expect(
        try peer.ask(command) == "error \(MappingError.Reason.nameRefused(refusal))", "\(command)")
    }
    #expect(try fingerprint(of: path) == before)
    #expect(bench.nameFiles.isEmpty)
  }

  /// Either it is refused and left, or the header is a good one by chance: then what it says of a file
  /// of this size is true.
  @Test(arguments: [false, true]) func randomHeadersDoNoHarm(isHeld: Bool) throws {
    let bench = try Bench(inMemory: true)
    let path = bench.nameFile("n")
    try bench.deadName("n")
    let valid = try contents(of: path)
    var generator = SeededGenerator(seed: isHeld ? 1 : 2)
    var refusedCount = 0
    for round in 0..<1500 {
      var header = Array(valid.prefix(57))
      if round % 10 == 0 {
        header = randomBytes(57, seed: UInt64(round))
      } else {
        for _ in 0...Int.random(in: 0...3, using: &generator) {
          header[Int.random(in: 0..<57, using: &generator)] = .random(
            in: 0...255, using: &generator)
        }
      }
      let file = try FileDescriptor.open(
        path, .readWrite, options: [.create, .truncate], permissions: .ownerReadWrite)
      try file.writeAll(header)
      try file.resize(to: Int64(valid.count))
      if isHeld { #expect(flock(file.rawValue, LOCK_SH) == 0) }
      let refused = reason {
        let object = try bench.open(named: "n")
        let view = try object.view()
        let (count, byte) = (view.byteCount, view.byte(view.byteCount - 1))
        #expect(object.size == 100 && count == 100 && byte == 0)
      }
      switch refused {
      case .nameRefused:
        refusedCount += 1
        #expect(try contents(of: path).prefix(57) == header[...], "round \(round)")
      case .nameNotFound: #expect(!isHeld && bench.nameFiles == [], "round \(round)")
      // A lock, or a file that is not there: only for whom it is held.
      case nil, .nameKindCollision, .system(.noSuchFileOrDirectory):
        #expect(isHeld, "round \(round)")
      default: Issue.record("round \(round): \(refused as Any)")
      }
      try file.close()
    }
    #expect(refusedCount > 1000)
  }
}

import FileMapping
import SystemPackage
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Names where those of a user live, in processes of their own: where that is stands in the environment.
@Suite struct UserNameTests {
  @Test func liveInTheDirectoryThatTheSystemHasForTheUser() async {
    await #expect(processExitsWith: .success) {
      let directory = try TemporaryDirectory()
      #expect(unsafe setenv("XDG_RUNTIME_DIR", directory.path.string, 1) == 0)
      try share(placedIn: directory.path.appending("mmscan").string)
    }
  }

  @Test(arguments: [0o777, 0o750])
  func doNotLiveWhereOthersMayGo(mode: Int32) async {
    await #expect(processExitsWith: .success) { [mode] in
      let directory = try TemporaryDirectory()
      #expect(unsafe chmod(directory.path.string, mode_t(mode)) == 0)
      #expect(unsafe setenv("XDG_RUNTIME_DIR", directory.path.string, 1) == 0)
      try share(placedIn: "/dev/shm/mmscan-\(geteuid())")
    }
  }

  @Test func liveInSharedMemoryWithoutOne() async {
    await #expect(processExitsWith: .success) {
      #expect(unsafe unsetenv("XDG_RUNTIME_DIR") == 0)
      try share(placedIn: "/dev/shm/mmscan-\(geteuid())")
    }
  }
}

/// Makes an object and a lock whose names nobody else has, and finds them again.
private func share(placedIn directory: String) throws {
  let (objectName, lockName) = (try ObjectName("o\(getpid())"), try ObjectName("l\(getpid())"))
  let object = try MappingObject(anonymousOf: 100_000, name: objectName)
  #expect(unsafe access("\(directory)/o\(getpid())", F_OK) == 0)
  #expect(try MappingObject.open(named: objectName).size == object.size)
  let lock = try NamedLock(lockName)
  let disposition = try NamedLock.open(lockName).disposition
  #expect(lock.disposition == .created && disposition == .openedExisting)
  #expect(try Set([objectName, lockName]).isSubset(of: ObjectName.existing()))
}

import FileMapping
import Synchronization
import SystemPackage
import TestSupport
import Testing

extension MappingCase {
  /// F: names.
  static let nameCases: [MappingCase] = [
    MappingCase("F01", "made, opened by name, written", windows: "shared", here: "shared") {
      bench in
      let made = try bench.named("n")
      #expect(made.disposition == .created && made.name?.bytes == Array("n".utf8))
      let opened = try bench.open(named: "n", .readWrite)
      #expect(opened.disposition == .openedExisting && opened.size == 65536)
      var view = try opened.writableView()
      view.put(1, at: 65535)
      let other = try made.view()
      let byte = other.byte(65535)
      #expect(byte == 1)
    },
    MappingCase(
      "F02", "made again under its name, larger", windows: "183, the old size",
      here: "`.openedExisting`, the old size"
    ) { bench in
      let made = try bench.named("n", 8192)
      let again = try bench.named("n", 100_000)
      #expect(again.disposition == .openedExisting && again.size == 8192 && made.size == 8192)
    },
    MappingCase(
      "F04", "made again under its name, with size 0", windows: "87", here: "`.sizeRequired`"
    ) { bench in
      let made = try bench.named("n")
      #expect(reason { try bench.named("n", 0) } == .sizeRequired)
      #expect(made.size == 65536)
    },
    MappingCase(
      "F05", "made of a file under the name of memory", windows: "183, the memory",
      here: "`.openedExisting`, the memory: the file is not in it, and is left alone"
    ) { bench in
      let made = try bench.named("n", 100)
      let file = try bench.file(100)
      let again = try MappingObject(
        file: bench.open(file), protection: .readWrite, size: 200_000, name: ObjectName("n"))
      let view = try again.view()
      let byte = view.byte(0)
      #expect(again.disposition == .openedExisting && byte == 0 && again.size == made.size)
      #expect(extent(of: file).size == 100)
    },
    MappingCase(
      "F07", "the name after its object could not be made", windows: "2", here: "`.nameNotFound`"
    ) { bench in
      let file = try bench.file(0)
      #expect(
        reason { try MappingObject(file: bench.open(file), name: ObjectName("n")) } == .emptyFile)
      #expect(reason { try bench.open(named: "n") } == .nameNotFound)
      #expect(bench.nameFiles == [])
    },
    MappingCase("F08", "a name that nobody has", windows: "2", here: "`.nameNotFound`") { bench in
      #expect(reason { try bench.open(named: "n") } == .nameNotFound)
      #expect(reason { try NamedLock.open(ObjectName("n"), system: bench.system) } == .nameNotFound)
      // Nor does asking make the directory.
      #expect(extent(of: bench.directory.path.appending("mmscan")).size == -1)
    },
    MappingCase(
      "F10", "a lock and an object of one name", windows: "6", here: "`.nameKindCollision`"
    ) { bench in
      let lock = try NamedLock(ObjectName("lock"), system: bench.system)
      #expect(reason { try bench.open(named: "lock") } == .nameKindCollision)
      #expect(reason { try bench.named("lock") } == .nameKindCollision)
      let object = try bench.named("object")
      #expect(
        reason { try NamedLock(ObjectName("object"), system: bench.system) } == .nameKindCollision)
      #expect(
        reason { try NamedLock.open(ObjectName("object"), system: bench.system) }
          == .nameKindCollision)
      // Both live on.
      let held = try lock.tryAcquire()
      let isHeld = held != nil
      #expect(try isHeld && bench.open(named: "object").size == object.size)
    },
    MappingCase(
      "F11", "`X` and `Local\\X`", windows: "the same object", here: "the same object"
    ) { bench in
      let made = try bench.named("Local\\X")
      #expect(try made.name == ObjectName("X"))
      #expect(try bench.named("X").disposition == .openedExisting)
      #expect(try ObjectName("Global\\X") != ObjectName("X"))
    },
    MappingCase(
      "F13", "a backslash elsewhere than in the prefix", windows: "3 or 123",
      here: "`.invalidName(.backslash)`"
    ) { _ in
      for name in ["foo\\bar", "Local\\foo\\bar", "\\foo", "foo\\", "Local\\Global\\foo", "\\"] {
        #expect(reason { try ObjectName(name) } == .invalidName(.backslash), "\(name)")
      }
    },
    MappingCase(
      "F14", "an empty name", windows: "not documented",
      here: "`.invalidName(.empty)`: who wants no name says nil"
    ) { _ in
      for name in ["", "Local\\", "Global\\"] {
        #expect(reason { try ObjectName(name) } == .invalidName(.empty), "\(name)")
      }
    },
    MappingCase(
      "F16", "the name in other letters", windows: "2",
      here: "`.nameNotFound`: names are bytes, also those that look alike"
    ) { bench in
      let made = try bench.named("Name")
      #expect(reason { try bench.open(named: "name") } == .nameNotFound)
      // The same letter, as one scalar and as two.
      let composed = try bench.named("\u{E9}")
      #expect(reason { try bench.open(named: "e\u{301}") } == .nameNotFound)
      #expect(made.name != composed.name)
    },
    MappingCase(
      "F17", "long names", windows: "not documented",
      here: "any length; a long name and one that differs in its last byte are two"
    ) { bench in
      for count in [1, 66, 67, 200, 201, 255, 256, 300, 1000, 32_000] {
        let start = String(repeating: "\u{20AC}", count: count - 1)
        let made = try bench.named(start + "a", 4096)
        let other = try bench.named(start + "b", 8192)
        #expect(made.disposition == .created && other.disposition == .created, "\(count)")
        #expect(try bench.open(named: start + "a").size == 4096, "\(count)")
        #expect(try bench.open(named: start + "b").size == 8192, "\(count)")
      }
    },
    MappingCase(
      "F19", "a view outlives the last handle: the name", windows: "2",
      here: "`.nameNotFound`, while the view's bytes stay"
    ) { bench in
      func lone() throws -> MutableMappedView { try bench.named("n").writableView() }
      var view = try lone()
      #expect(reason { try bench.open(named: "n") } == .nameNotFound)
      #expect(bench.nameFiles == [])
      view.put(1, at: 0)
      let byte = view.byte(0)
      #expect(byte == 1)
      // A new object may have the name, and is another one.
      let new = try bench.named("n").view()
      let zero = new.byte(0)
      #expect(zero == 0)
    },
    MappingCase(
      "F20", "a read-only object opened for writing", windows: "refused",
      here: "`.accessDenied` when it is opened"
    ) { bench in
      let made = try bench.named("n", 100, .readOnly)
      #expect(reason { try bench.open(named: "n", .readWrite) } == .accessDenied)
      #expect(try bench.open(named: "n", .copyOnWrite).size == made.size)
    },
    MappingCase(
      "F22", "an object opened for writing alone, viewed for reading", windows: "5",
      here: "does not compile: who may write may read",
      refusal: Refusal(
        "let _: Access = .write", "has no member 'write'", accepted: "let _: Access = .readWrite")
    ) { bench in
      let made = try bench.named("n")
      let view = try bench.open(named: "n", .readWrite).view()
      let count = view.byteCount
      #expect(count == Int(made.size.rawValue))
    },
    MappingCase(
      "F23", "made again, read-write, under the name of a read-only one", windows: "refused",
      here: "`.accessDenied`"
    ) { bench in
      let file = try bench.file(100)
      let made = try MappingObject(file: bench.open(file), name: ObjectName("n"))
      #expect(
        reason {
          try MappingObject(file: bench.open(file), protection: .readWrite, name: ObjectName("n"))
        } == .accessDenied)
      #expect(try bench.open(named: "n").size == made.size)
    },
    MappingCase(
      "F25", "made again by another process, with another size", windows: "183, the old size",
      here: "`.openedExisting`, the old size"
    ) { bench in
      let peer = try bench.peer()
      #expect(try peer.ask("create theirs 8192") == "created 8192")
      let again = try bench.named("theirs", 100)
      #expect(again.disposition == .openedExisting && again.size == 8192)
      let own = try bench.named("own", 4096)
      #expect(try peer.ask("create own 100000") == "existing \(own.size)")
    },
    MappingCase(
      "F26", "the only process that held the name is killed", windows: "2",
      here: "`.nameNotFound`: the lock that says it lives went with the process"
    ) { bench in
      let peer = try bench.peer()
      #expect(try peer.ask("create n 8192") == "created 8192")
      #expect(try peer.ask("write 0 theirs") == "written")
      peer.end()
      #expect(bench.nameFiles == ["n"])
      #expect(reason { try bench.open(named: "n") } == .nameNotFound)
      #expect(bench.nameFiles == [])
      let new = try bench.named("n", 100)
      #expect(new.disposition == .created && new.size == 100)
    },
    MappingCase(
      "F28", "a prefix in other letters", windows: "3", here: "`.invalidName(.backslash)`"
    ) { _ in
      for name in ["local\\x", "GLOBAL\\x", "LOCAL\\x", "global\\x", "Session\\x"] {
        #expect(reason { try ObjectName(name) } == .invalidName(.backslash), "\(name)")
      }
    },
    MappingCase(
      "F29", "16 threads make one name at once, 20 times", windows: "one of them makes it",
      here: "one of them makes it, and nobody sees it half made"
    ) { bench in
      let (system, name) = (bench.system, try ObjectName("n"))
      for _ in 0..<20 {
        let objects = Mutex<[MappingObject]>([])
        onThreads(16) { _ in
          let made = try? MappingObject(
            anonymousOf: 65536, allocation: .onDemand, name: name, system: system)
          objects.withLock { $0 += made.map { [$0] } ?? [] }
        }
        objects.withLock { objects in
          #expect(objects.count == 16)
          #expect(objects.count { $0.disposition == .created } == 1)
          #expect(objects.allSatisfy { $0.size == 65536 })
          objects = []
        }
        #expect(bench.nameFiles == [])
      }
    },
  ]
}

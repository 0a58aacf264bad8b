import FileMapping
import SystemPackage
import TestSupport
import Testing

@Suite struct NameTests {
  @Test func anObjectIsSharedByItsName() throws {
    let directory = try TemporaryDirectory()
    let system = SystemCalls(failures: nil, namesIn: directory.path)
    let name = try ObjectName("Local\\shared")
    let made = try MappingObject(anonymousOf: 100_000, name: name, system: system)
    #expect(made.disposition == .created)
    let again = try MappingObject(anonymousOf: 5, name: ObjectName("shared"), system: system)
    #expect(again.disposition == .openedExisting)
    #expect(again.size == 100_000)
    var view = try made.writableView(at: 65536)
    view.withMutableBytes { $0.storeBytes(of: 42, toByteOffset: 7, as: UInt8.self) }
    let other = try MappingObject.open(named: name, system: system).view(at: 65536)
    let byte = other.bytes.loadByte(at: 7)
    #expect(byte == 42)
    try view.unmap()
    #expect(try ObjectName.existing(system: system) == [name])
  }

  @Test func aNameEndsWithItsLastHandle() throws {
    let directory = try TemporaryDirectory()
    let system = SystemCalls(failures: nil, namesIn: directory.path)
    let name = try ObjectName("short-lived")
    func lone() throws -> MutableMappedView {
      try MappingObject(anonymousOf: 10, name: name, system: system).writableView()
    }
    let view = try lone()
    let error = #expect(throws: MappingError.self) {
      try MappingObject.open(named: name, system: system)
    }
    #expect(error?.reason == .nameNotFound)
    let count = view.byteCount
    #expect(count == 10)
    #expect(try ObjectName.existing(system: system) == [])
  }

  @Test func aLockAndAnObjectDoNotShareAName() throws {
    let directory = try TemporaryDirectory()
    let system = SystemCalls(failures: nil, namesIn: directory.path)
    let name = try ObjectName("taken")
    let lock = try NamedLock(name, system: system)
    let error = #expect(throws: MappingError.self) {
      try MappingObject(anonymousOf: 1, name: name, system: system)
    }
    #expect(error?.reason == .nameKindCollision)
    let held = try lock.acquire()
    let second = try lock.tryAcquire()
    let isFree = second != nil
    #expect(!isFree && !held.wasAbandoned)
  }
}

extension NameTests {
  @Test func aHeldLockKeepsItsName() throws {
    let directory = try TemporaryDirectory()
    let system = SystemCalls(failures: nil, namesIn: directory.path)
    let name = try ObjectName("turn")
    func held() throws -> HeldLock { try NamedLock(name, system: system).acquire() }
    let first = try held()
    let second = try NamedLock(name, system: system)
    let isNew = second.disposition == .created
    let taken = try second.tryAcquire()
    let isFree = taken != nil
    #expect(!isNew && !isFree && !first.wasAbandoned)
  }
}

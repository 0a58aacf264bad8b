import FileMapping
import Foundation
import Synchronization
import SystemPackage
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What a test of objects works with: a directory and names that nobody else has.
final class Bench {
  let directory: TemporaryDirectory
  /// Calls whose names live in the directory.
  let system: SystemCalls

  init(inMemory isInMemory: Bool = false) throws {
    directory = try TemporaryDirectory(inMemory: isInMemory)
    system = SystemCalls(failures: nil, namesIn: directory.path)
  }

  /// A file full of sevens.
  func file(_ byteCount: Int, named name: String = "file") throws -> FilePath {
    try directory.file([UInt8](repeating: 7, count: byteCount), named: name)
  }

  /// The file, unless it got another name.
  var filePath: FilePath { directory.path.appending("file") }

  /// Opens a file for both, with this bench's names.
  func open(_ path: FilePath, for mode: OpenMode = .readWrite) throws -> OpenedFile {
    try OpenedFile(path, for: mode, system: system)
  }

  /// An object of a new file full of sevens, which is open for reading and writing.
  func object(
    of byteCount: Int, _ protection: Protection = .readWrite, size: FileOffset = 0
  ) throws -> MappingObject {
    try MappingObject(file: open(file(byteCount)), protection: protection, size: size)
  }

  /// An object of memory under a name.
  func named(
    _ name: String, _ size: FileOffset = 65536, _ protection: Protection = .readWrite
  ) throws -> MappingObject {
    try MappingObject(
      anonymousOf: size, protection: protection, allocation: .onDemand, name: ObjectName(name),
      system: system)
  }

  func open(named name: String, _ access: Access = .read) throws -> MappingObject {
    try MappingObject.open(named: ObjectName(name), access: access, system: system)
  }

  /// The entries of the directory of names.
  var nameFiles: [String] {
    (try? FileManager.default.contentsOfDirectory(
      atPath: directory.path.appending("mmscan").string)) ?? []
  }

  /// Where the file of a name lies that has only letters.
  func nameFile(_ name: String) -> FilePath {
    directory.path.appending("mmscan").appending(name)
  }

  /// Leaves a name as a process does that is killed while it holds 100 bytes of memory.
  func deadName(_ name: String) throws {
    let aside = directory.path.appending("aside")
    do {
      let object = try named(name, 100)
      #expect(unsafe link(nameFile(name).string, aside.string) == 0 && object.size == 100)
      // Two names would be refused, and left.
      #expect(unsafe unlink(nameFile(name).string) == 0)
    }
    #expect(unsafe rename(aside.string, nameFile(name).string) == 0)
  }

  func peer(startedBy launcher: [String] = [], after preparation: String = "") throws -> Peer {
    try Peer(namesIn: directory.path, startedBy: launcher, after: preparation)
  }

  private static let bases = Atomic<UInt>(64)

  /// An address with a free gibibyte behind it, where the system puts nothing by itself.
  static func freeBase() -> UInt { bases.add(1, ordering: .relaxed).oldValue << 30 }
}

/// Why `body` was refused; nil if it was not.
func reason<Value: ~Copyable>(_ body: () throws -> Value) -> MappingError.Reason? {
  do { _ = try body() } catch let error as MappingError { return error.reason } catch {}
  return nil
}

/// Why a view's end was no good one; nil if it was.
func reasonOfUnmapping(_ view: consuming MappedView) -> MappingError.Reason? {
  do { try view.unmap() } catch { return error.reason }
  return nil
}

func reasonOfUnmapping(_ view: consuming MutableMappedView) -> MappingError.Reason? {
  do { try view.unmap() } catch { return error.reason }
  return nil
}

func text(_ span: RawSpan) -> String {
  String(decoding: (0..<span.byteCount).map { span.loadByte(at: $0) }, as: UTF8.self)
}

extension RawSpan {
  func loadByte(at index: Int) -> UInt8 {
    unsafe unsafeLoad(fromByteOffset: index, as: UInt8.self)
  }
}

extension MappedView {
  func byte(_ index: Int) -> UInt8 { bytes.loadByte(at: index) }
}

extension MutableMappedView {
  func byte(_ index: Int) -> UInt8 { bytes.loadByte(at: index) }

  mutating func put(_ byte: UInt8, at index: Int) {
    withMutableBytes { $0.storeBytes(of: byte, toByteOffset: index, as: UInt8.self) }
  }
}

func contents(of path: FilePath) throws -> [UInt8] {
  try [UInt8](Data(contentsOf: URL(fileURLWithPath: path.string)))
}

/// Size of a file and what it takes on its device, both in bytes.
func extent(of path: FilePath) -> (size: Int, allocated: Int) {
  var status = stat()
  guard unsafe stat(path.string, &status) == 0 else { return (-1, -1) }
  return (Int(status.st_size), Int(status.st_blocks) * 512)
}

/// Runs `body` on that many threads at the same time, and waits for all.
func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
  let group = DispatchGroup()
  for index in 0..<count {
    group.enter()
    Thread.detachNewThread {
      body(index)
      group.leave()
    }
  }
  group.wait()
}

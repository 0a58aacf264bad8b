import FileMapping
import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Names that nobody else has.
private let names: SystemCalls = {
  let directory = FilePath(InputFile.path + "-names")
  _ = unsafe mkdir(directory.string, 0o700)
  let system = SystemCalls(failures: nil, namesIn: directory)
  // The first name makes the directory in it.
  _ = try! MappingObject(anonymousOf: 1, name: ObjectName("first"), system: system)
  return system
}()

/// Opens a name under which somebody else left any bytes, and holds them.
///
/// The first byte says whether the file is as long as its header wants, which chance would seldom have.
func name(_ bytes: UnsafeRawBufferPointer) {
  let system = names
  let path = InputFile.path + "-names/mmscan/n"
  let file = unsafe open(path, O_RDWR | O_CREAT | O_TRUNC, 0o600)
  precondition(file >= 0)
  defer {
    unsafe unlink(path)
    close(file)
  }
  let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[1...])
  precondition(unsafe write(file, rest.baseAddress, rest.count) == rest.count)
  var byteCount = UInt64(rest.count)
  if unsafe bytes[0] & 1 == 0, rest.count >= 56 {
    let size = unsafe rest.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
    let start = unsafe rest.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
    if size <= 1 << 20, start <= 1 << 20 { byteCount = start + size }
    precondition(ftruncate(file, Int(byteCount)) == 0)
  }
  // What nobody holds is dead, and not looked at further.
  precondition(flock(file, LOCK_SH) == 0)
  do throws(MappingError) {
    let object = try MappingObject.open(named: ObjectName("n"), system: system)
    if object.path.string == path {
      precondition(object.size.rawValue <= byteCount, "an object is longer than its file")
      let view = try object.view()
      var sum = 0
      for index in stride(from: 0, to: view.bytes.byteCount, by: 4096) {
        sum &+= Int(unsafe view.bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self))
      }
      precondition(sum >= 0)
    }
  } catch {}
  // It may be refused, and nothing else.
  _ = try? NamedLock(ObjectName("n"), system: system).tryAcquire()
  _ = try? ObjectName.existing(system: system)
}

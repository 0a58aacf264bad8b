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

/// What stands under a name and was not put there by this library, or not so.
enum Squatter: CaseIterable {
  case fifo, directory, symbolicLink, danglingLink, socket, characterDevice, foreignOwner
  case wrongPermissions, hardLink, emptyFile, shortHeader, shortName, shortPayload, longPayload
  case wrongMagic, unknownVersion, unknownKind, unknownProtection, noSize, hugeSize, hugeName
  case otherName

  var needsRoot: Bool { [.characterDevice, .foreignOwner].contains(self) }

  /// What the library says of it.
  var refusal: MappingError.NameRefusal {
    switch self {
    case .fifo: .notRegular(.fifo)
    case .directory: .notRegular(.directory)
    case .symbolicLink, .danglingLink: .symbolicLink
    case .socket: .notRegular(.socket)
    case .characterDevice: .notRegular(.characterDevice)
    case .foreignOwner: .foreignOwner(1)
    case .wrongPermissions: .wrongPermissions(0o644)
    case .hardLink: .hardLink(2)
    case .emptyFile, .shortHeader, .shortName, .shortPayload, .longPayload: .shortFile
    case .wrongMagic: .wrongMagic
    case .unknownVersion: .unknownVersion(2)
    case .unknownKind, .unknownProtection, .noSize, .hugeSize, .hugeName, .otherName:
      .damagedHeader
    }
  }

  /// Puts it under a name. All but what is wrong with it is as it should be.
  func squat(on name: String, _ bench: Bench) throws {
    let path = bench.nameFile(name)
    let valid = bench.directory.path.appending("valid").string
    try bench.deadName(name)
    func check(_ result: CInt) throws {
      if result != 0 { throw Errno(rawValue: errno) }
    }
    func change(_ bytes: [UInt8], at offset: Int64) throws {
      let file = try FileDescriptor.open(path, .writeOnly)
      try file.closeAfter { _ = try file.writeAll(toAbsoluteOffset: offset, bytes) }
    }
    func resize(by difference: Int64) throws {
      try check(unsafe truncate(path.string, Int(Int64(extent(of: path).size) + difference)))
    }
    switch self {
    case .fifo, .directory, .symbolicLink, .danglingLink, .socket, .characterDevice:
      try check(unsafe rename(path.string, valid))
    default: break
    }
    switch self {
    case .fifo: try check(unsafe mkfifo(path.string, 0o600))
    case .directory: try check(unsafe mkdir(path.string, 0o600))
    case .symbolicLink: try check(unsafe symlink(valid, path.string))
    case .danglingLink: try check(unsafe symlink("nothing", path.string))
    case .socket: try makeSocket(path.string)
    case .characterDevice: try check(unsafe mknod(path.string, S_IFCHR | 0o600, 0x103))
    case .foreignOwner: try check(unsafe chown(path.string, 1, 1))
    case .wrongPermissions: try check(unsafe chmod(path.string, 0o644))
    case .hardLink: try check(unsafe link(path.string, valid))
    case .emptyFile: try check(unsafe truncate(path.string, 0))
    case .shortHeader: try check(unsafe truncate(path.string, 55))
    case .shortName: try check(unsafe truncate(path.string, 56))
    case .shortPayload: try resize(by: -1)
    case .longPayload: try resize(by: 1)
    case .wrongMagic: try change([UInt8(ascii: "M")], at: 0)
    case .unknownVersion: try change([2], at: 8)
    case .unknownKind: try change([9], at: 12)
    case .unknownProtection: try change([0], at: 13)
    case .noSize: try change([0], at: 16)
    case .hugeSize: try change([0xFF], at: 23)
    case .hugeName: try change([0xFF], at: 35)
    case .otherName: try change([UInt8(ascii: "x")], at: 56)
    }
  }
}

/// All that can be seen of a file without following it.
func fingerprint(of path: FilePath) throws -> String {
  var status = stat()
  guard unsafe lstat(path.string, &status) == 0 else { throw Errno(rawValue: errno) }
  let isRegular = status.st_mode & S_IFMT == S_IFREG
  return """
    \(status.st_mode) \(status.st_uid) \(status.st_ino) \(status.st_nlink) \(status.st_size) \
    \(isRegular ? try contents(of: path).hashValue : 0)
    """
}

/// A Unix socket that is bound to a path, which may be long.
private func makeSocket(_ path: String) throws {
  // The address holds 107 bytes.
  let short = "/tmp/mmscan-\(getpid())-\(UInt32.random(in: 0 ... .max))"
  #if canImport(Glibc)
    let stream = CInt(SOCK_STREAM.rawValue)
  #else
    let stream = SOCK_STREAM
  #endif
  let number = socket(AF_UNIX, stream, 0)
  defer { close(number) }
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: short.utf8) }
  let status = unsafe withUnsafePointer(to: &address) { address in
    unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      unsafe bind(number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
    }
  }
  guard status == 0, unsafe chmod(short, 0o600) == 0, unsafe rename(short, path) == 0
  else { throw Errno(rawValue: errno) }
}

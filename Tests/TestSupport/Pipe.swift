import Foundation
public import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Makes a named pipe, writes `bytes` to it from another thread in pieces of odd sizes and with pauses, and lends
/// it.
public func withPipe(
  _ bytes: [UInt8], in directory: borrowing TemporaryDirectory, _ body: (FilePath) throws -> Void
) throws {
  try withPipe(in: directory, body) { descriptor in
    var start = 0
    var generator = SeededGenerator(seed: UInt64(bytes.count))
    while start < bytes.count {
      let end = min(bytes.count, start + Int.random(in: 1...70_000, using: &generator))
      _ = try descriptor.writeAll(bytes[start..<end])
      start = end
      // Longer than a reader waits for more.
      if Int.random(in: 0..<4, using: &generator) == 0 { usleep(3000) }
    }
  }
}

/// Makes a named pipe that gives `byte` without end, and lends it.
public func withPipe(
  repeating byte: UInt8, in directory: borrowing TemporaryDirectory,
  _ body: (FilePath) throws -> Void
) throws {
  let piece = [UInt8](repeating: byte, count: 65536)
  try withPipe(in: directory, body) { descriptor in
    while true { _ = try descriptor.writeAll(piece) }
  }
}

private func withPipe(
  in directory: borrowing TemporaryDirectory, _ body: (FilePath) throws -> Void,
  _ write: @escaping @Sendable (FileDescriptor) throws -> Void
) throws {
  // A reader that goes away must fail the write, not end the process.
  signal(SIGPIPE, SIG_IGN)
  let path = directory.path.appending("pipe")
  guard unsafe mkfifo(path.string, 0o600) == 0 else { throw Errno(rawValue: errno) }
  defer { unsafe unlink(path.string) }
  let writer = Thread {
    guard let descriptor = try? FileDescriptor.open(path, .writeOnly) else { return }
    try? descriptor.closeAfter { try write(descriptor) }
  }
  writer.start()
  try body(path)
}

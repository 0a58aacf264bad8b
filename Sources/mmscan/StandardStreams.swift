#if canImport(Glibc)
  @_exported import Glibc
#elseif canImport(Darwin)
  @_exported import Darwin
#endif

import FileMapping
import Synchronization
import SystemPackage

/// Results. A result that cannot be written is an error, not a success.
enum StandardOutput {
  static let isTerminal = isatty(1) == 1
  /// The regular file that results go to, as it was at first; nil if they go elsewhere.
  static let file: FileStatus? = {
    let status = try? OpenedFile(duplicating: .standardOutput, as: "standard output").status
    return status?.kind == .regular ? status : nil
  }()
  /// What errors call it.
  fileprivate static let name = Mutex("the standard output")

  static func write(_ text: String) throws(CommandError) { try write(Array(text.utf8)) }

  static func write(_ bytes: [UInt8]) throws(CommandError) {
    try write(unsafe bytes.span.bytes)
  }

  static func write(_ bytes: RawSpan) throws(CommandError) {
    if let error = writeAll(bytes, to: 1) { throw failure(error) }
  }

  /// Ends writing: some file systems say only here that there was no room.
  static func close() throws(CommandError) {
    do throws(Errno) { try FileDescriptor.standardOutput.closeOnce() } catch {
      throw failure(error.description)
    }
  }

  private static func failure(_ reason: String) -> CommandError {
    CommandError("cannot write to \(name.withLock { $0 }): \(reason)")
  }
}

extension FileDescriptor {
  /// Closes what was written to. Linux has closed it, too, when it says that it was interrupted.
  func closeOnce() throws(Errno) {
    do { try close() } catch {
      if let error = error as? Errno, error != .interrupted { throw error }
    }
  }
}

/// The three descriptors that every program starts with.
enum StandardDescriptors {
  /// Opens those that are closed, so that no file gets their numbers and results for its bytes. They are opened the
  /// wrong way round: to use one fails as if it was closed.
  static func occupy() {
    for descriptor: Int32 in 0...2 where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest number that is free is this one.
      _ = unsafe open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY)
    }
  }
}

extension StandardDescriptors {
  /// Has results go to a file, or to where warnings go.
  ///
  /// - Parameters:
  ///   - path: The file, which loses what it had; nil for the standard error.
  ///   - name: What errors call it.
  /// - Returns: Where they would have gone.
  static func divertResults(
    to path: FilePath?, named name: String
  ) throws(Errno) -> FileDescriptor {
    do {
      let before = try FileDescriptor.standardOutput.duplicate()
      StandardOutput.name.withLock { $0 = name }
      guard let path else {
        _ = try FileDescriptor.standardError.duplicate(as: .standardOutput)
        return before
      }
      let file = try FileDescriptor.open(
        path, .writeOnly, options: [.create, .truncate, .closeOnExec],
        permissions: FilePermissions(rawValue: 0o666))
      _ = try file.duplicate(as: .standardOutput)
      try file.close()
      return before
    } catch { throw error as? Errno ?? .ioError }
  }
}

/// What a terminal is.
struct TerminalSize {
  var columnCount = 80
  var rowCount = 24

  /// The size of the terminal that a descriptor leads to; the usual one if it leads to none.
  init(of descriptor: Int32) {
    var size = winsize()
    guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 else { return }
    if size.ws_col > 0 { columnCount = Int(size.ws_col) }
    if size.ws_row > 0 { rowCount = Int(size.ws_row) }
  }
}

/// Warnings, progress and summaries.
enum StandardError {
  static let isTerminal = isatty(2) == 1

  /// Prints a line. Nobody can be told when that fails.
  static func print(_ line: String) { write(line + "\n") }

  /// Prints a line that somebody asked for who may be looking at a progress bar.
  static func say(_ line: String) { write(isTerminal ? "\r\(line)\u{1B}[K\n" : line + "\n") }

  static func write(_ text: String) {
    let bytes = Array(text.utf8)
    _ = writeAll(unsafe bytes.span.bytes, to: 2)
  }

  /// How many columns the terminal has.
  static var columnCount: Int { TerminalSize(of: 2).columnCount }
}

/// Waits until a descriptor can be read or written that somebody made non-blocking, perhaps for a program it shares it with.
func waitUntil(_ event: Int32, of descriptor: Int32) {
  var wanted = pollfd(fd: descriptor, events: Int16(event), revents: 0)
  unsafe poll(&wanted, 1, -1)
}

/// Writes everything, or says in the system's words why not.
func writeAll(_ bytes: RawSpan, to descriptor: Int32) -> String? {
  var start = 0
  while start < bytes.byteCount {
    let written = unsafe bytes.withUnsafeBytes { buffer in
      unsafe write(descriptor, buffer.baseAddress! + start, buffer.count - start)
    }
    if written < 0 {
      if errno == EINTR { continue }
      if errno == EAGAIN {
        waitUntil(POLLOUT, of: descriptor)
        continue
      }
      return unsafe String(cString: strerror(errno))
    }
    start += written
  }
  return nil
}

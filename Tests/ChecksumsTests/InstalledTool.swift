#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The checksum tools of the system, as a second opinion.
enum InstalledTool {
  /// Whether a shell command succeeds. What it prints is thrown away.
  static func accepts(_ command: String) -> Bool {
    unsafe system("{ \(command); } > /dev/null 2>&1 < /dev/null") == 0
  }

  /// Runs a shell command, in which `$1` is a file with the given content.
  ///
  /// - Returns: What it prints to standard output; nil if it fails.
  static func output(of command: String, for content: [UInt8]) -> String? {
    var path = Array("/tmp/checksums-XXXXXX".utf8CString)
    let descriptor = unsafe mkstemp(&path)
    guard descriptor >= 0 else { return nil }
    let name = String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { unsafe unlink(name) }

    var written = 0
    while written < content.count {
      let count = unsafe content.withUnsafeBytes {
        unsafe write(descriptor, $0.baseAddress! + written, $0.count - written)
      }
      guard count > 0 else { break }
      written += count
    }
    guard close(descriptor) == 0, written == content.count else { return nil }

    guard let stream = unsafe popen("set -- '\(name)'; \(command)", "r") else { return nil }
    var printed: [UInt8] = []
    while true {
      let byte = unsafe fgetc(stream)
      if byte == EOF { break }
      printed.append(UInt8(truncatingIfNeeded: byte))
    }
    guard unsafe pclose(stream) == 0 else { return nil }
    return String(decoding: printed, as: UTF8.self)
  }
}

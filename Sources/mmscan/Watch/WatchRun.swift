import FileMapping
import ScanStates

/// Lists the scans of this user, or follows one.
struct WatchRun {
  private let command: WatchCommand
  private let arguments: RawArguments

  /// How often a scan is looked at, in microseconds: no scan says something more often.
  private static let pollInterval: UInt32 = 200_000

  init(_ command: WatchCommand, _ arguments: RawArguments) {
    self.command = command
    self.arguments = arguments
  }

  /// - Throws: ``CommandError`` if there is no such scan, or results cannot be written.
  func run() throws(CommandError) -> ExitStatus {
    guard let target = command.scan else { return try list() }
    return try follow(find(arguments.bytes(of: target)))
  }

  private func scans() throws(CommandError) -> [ScanState] {
    do throws(MappingError) { return try PublishedScan.all() } catch {
      throw CommandError("cannot look for scans: \(SafeText.escaped("\(error)".utf8))")
    }
  }

  private func list() throws(CommandError) -> ExitStatus {
    let scans = try scans()
    if command.json {
      for scan in scans {
        try StandardOutput.write(ScanStateText(scan).json(.running).line + [10])
      }
    } else {
      try StandardOutput.write(scans.isEmpty ? "no scan is running\n" : ScanTable(scans).text)
    }
    return scans.isEmpty ? .negative : .fine
  }

  /// The scan that is meant: by its process, by the name of its memory, or by its file.
  private func find(_ target: [UInt8]) throws(CommandError) -> PublishedScan {
    if let pid = WatchRun.pid(target), let scan = try? PublishedScan(pid: pid) { return scan }
    let name = SafeText.escaped(target)
    let scans = try scans()
    var found = scans.filter { $0.file.bytes == target }
    if found.isEmpty {
      found = scans.filter { scan in
        scan.file.bytes.split(separator: UInt8(ascii: "/")).last.map(Array.init) == target
      }
    }
    if found.isEmpty, let wanted = WatchRun.identity(of: target) {
      found = scans.filter { scan in
        let isAbsolute = scan.file.bytes.first == UInt8(ascii: "/")
        let start = isAbsolute ? [] : Array("/proc/\(scan.pid)/cwd/".utf8)
        return !scan.file.isClipped && WatchRun.identity(of: start + scan.file.bytes) == wanted
      }
    }
    guard let pid = found.first?.pid else {
      throw CommandError(
        "no running scan is '\(name)': 'mmscan watch' lists those that run (a scan shows after its "
          + "first second)")
    }
    guard found.count == 1 else {
      throw CommandError(
        "\(found.count) scans are at '\(name)': choose one by its process number: "
          + found.map { "\($0.pid)" }.joined(separator: ", "))
    }
    do throws(MappingError) { return try PublishedScan(pid: pid) } catch {
      throw CommandError("the scan of '\(name)' cannot be followed: \(error.sentence)")
    }
  }

  /// What tells a file from every other, however its name is spelled; nil if there is none.
  private static func identity(of path: [UInt8]) -> [UInt64]? {
    var status = stat()
    let isThere = unsafe (path.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer {
      name in
      unsafe stat(name.baseAddress!, &status) == 0
    }
    return isThere ? [UInt64(truncatingIfNeeded: status.st_dev), UInt64(status.st_ino)] : nil
  }

  /// `4711`, `scan-4711` or `Local\scan-4711`.
  private static func pid(_ target: [UInt8]) -> Int32? {
    var digits = target[...]
    for prefix in ["Local\\scan-", "scan-"] where digits.starts(with: prefix.utf8) {
      digits = digits.dropFirst(prefix.utf8.count)
      break
    }
    guard digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
      return nil
    }
    return Int32(String(decoding: digits, as: UTF8.self))
  }

  private func follow(_ scan: consuming PublishedScan) throws(CommandError) -> ExitStatus {
    var screen = WatchScreen(
      form: command.json ? .json : StandardOutput.isTerminal ? .block : .lines, pid: scan.pid,
      interval: command.interval)
    while true {
      switch scan.look() {
      case .running(let state):
        if let state { try screen.show(state) }
      case .ended(let state):
        try screen.show(end: state, .ended)
        return state.ending?.status ?? .error
      case .lost(let state):
        try screen.show(end: state, .lost)
        StandardError.print(
          "mmscan: the scan of process \(scan.pid) ended without a last word (killed?)")
        return .lost
      }
      usleep(WatchRun.pollInterval)
    }
  }
}

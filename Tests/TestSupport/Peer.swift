import Foundation
public import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A second process that maps what it is told to: `mapping-peer`. Ends with its owner.
public final class Peer {
  private let process = Process()
  private let (input, output) = (Pipe(), Pipe())
  private var unread: [UInt8] = []

  /// How long it may take to answer, in milliseconds, before it counts as hanging.
  private static let patience: Int32 = 20_000

  /// Starts one.
  ///
  /// - Parameters:
  ///   - directory: What it takes for `$XDG_RUNTIME_DIR`.
  ///   - launcher: The words of a command that starts it, such as `unshare`.
  ///   - preparation: Shell commands to run before, such as `ulimit`.
  public init(
    namesIn directory: FilePath, startedBy launcher: [String] = [],
    after preparation: String = ""
  ) throws {
    // A process that is gone must fail the write, not end the tests.
    signal(SIGPIPE, SIG_IGN)
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments =
      launcher + ["bash", "-c", "\(preparation)\nexec \"$0\"", "\(productDirectory)/mapping-peer"]
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["XDG_RUNTIME_DIR": directory.string]
    ) { $1 }
    process.standardInput = input
    process.standardOutput = output
    try process.run()
  }

  deinit { end() }

  /// Ends it as `kill -9` does: without cleaning up.
  public func end() {
    guard process.isRunning else { return }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// What went wrong with the process itself.
  public enum Failure: Error { case hangs(String), ended(after: String) }

  /// Sends a command and waits for the answer, which is one line.
  public func ask(_ command: String) throws -> String {
    try input.fileHandleForWriting.write(contentsOf: Data("\(command)\n".utf8))
    while true {
      if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
        defer { unread.removeSubrange(...end) }
        return String(decoding: unread[..<end], as: UTF8.self)
      }
      var wanted = pollfd(
        fd: output.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0)
      guard unsafe poll(&wanted, 1, Peer.patience) > 0 else {
        end()
        throw Failure.hangs(command)
      }
      let came = output.fileHandleForReading.availableData
      guard !came.isEmpty else { throw Failure.ended(after: command) }
      unread += came
    }
  }
}

import CSpawn
import Foundation
import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A program that ran to its end.
public struct Program: Sendable {
  /// Exit status; nil if a signal ended it.
  public let status: Int32?
  /// The signal that ended it; nil if it exited.
  public let signal: Int32?
  /// Everything it wrote.
  public let output: [UInt8]
  public let errors: [UInt8]

  /// What it wrote to standard output, as text.
  public var text: String { String(decoding: output, as: UTF8.self) }
  /// What it wrote to standard error, as text.
  public var errorText: String { String(decoding: errors, as: UTF8.self) }

  /// Runs a shell command line with `bash`, in a process group and with signals of its own, whatever this process
  /// inherited or ignores.
  ///
  /// The system is asked directly: Foundation learns of an end through a descriptor, which any process started
  /// meanwhile may hold open, and then waits for that one as well.
  ///
  /// - Parameters:
  ///   - arguments: What `$1`, `$2` ... are.
  ///   - input: What it reads from standard input.
  ///   - directory: Where it runs; here, if nil.
  ///   - environment: Variables to set on top of those of this process.
  ///   - patience: How many seconds it may take. Then all its processes are killed, and `Hangs` is thrown.
  public static func shell(
    _ script: String, _ arguments: [String] = [], input: [UInt8] = [], in directory: String? = nil,
    environment: [String: String] = [:], patience: Double = 300
  ) throws -> Program {
    let temporary = try TemporaryDirectory()
    let names = ["in", "out", "err"].map { temporary.path.appending($0).string }
    for (name, content) in zip(names, [input, [], []]) {
      try Data(content).write(to: URL(fileURLWithPath: name))
    }
    let process = try spawn(
      ["/bin/bash", "-c", script, "test"] + arguments, streams: names, in: directory,
      environment: ProcessInfo.processInfo.environment.merging(environment) { $1 })
    let status = try wait(for: process, atMost: patience)
    let (output, errors) = try (
      [UInt8](Data(contentsOf: URL(fileURLWithPath: names[1]))),
      [UInt8](Data(contentsOf: URL(fileURLWithPath: names[2])))
    )
    guard let status else {
      throw Hangs(
        script: script, seconds: patience, output: String(decoding: output, as: UTF8.self),
        errors: String(decoding: errors, as: UTF8.self))
    }
    let signal = status & 0x7f
    return Program(
      status: signal == 0 ? (status >> 8) & 0xff : nil, signal: signal == 0 ? nil : signal,
      output: output, errors: errors)
  }

  /// A command that did not end in time, and what it said until then.
  public struct Hangs: Error {
    public let script: String
    public let seconds: Double
    public let output: String
    public let errors: String
  }

  /// Starts a process with the files `streams` as its standard streams.
  private static func spawn(
    _ words: [String], streams: [String], in directory: String?, environment: [String: String]
  ) throws -> pid_t {
    let variables = environment.map { "\($0)=\($1)" }
    var process: pid_t = 0
    let failure = unsafe withCStrings(words) { words in
      unsafe withCStrings(variables) { variables in
        unsafe withCStrings(streams) { streams in
          var streams = unsafe streams.map { unsafe UnsafePointer($0) }
          return unsafe directory?.withCString {
            unsafe spawn_program(&process, words, variables, &streams, $0)
          } ?? spawn_program(&process, words, variables, &streams, nil)
        }
      }
    }
    guard failure == 0 else { throw Errno(rawValue: failure) }
    return process
  }

  /// Lends strings as C has them, with a null pointer behind the last.
  private static func withCStrings<Result>(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) throws -> Result
  ) rethrows -> Result {
    let pointers = unsafe strings.map { unsafe strdup($0) }
    defer { unsafe pointers.forEach { unsafe free($0) } }
    return try unsafe body(pointers + [nil])
  }

  /// What `waitpid` tells of a process once it ended; nil if it had to be killed, with its group.
  private static func wait(for process: pid_t, atMost patience: Double) throws -> Int32? {
    let deadline = ContinuousClock.now + .seconds(patience)
    var status: Int32 = 0
    var pause: UInt32 = 200
    while true {
      switch unsafe waitpid(process, &status, WNOHANG) {
      case process: return status
      case 0: break
      default: throw Errno(rawValue: errno)
      }
      if ContinuousClock.now > deadline {
        kill(-process, SIGKILL)
        _ = unsafe waitpid(process, &status, 0)
        return nil
      }
      usleep(pause)
      pause = min(pause * 2, 5000)
    }
  }

  /// Whether a shell command line succeeds.
  public static func succeeds(_ script: String) -> Bool { (try? shell(script).status) == 0 }

  /// Whether the shell finds a command.
  public static func isInstalled(_ name: String) -> Bool { succeeds("command -v \(name)") }
}

/// Whether Scripts/sanitize built the tests: time, addresses and signals are then not those of an ordinary program.
public let isSanitized = ProcessInfo.processInfo.environment["MMSCAN_SANITIZED"] != nil

/// The top of the package.
public let packageRoot = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent().path

/// Where the build put its programs: beside the tests themselves.
public let productDirectory = URL(fileURLWithPath: CommandLine.arguments[0])
  .deletingLastPathComponent().path

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

  /// Runs a shell command line with `bash`.
  ///
  /// - Parameters:
  ///   - arguments: What `$1`, `$2` ... are.
  ///   - input: What it reads from standard input.
  ///   - directory: Where it runs; here, if nil.
  ///   - environment: Variables to set on top of those of this process.
  public static func shell(
    _ script: String, _ arguments: [String] = [], input: [UInt8] = [], in directory: String? = nil,
    environment: [String: String] = [:]
  ) throws -> Program {
    let temporary = try TemporaryDirectory()
    let names = ["in", "out", "err"].map { temporary.path.appending($0).string }
    for (name, content) in zip(names, [input, [], []]) {
      try Data(content).write(to: URL(fileURLWithPath: name))
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", script, "test"] + arguments
    process.standardInput = FileHandle(forReadingAtPath: names[0])
    process.standardOutput = FileHandle(forWritingAtPath: names[1])
    process.standardError = FileHandle(forWritingAtPath: names[2])
    if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    try process.run()
    process.waitUntilExit()
    let (output, errors) = try (
      [UInt8](Data(contentsOf: URL(fileURLWithPath: names[1]))),
      [UInt8](Data(contentsOf: URL(fileURLWithPath: names[2])))
    )
    let isSignal = process.terminationReason == .uncaughtSignal
    return Program(
      status: isSignal ? nil : process.terminationStatus,
      signal: isSignal ? process.terminationStatus : nil, output: output, errors: errors)
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

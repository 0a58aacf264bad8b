import ArgumentParser
import FileMapping
import ZstdFrames

/// The command line as a whole.
struct Mmscan: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mmscan",
    abstract: "Answers many questions about a very large file in one read of it.",
    discussion: """
      `mmscan FILE...` is `mmscan scan FILE...`; see `mmscan help scan`.

      Exit status: 0 fine; 1 a check failed or nothing matched; 2 an error; 3 the file changed, \
      was cut or could not be read to the end, so that there is no answer.
      """,
    version: version,
    subcommands: [
      ScanCommand.self, SumCommand.self, CountCommand.self, FindCommand.self, FramesCommand.self,
      CopyCommand.self, ReportCommand.self, WatchCommand.self,
    ],
    defaultSubcommand: ScanCommand.self)

  static var version: String { "mmscan 0.1.0 (libzstd \(ZstdLibrary.version))" }

  /// Parses the arguments of a subcommand without looking at the others, which takes a third of the time that the
  /// program needs to start.
  ///
  /// - Returns: nil for everything that is no plain call of a subcommand, and for mistakes.
  private static func quickly(_ arguments: [String]) -> (any ParsableCommand)? {
    func parse<Command: ParsableCommand>(_ type: Command.Type) -> (any ParsableCommand)? {
      let isNamed = arguments.first == type.configuration.commandName
      return try? type.parse(isNamed ? Array(arguments.dropFirst()) : arguments)
    }
    guard let first = arguments.first, first != "help" else { return nil }
    let named = configuration.subcommands.first { $0.configuration.commandName == first }
    let type: any ParsableCommand.Type = named ?? ScanCommand.self
    return parse(type)
  }

  private static func takesAnyNumberOfOperands(_ command: any ParsableCommand) -> Bool {
    command is ScanCommand || command is SumCommand || command is CountCommand
      || command is FindCommand || command is FramesCommand
  }

  /// Parses and runs. Never throws: every failure becomes a message and a status.
  static func run(_ arguments: RawArguments) -> Int32 {
    let status = answer(arguments)
    do throws(CommandError) { try StandardOutput.close() } catch {
      StandardError.print("mmscan: \(error)")
      return ExitStatus.error.rawValue
    }
    return status
  }

  private static func answer(_ arguments: RawArguments) -> Int32 {
    StandardDescriptors.occupy()
    // Ctrl-backslash would have the runtime print where every thread is, and go on.
    Interruption.restoreDefault(of: SIGQUIT)
    Interruption.holdQuestions()
    // A limit on the size of files must be an error like a full disk, not an end.
    signal(SIGXFSZ, SIG_IGN)
    ProcessLimits.own.limitHeaps(to: max(2, processorCount))
    guard ProcessLimits.own.hasRoom(forThreads: 2 * usualThreadCount) else {
      StandardError.print(
        "mmscan: the address space has too little room: raise its limit (ulimit -v) to 256 MiB")
      return ExitStatus.error.rawValue
    }
    guard ProcessLimits.own.allowsMemory(byteCount: 64 << 20) else {
      StandardError.print("mmscan: too little memory: raise its limit (ulimit -d) to 64 MiB")
      return ExitStatus.error.rawValue
    }
    guard ProcessLimits.own.allowsDescriptors(24) else {
      StandardError.print("mmscan: too few files may be open: raise the limit (ulimit -n) to 64")
      return ExitStatus.error.rawValue
    }
    do {
      if let failure = arguments.failure { throw failure }
      var fewer = arguments
      let operands = fewer.takeLastOperands()
      var command = try quickly(fewer.strings) ?? parseAsRoot(fewer.strings)
      if !operands.isEmpty, !takesAnyNumberOfOperands(command) {
        command = try parseAsRoot(arguments.strings)
      }
      switch command {
      case var scan as ScanCommand:
        scan.files.operands += operands
        return try ScanRun(scan, arguments).run().rawValue
      case var sum as SumCommand:
        sum.files += operands
        return try SumRun(sum, arguments).run().rawValue
      case var count as CountCommand:
        count.files += operands
        return try CountRun(count, arguments).run().rawValue
      case var find as FindCommand:
        find.operands += operands
        return try FindRun(find, arguments).run().rawValue
      case var frames as FramesCommand:
        frames.files.operands += operands
        return try FramesRun(frames, arguments).run().rawValue
      case let copy as CopyCommand: return try CopyRun(copy, arguments).run().rawValue
      case let report as ReportCommand: return try ReportRun(report, arguments).run().rawValue
      case let watch as WatchCommand: return try WatchRun(watch, arguments).run().rawValue
      default:
        try command.run()
        return ExitStatus.fine.rawValue
      }
    } catch let error as CommandError {
      StandardError.print("mmscan: \(error)")
      return ExitStatus.error.rawValue
    } catch {
      let message = fullMessage(for: error)
      guard exitCode(for: error) == .success else {
        if let words = arguments.environmentWords {
          StandardError.print("mmscan: with what MMSCAN_OPTIONS adds, \(words):")
        }
        // It repeats arguments, which may be the names of somebody else's files.
        let lines = message.split(separator: "\n", omittingEmptySubsequences: false)
        StandardError.print(lines.map { SafeText.escaped($0.utf8) }.joined(separator: "\n"))
        return ExitStatus.error.rawValue
      }
      do throws(CommandError) { try StandardOutput.write(message + "\n") } catch {
        StandardError.print("mmscan: \(error)")
        return ExitStatus.error.rawValue
      }
      return ExitStatus.fine.rawValue
    }
  }
}

import FileMapping
import ScanEngine
import ScanStates
import ZstdFrames

/// Goes over the files of one command line, one after the other.
struct FramesRun {
  let command: FramesCommand
  let arguments: RawArguments
  private let mode: any FramesMode
  private let interruption: Interruption

  init(_ command: FramesCommand, _ arguments: RawArguments) throws(CommandError) {
    self.command = command
    self.arguments = arguments
    let settings = try command.decoding.settings(arguments)
    mode =
      if command.verify {
        FrameVerification(command, settings)
      } else if command.carve {
        try FrameCarving(command, arguments, settings)
      } else if let range = command.cat {
        try FrameContent(range, command, settings)
      } else if command.summary {
        FrameSummary(command, settings)
      } else {
        FrameListing(command, settings)
      }
    interruption = try Interruption()
  }

  /// Does for each file what was asked.
  ///
  /// - Throws: ``CommandError`` if results cannot be written.
  func run() throws(CommandError) -> ExitStatus {
    let names = try command.files.names(arguments)
    let publisher = ScanPublisher(.frames, fileCount: names.count)
    defer { publisher.finish() }
    interruption.tellFrom(publisher)
    var status = ExitStatus.fine
    let bar = bar
    bar?.begin(names.map(\.path), command.inputs.part)
    try mode.begin(fileCount: names.count)
    for (index, name) in names.enumerated() {
      let input = FramesInput(
        name: name.bytes, isFirst: index == 0, isQuiet: command.quietness.quiet,
        fileCount: names.count, bar: bar, ways: command.ways,
        interruption: interruption, publisher: publisher)
      bar?.begin(index, name.bytes)
      let source: Source
      do throws(MappingError) {
        source = try command.inputs.open(
          name.path, command.ways.access)
      } catch {
        try input.report.print(failure: error.advice, offset: nil)
        status = status.merged(with: .error)
        continue
      }
      status = status.merged(with: try mode.run(source, input))
    }
    bar?.finish()
    return status.merged(with: try mode.end())
  }

  /// A bar, if one is wanted: frames would be printed over it on a terminal.
  private var bar: ProgressBar? {
    StandardOutput.isTerminal
      ? nil : ProgressBar(command.ways.progress, isQuiet: command.quietness.quiet)
  }
}

/// What is done with each file.
protocol FramesMode: AnyObject {
  /// Called before the first file.
  func begin(fileCount: Int) throws(CommandError)
  /// - Throws: ``CommandError`` if results cannot be written.
  func run(_ source: Source, _ input: FramesInput) throws(CommandError) -> ExitStatus
  /// Called after the last file.
  func end() throws(CommandError) -> ExitStatus
}

extension FramesMode {
  func begin(fileCount: Int) throws(CommandError) {}
  func end() throws(CommandError) -> ExitStatus { .fine }
}

/// One file of the command line, and what is at hand while it is read.
struct FramesInput {
  /// The name as it was given.
  let name: [UInt8]
  let isFirst: Bool
  let isQuiet: Bool
  /// How many files there are.
  let fileCount: Int
  let bar: ProgressBar?
  let ways: WayOptions
  let interruption: Interruption
  let publisher: ScanPublisher

  var report: FileReport {
    FileReport(name, isFirst: isFirst, isJSON: ways.json, isQuiet: isQuiet)
  }
}

extension FramesInput {
  /// Has every frame decoded while others look on.
  ///
  /// - Returns: nil if the file cannot be read, which is told then.
  func verify(
    _ source: Source, _ verifier: FrameVerifier,
    report finding: @escaping (Verification.Finding) -> Void
  ) throws(CommandError) -> Verification? {
    publisher.begin(name, byteCount: source.byteCount, analyzers: ["frames"], findings: { _ in [] })
    defer { bar?.clear() }
    do throws(MappingError) {
      let found = try verifier.run(
        over: source, control: interruption.control,
        progress: { progress in
          publisher.update(progress)
          bar?.update(progress)
        }, report: finding)
      if found.outcome == .complete { bar?.end(byteCount: found.byteCount) }
      return found
    } catch {
      publisher.end(.error)
      try report.print(failure: error.sentence, offset: nil)
      return nil
    }
  }

  /// Ends a file that has no answer: says why, and ends the command if somebody asked for it.
  func end(unanswered outcome: Outcome) -> ExitStatus {
    report.warn(outcome.sentence)
    if let partial = interruption.partial { report.warn(partial: partial) }
    interruption.endIfReceived(after: outcome)
    return .changed
  }
}

/// What a running command says of itself to other processes of its user.
public struct ScanState: Equatable, Sendable {
  /// What the command does with the file.
  public enum Command: String, CaseIterable, Sendable {
    case scan, copy, find, frames, sum, count
  }

  /// How a command ended, in the words of its JSON; the worst of its files if they ended differently.
  public enum Ending: String, CaseIterable, Sendable {
    /// Everything was answered.
    case complete
    /// A file changed, was cut, or could not be read to the end, so that it has no answer.
    case changed, truncated, faulted, interrupted
    /// Something could not be done.
    case error
  }

  /// The process.
  public var pid: Int32
  /// When the command began, in nanoseconds since 1970. It tells two processes apart that had the same
  /// number one after the other.
  public var start: UInt64
  /// What it does.
  public var command: Command
  /// The file it is at, as it was named.
  public var file: ClippedText
  /// Which of the command's files that is, from 1; and how many there are.
  public var fileNumber: UInt64
  public var fileCount: UInt64
  /// Bytes of the file that every analyzer is done with.
  public var bytesDone: UInt64
  /// Bytes in all; nil for a stream.
  public var byteCount: UInt64?
  /// How fast it was in the last seconds, in bytes a second.
  public var bytesPerSecond: UInt64
  /// Labels of the analyzers.
  public var analyzers: [String]
  /// What they have found so far.
  public var findings: [Finding]
  /// How many more findings there are.
  public var findingsOmitted: UInt64
  /// How the command ended; nil while it runs.
  public var ending: Ending?

  /// Makes a state. What it holds is cut to what a published state has room for.
  public init(
    pid: Int32, start: UInt64, command: Command, file: ClippedText, fileNumber: UInt64 = 1,
    fileCount: UInt64 = 1, bytesDone: UInt64 = 0, byteCount: UInt64? = nil,
    bytesPerSecond: UInt64 = 0, analyzers: [String] = [], findings: [Finding] = [],
    findingsOmitted: UInt64 = 0, ending: Ending? = nil
  ) {
    self.pid = pid
    self.start = start
    self.command = command
    self.file = file
    self.fileNumber = fileNumber
    self.fileCount = fileCount
    self.bytesDone = bytesDone
    self.byteCount = byteCount
    self.bytesPerSecond = bytesPerSecond
    self.analyzers = analyzers
    self.findings = findings
    self.findingsOmitted = findingsOmitted
    self.ending = ending
  }
}

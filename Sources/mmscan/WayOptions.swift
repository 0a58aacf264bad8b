import ArgumentParser

/// The arguments that say how to go about it, and never change what comes out.
struct WayOptions: ParsableArguments {
  @Flag(name: .long, help: "One JSON object a file and line, for scripts.")
  var json = false

  @Flag(
    name: .long,
    help: "Say what the scan cost: time, page faults, memory, lanes. To stderr, or into the JSON.")
  var stats = false

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("How many lanes work at once; as many as cores by default.", valueName: "n"))
  var jobs: Int?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "How much of a file a lane maps at a time: a multiple of 2MiB.", valueName: "size"))
  var window = ByteSize(16 << 20)

  @Flag(name: .customLong("no-mmap"), help: "Read files instead of mapping them.")
  var noMmap = false

  @Flag(
    name: .customLong("no-sparse"),
    help:
      "Read holes of sparse files as everything else, for file systems that are wrong about them.")
  var noSparse = false

  @Flag(
    name: .customLong("drop-cache"),
    help:
      "Have the system forget what it read of a file for this alone: it keeps room for other programs."
  )
  var dropCache = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Progress on stderr: 'auto' (a terminal, after a second), 'always', 'never'.",
      valueName: "when"))
  var progress = ProgressMode.auto

  /// How many lanes work at once.
  var jobCount: Int { jobs ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

  func validate() throws {
    if let jobs, !(1...1024).contains(jobs) {
      throw ValidationError("--jobs takes a number from 1 to 1024, not \(jobs)")
    }
    guard window.byteCount > 0, window.byteCount % (2 << 20) == 0, window.byteCount <= 1 << 40
    else {
      throw ValidationError("--window takes a multiple of 2MiB up to 1TiB, such as 16MiB")
    }
  }
}

/// When progress is shown.
enum ProgressMode: String, CaseIterable, ExpressibleByArgument {
  case auto, always, never
}

import Arguments
import ArgumentParser
import FileMapping
import ScanEngine

/// The arguments that say how to go about it, and never change what comes out.
struct WayOptions: ParsableArguments {
  @Flag(name: .long, help: "One JSON object a file and line, for scripts.")
  var json = false

  @Flag(
    name: .long,
    help: "Say what the scan cost: time, page faults, memory, lanes. To stderr, or into the JSON.")
  var stats = false

  @Option(
    name: [.customShort("j", allowingJoined: true), .long],
    help: ArgumentHelp("How many lanes work at once; as many as cores by default.", valueName: "n"))
  var jobs: Int?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "How much of a file a lane maps at a time: a multiple of 2MiB.", valueName: "size"),
    transform: ByteSize.init(parsing:))
  var window = ByteSize(16 << 20)

  @OptionGroup var access: AccessOptions

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Progress on stderr: 'auto' (a bar on a terminal, after a second), 'bar', 'percent', 'json' (for scripts), 'none'.",
      valueName: "how"))
  var progress = ProgressMode.auto

  /// How many lanes work at once.
  var jobCount: Int {
    access.affordableLanes(upTo: jobs)
  }

  /// The same for a scan.
  var scanOptions: Scan.Options {
    var options = Scan.Options()
    options.windowByteCount = Int(window.byteCount)
    options.jobs = jobCount
    options.measures = stats
    access.apply(to: &options)
    return options
  }

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

/// How progress is shown.
enum ProgressMode: String, CaseIterable, ExpressibleByArgument {
  case auto, bar, percent, json, none

  /// Takes the words of old, too.
  init?(argument: String) {
    switch argument {
    case "always": self = .bar
    case "never": self = .none
    default: self.init(rawValue: argument)
    }
  }
}

/// How many threads there are besides those of lanes: for signals, delivery, reading ahead, and Dispatch itself.
let usualThreadCount = 4

/// How many processors there are. Asked once: the C library opens a file to tell.
let processorCount = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))

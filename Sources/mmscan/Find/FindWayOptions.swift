import Arguments
import ArgumentParser
import FileMapping
import PatternSearch

/// The arguments that say how to go about it.
struct FindWayOptions: ParsableArguments {
  @Option(
    name: .customLong("finder"),
    help: ArgumentHelp(
      "What finds candidates: 'auto', 'literal', 'hyperscan' or 'pcre2'. The answer is the same.",
      valueName: "way"))
  var finder = FinderMode.auto

  @Flag(
    name: .customLong("stats"),
    help: "Say what the search cost: time, page faults, memory, lanes. To stderr.")
  var stats = false

  @Option(
    name: .customLong("progress"),
    help: ArgumentHelp(
      "Progress on stderr: 'auto' (a bar on a terminal, after a second), 'bar', 'percent', 'json' (for scripts), 'none'.",
      valueName: "how"))
  var progress = ProgressMode.auto

  @Option(
    name: [.customShort("j"), .customLong("jobs")],
    help: ArgumentHelp("How many lanes work at once; as many as cores by default.", valueName: "n"))
  var jobs: Int?

  @Option(
    name: .customLong("window"),
    help: ArgumentHelp(
      "How much of a file a lane maps at a time: a multiple of 2MiB; 8MiB by default, 2MiB where every match is listed.",
      valueName: "size"), transform: ByteSize.init(parsing:))
  var window: ByteSize?

  @OptionGroup var access: AccessOptions

  @OptionGroup var tolerance: ToleranceOptions

  /// How many lanes work at once.
  var jobCount: Int {
    access.affordableLanes(upTo: jobs)
  }

  func validate() throws {
    if let jobs, !(1...1024).contains(jobs) {
      throw ValidationError("--jobs takes a number from 1 to 1024, not \(jobs)")
    }
    if let size = window?.byteCount, size == 0 || size % (2 << 20) != 0 || size > 1 << 40 {
      throw ValidationError("--window takes a multiple of 2MiB up to 1TiB, such as 8MiB")
    }
  }
}

/// What finds candidates, as an argument.
enum FinderMode: String, CaseIterable, ExpressibleByArgument {
  case auto, literal, hyperscan, pcre2

  var finder: SearchForm.Finder {
    switch self {
    case .auto: .auto
    case .literal: .literal
    case .hyperscan: .hyperscan
    case .pcre2: .pcre2
    }
  }
}

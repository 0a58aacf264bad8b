import ArgumentParser
import FileMapping
import ScanEngine
import SystemPackage

/// The arguments that say how bytes of files are come by.
struct AccessOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "'auto': map files, and read those of network and FUSE file systems. 'mmap': map them, too. 'read': read all.",
      valueName: "way"))
  var io = AccessMode.auto

  @Flag(name: .customLong("no-mmap"), help: "The same as --io read.")
  var noMmap = false

  @Flag(
    name: .customLong("no-sparse"),
    help:
      "Read holes of sparse files as everything else, for file systems that are wrong about them.")
  var noSparse = false

  @Flag(
    name: .customLong("drop-cache"),
    help:
      "Have the system forget what it read of a file for this alone: it keeps room for other programs. Where memory is short (a control group with less than the file and a few windows for each job) it does in any case."
  )
  var dropCache = false

  func validate() throws {
    if noMmap, io == .mmap {
      throw ValidationError("--no-mmap is --io read, and not --io mmap")
    }
  }

  /// How many lanes can work at once; as many as there are processors, if nobody says how many.
  func affordableLanes(upTo jobs: Int?) -> Int {
    // What drops is one thread more.
    ProcessLimits.own.affordableLanes(
      upTo: jobs ?? processorCount, besides: usualThreadCount + (dropCache ? 1 : 0))
  }

  /// Whether files are mapped where that is wise.
  var maps: Bool { way != .reading }

  /// How bytes are come by.
  var way: Source.Opening.Way {
    switch io {
    case _ where noMmap: .reading
    case .auto: .automatic
    case .mmap: .mapping
    case .read: .reading
    }
  }

  /// Has a scan do it so.
  func apply(to options: inout Scan.Options) {
    options.dropsCache = dropCache
    options.readsHoles = noSparse
  }
}

/// How bytes are come by, as an argument.
enum AccessMode: String, CaseIterable, ExpressibleByArgument {
  case auto, mmap, read
}

import ArgumentParser
import ScanEngine

/// The arguments that say how bytes of files are come by.
struct AccessOptions: ParsableArguments {
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

  /// Has a scan do it so.
  func apply(to options: inout Scan.Options) {
    options.dropsCache = dropCache
    options.readsHoles = noSparse
  }
}

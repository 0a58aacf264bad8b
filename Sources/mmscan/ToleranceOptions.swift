import ArgumentParser
import ScanEngine

/// The arguments that say what of a file may be wrong so that there are answers all the same.
struct ToleranceOptions: ParsableArguments {
  @Flag(
    name: .customLong("allow-growth"),
    help: "A file that only grew meanwhile is fine: answer for the size it had (with a warning).")
  var allowGrowth = false

  @Flag(
    name: .customLong("skip-errors"),
    help:
      "Count and search on behind bytes that cannot be read, as if they were zeros; digests get no answer. Exit status 3."
  )
  var skipErrors = false

  /// Has a scan do so.
  func apply(to options: inout Scan.Options) {
    options.allowsGrowth = allowGrowth
    options.skipsErrors = skipErrors
  }
}

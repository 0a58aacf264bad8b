import ArgumentParser

/// Whether anything but errors is said on stderr.
struct QuietOptions: ParsableArguments {
  @Flag(
    name: .long,
    help: "On stderr only errors: no progress, and no warning about a file that has answers.")
  var quiet = false
}

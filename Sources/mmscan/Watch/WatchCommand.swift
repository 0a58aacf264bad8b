import ArgumentParser

/// The arguments of `mmscan watch`.
struct WatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "See what running scans are doing.",
    discussion: """
      Every mmscan that takes longer than a second tells the other processes of its user how far it is \
      and what it has found. Without a name: a table of those that run. With one: follows that one \
      until it ends, in place on a terminal, else with a line a second.

      EXAMPLES
        mmscan watch
            Which scans run, and how far is each?
        mmscan watch big.log
            Follow the scan that is at big.log: rate, time left, what was found so far.
        mmscan watch 4711
            Follow the scan of process 4711. scan-4711 is the same.
        mmscan watch --json 4711 | jq .findings
            One JSON object an update; Documentation/json.md describes it.

      EXIT STATUS
        0  scans run; or the one that was followed was complete
        1  no scan runs
        2  an error; or the scan that was followed ended with one
        3  the file of the scan that was followed changed, was cut, or could not be read to the end
        4  the scan that was followed ended without a last word: it was killed
      """)

  @Argument(
    help: ArgumentHelp(
      "The scan to follow: its process number, or the name of the file it is at.", valueName: "scan"
    ))
  var scan: String?

  @Flag(name: .long, help: "One JSON object a scan, or an update, and line, for scripts.")
  var json = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "How often to say something new, from 0.2 up. 1 if the output is no terminal, else 0.2; also with --json.",
      valueName: "seconds"))
  var interval: Double?

  func validate() throws {
    if let interval, !(0.2...86400).contains(interval) {
      throw ValidationError("--interval takes seconds, from 0.2 to 86400")
    }
    if interval != nil, scan == nil {
      throw ValidationError("--interval says how to follow a scan: name one too")
    }
  }
}

/// The statistics in messages of `rg --json`.
struct JSONStatistics {
  var elapsed = Duration.zero
  var searches: UInt64 = 0
  var searchesWithMatch: UInt64 = 0
  var bytesSearched: UInt64 = 0
  var bytesPrinted: UInt64 = 0
  var matchedLines: UInt64 = 0
  var matches: UInt64 = 0

  mutating func add(_ other: JSONStatistics) {
    elapsed += other.elapsed
    searches += other.searches
    searchesWithMatch += other.searchesWithMatch
    bytesSearched += other.bytesSearched
    bytesPrinted += other.bytesPrinted
    matchedLines += other.matchedLines
    matches += other.matches
  }

  /// The object in an end message.
  var ofEnd: String {
    let time = JSONStatistics.parts(elapsed)
    return "{\"elapsed\":{\"secs\":\(time.seconds),\"nanos\":\(time.nanoseconds),"
      + "\"human\":\"\(time.human)\"},\"searches\":\(searches),"
      + "\"searches_with_match\":\(searchesWithMatch),\"bytes_searched\":\(bytesSearched),"
      + "\"bytes_printed\":\(bytesPrinted),\"matched_lines\":\(matchedLines),\"matches\":\(matches)}"
  }

  /// The message after all others; ripgrep has its keys in another order.
  func summary(total: Duration) -> String {
    func object(_ duration: Duration) -> String {
      let time = JSONStatistics.parts(duration)
      return "{\"human\":\"\(time.human)\",\"nanos\":\(time.nanoseconds),\"secs\":\(time.seconds)}"
    }
    return "{\"data\":{\"elapsed_total\":\(object(total)),\"stats\":{"
      + "\"bytes_printed\":\(bytesPrinted),\"bytes_searched\":\(bytesSearched),"
      + "\"elapsed\":\(object(elapsed)),\"matched_lines\":\(matchedLines),\"matches\":\(matches),"
      + "\"searches\":\(searches),\"searches_with_match\":\(searchesWithMatch)}},"
      + "\"type\":\"summary\"}\n"
  }

  private static func parts(
    _ duration: Duration
  ) -> (seconds: Int64, nanoseconds: Int64, human: String) {
    let (seconds, attoseconds) = duration.components
    let nanoseconds = attoseconds / 1_000_000_000
    let micros = String(nanoseconds / 1000)
    let zeros = String(repeating: "0", count: 6 - micros.count)
    return (seconds, nanoseconds, "\(seconds).\(zeros)\(micros)s")
  }
}

import FileMapping
import ScanEngine
import ZstdFrames

/// That the content of zstd files is asked for, not the files.
struct ContentRequest {
  private let settings: DecodingSettings
  /// Which content is wanted.
  let range: Range<UInt64>

  /// - Returns: nil if it is not.
  /// - Throws: ``CommandError`` if a dictionary cannot be read or is none.
  init?(_ options: ContentOptions, _ arguments: RawArguments) throws(CommandError) {
    guard options.decompress else { return nil }
    settings = try options.decoding.settings(arguments)
    range = options.contentRange?.bytes ?? 0..<UInt64.max
  }

  /// What is decoded of a file.
  ///
  /// - Parameter name: Its name. One that is called as zstd files are has to be one, so that damage to its
  ///   first bytes is not taken for content.
  /// - Throws: `ScanError` if the file cannot be read.
  func decoder(
    of source: Source, named name: [UInt8], _ control: ScanControl
  ) throws(ScanError) -> ZstdContent {
    let endings = [".zst", ".zstd", ".tzst"].map { Array($0.utf8) }
    let isNamed = endings.contains { name.count > $0.count && name.suffix($0.count) == $0[...] }
    var decoder = ZstdContent(settings, acceptsPlain: !isNamed, from: source.start)
    if range.lowerBound > 0, source.access != .stream {
      decoder.position = try FrameLocator(.content(offset: range.lowerBound), from: source.start)
        .position(in: source, control: control)
    }
    return decoder
  }
}

/// A scan of a file, or of what it holds.
struct LayeredScan {
  /// The scan to run.
  var scan: Scan
  /// What is decoded, and the claim to what was found in it.
  private(set) var content: (decoder: ZstdContent, ticket: Scan.Ticket<ScanReport>)?

  /// A scan of a file.
  init(_ scan: Scan) { self.scan = scan }

  /// A scan of what a file holds.
  ///
  /// - Parameter beside: What is asked of the file itself in the same read; its options count.
  init(_ inner: Scan, of decoder: ZstdContent, _ range: Range<UInt64>, beside: Scan) {
    scan = beside
    content = (decoder, scan.add(decoder, content: inner, range: range, label: "content"))
  }

  /// The report with the answers: that of the content, if that was asked for.
  func answers(in report: ScanReport) -> ScanReport? {
    guard let content else { return report }
    return report[content.ticket]
  }

  /// The same while the scan runs.
  func answers(in progress: ScanProgress) -> ScanProgress? {
    guard let content else { return progress }
    return progress.content(content.ticket)
  }
}

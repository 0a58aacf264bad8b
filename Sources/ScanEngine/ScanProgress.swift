/// How far a scan is.
public struct ScanProgress: Sendable {
  /// Bytes that every analyzer is done with.
  public var bytesDone: UInt64
  /// Bytes in all; nil for a stream.
  public var byteCount: UInt64?

  /// How far something is that is no scan.
  package init(bytesDone: UInt64, byteCount: UInt64?) {
    self.init(bytesDone: bytesDone, byteCount: byteCount, ordered: Glimpse())
  }

  init(
    bytesDone: UInt64, byteCount: UInt64? = nil, mergeable: [Int] = [], prefix: Run? = nil,
    ordered: Glimpse
  ) {
    self.bytesDone = bytesDone
    self.byteCount = byteCount
    self.mergeable = mergeable
    self.prefix = prefix
    self.ordered = ordered
  }

  /// Numbers of the mergeable analyzers, and the merged work of the windows from the first one on; nil
  /// as long as that one is not done.
  var mergeable: [Int] = []
  var prefix: Run?
  /// The other analyzers.
  var ordered: Glimpse

  /// The answer that an analyzer would give for the bytes that it has seen so far: those from the
  /// input's start to some offset not far from ``bytesDone``, another one for each analyzer.
  ///
  /// It is worked out when it is asked for, on a copy. Analyzers that see every byte in order are asked
  /// for a copy meanwhile, and until they can spare it the answer is the one of the copy before: ask
  /// now and then, not once. A progress that was kept answers as of now for these, and may be asked on
  /// any thread, also after the scan.
  ///
  /// - Returns: nil if the analyzer has shown nothing yet, or cannot answer for a part of the input.
  /// - Complexity: That of `finalize()`.
  public subscript<Output>(ticket: Scan.Ticket<Output>) -> Output? {
    let analyzer: (any Analyzer)? =
      if let index = mergeable.firstIndex(of: ticket.number) {
        prefix?.parts[index]
      } else {
        ordered.analyzer(ticket.number)
      }
    return try? analyzer?.finalize() as? Output
  }

  /// How far the scan of what is decoded from the input is; nil before it has begun.
  public func content(_ ticket: Scan.Ticket<ScanReport>) -> ScanProgress? {
    (ordered.analyzer(ticket.number) as? ContentRider)?.progress
  }
}

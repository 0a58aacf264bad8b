public import FileMapping

/// An analyzer that hands out what it finds while the scan goes on, in the order of the input.
///
/// However many findings there are, they need not be held until the end. What is handed out is
/// decided: no byte that is still to come changes it.
public protocol ListingAnalyzer: Analyzer {
  /// Findings of a stretch of the input.
  associatedtype Listing: Sendable

  /// Takes out what was found since the last time. The engine asks after every window, of a value that
  /// covers the input from its start: of the merged one if the analyzer is mergeable.
  mutating func takeListing() -> Listing
}

/// What somebody who was handed a listing wants next.
public enum ListingVerdict: Sendable {
  /// More of them.
  case goOn
  /// No more: the scan ends as if its analyzers were settled.
  case enough
  /// The byte at an offset, which was read before, cannot be read again.
  case unreadable(at: UInt64, MappingError?)
}

/// Somebody who is handed the listings of one analyzer.
struct Listener: Sendable {
  /// Takes the listing out of an analyzer and gives what remains to be done with it: calling whoever
  /// listens.
  let take: @Sendable (any Analyzer) -> (rest: any Analyzer, call: Call)

  typealias Call = @Sendable (Recall) -> ListingVerdict

  init<A: ListingAnalyzer>(
    to type: A.Type, _ listen: @escaping @Sendable (A.Listing, Recall) -> ListingVerdict
  ) {
    take = { analyzer in
      guard var rest = analyzer as? A else { preconditionFailure("another kind of analyzer") }
      let listing = rest.takeListing()
      return (rest, { recall in listen(listing, recall) })
    }
  }
}

public import ScanEngine

extension LineSearch {
  /// What to find out.
  public struct Options: Hashable, Sendable {
    /// What to list while the search goes on.
    public enum Listing: Hashable, Sendable {
      case nothing
      /// The selected lines.
      case lines
      /// The selected lines, and where lines match. If those are selected in which nothing matches, these
      /// are the matches of the others.
      case matches
    }

    /// Whether each pattern is searched for as if it were alone. If not, they are alternatives: a line is
    /// selected if any of them matches, and at each place the first that matches is taken.
    public var isByPattern = true
    /// Whether lines are selected in which nothing matches.
    public var isInverted = false
    /// Whether ``PatternMatches/matches`` is wanted; if not, it stays 0, and a line is searched only up to
    /// its first match.
    public var countsMatches = true
    public var listing = Listing.nothing
    /// Whether of each line only the first match is listed; not for matches that span lines.
    public var listsFirstMatches = false
    /// Whether the blocks of a listing have numbers of lines.
    public var numbersLines = false
    /// How many matches of each pattern to keep for showing; 0 or more. Only for patterns that are alone.
    public var shownLimit = 0
    /// After how many selected lines, of each pattern if they are alone, nothing more matters; nil for
    /// never. The search then ends early, and may have counted more.
    public var lineLimit: UInt64?
    /// Into which buckets of the input matches are counted as well; nil if that is not wanted.
    public var density: BucketScale?
    /// Bytes that a match of a regular expression may span in a line of more than 1 MiB, or in a search
    /// whose matches span lines.
    public var maxMatchByteCount = 8 << 20
    /// A line with more bytes than this is searched in pieces of this size, which start where the line does.
    package var segmentByteCount = 1 << 20

    public init() {}
  }
}

/// Bytes of an input that could not be read. Analyzers saw zeros in their place.
public struct UnreadableBytes: Equatable, Sendable {
  /// Where they lie: ascending and apart, the first ``listLimit`` of them.
  public internal(set) var ranges: [Range<UInt64>]
  /// How many ranges there are.
  public internal(set) var rangeCount: Int
  /// How many bytes there are in all of them.
  public internal(set) var byteCount: UInt64
  /// What the system said of the first range.
  public internal(set) var reason: String

  /// How many ranges are listed.
  public static var listLimit: Int { 1000 }

  /// A sentence for people, without the file's name and without a full stop.
  public var sentence: String {
    let first = ranges[0]
    let place = "at offset \(first.lowerBound)"
    let few = "\(first.count) bytes \(place) could not be read: \(reason)"
    return rangeCount == 1
      ? few
      : "\(byteCount) bytes in \(rangeCount) ranges could not be read, the first \(first.count) of them \(place): \(reason)"
  }
}

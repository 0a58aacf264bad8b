extension Source {
  /// How a file is opened, where there is a choice.
  public struct Opening: Sendable {
    /// How bytes are come by.
    public enum Way: Sendable {
      /// Files are mapped, unless they live on another machine or in another process, or cannot be.
      case automatic
      /// Files are mapped wherever they live; what cannot be mapped is an error.
      case mapping
      /// Files are read.
      case reading
    }

    /// How bytes are come by.
    public var way = Way.automatic
    /// Whether block devices are opened.
    public var allowsBlockDevices = false
    /// How many bytes are read at most, from ``beginning`` on; nil for no limit. With a limit, at least 1, character
    /// devices are opened, too, which may have no end.
    public var byteLimit: UInt64?
    /// Where reading begins. What lies before is not there for analyzers; offsets are those of the whole input all the
    /// same.
    public var beginning = Beginning.offset(0)

    /// Where reading begins.
    public enum Beginning: Equatable, Sendable {
      /// At an offset. Behind the end of the input nothing is read.
      case offset(UInt64)
      /// So many bytes before the end, or at the start if there are fewer. Only of what has a size.
      case last(UInt64)
    }

    /// The standard choices.
    public init() {}

    package init(maps: Bool) { way = maps ? .automatic : .reading }
  }
}

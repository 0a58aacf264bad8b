/// What kind of thing a path names.
public enum FileKind: Equatable, Sendable, CustomStringConvertible {
  case regular, directory, fifo, socket, characterDevice, blockDevice, other

  /// With its article, as it stands in a sentence.
  public var description: String {
    switch self {
    case .regular: "a regular file"
    case .directory: "a directory"
    case .fifo: "a pipe"
    case .socket: "a socket"
    case .characterDevice: "a character device"
    case .blockDevice: "a block device"
    case .other: "of an unknown kind"
    }
  }
}

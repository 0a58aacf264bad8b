public import FileMapping
public import SystemPackage

/// Where the bytes of a scan come from.
public struct Source: Sendable {
  /// How bytes get from the file to the analyzers.
  public enum Access: String, Sendable {
    /// Views of the file slide over it; lanes work on several windows at once.
    case mapped
    /// Each lane reads its windows into a buffer of its own.
    case read
    /// The bytes come once and in order, as from a pipe; every lane sees all of them.
    case stream
  }

  enum Origin: Sendable {
    case object(MappingObject, mapped: Bool)
    case stream(Stream)
  }

  final class Stream: Sendable {
    let file: OpenedFile
    /// How many bytes to read at most: those that a regular file had when it was opened. Nil for what
    /// has no size, or claims none.
    let limit: UInt64?

    init(_ file: consuming OpenedFile, limit: UInt64? = nil) {
      self.file = file
      self.limit = limit
    }
  }

  let origin: Origin

  /// Opens a file.
  ///
  /// Regular files are mapped; on a remote file system, or if `maps` is false, they are read. Pipes
  /// and block devices are read as streams, and so are files that claim no size (some under `/proc`
  /// have bytes all the same) or that the system will not map.
  ///
  /// - Throws: `MappingError` if the file cannot be opened or is of a kind that has no end.
  public init(_ path: FilePath, maps: Bool = true) throws(MappingError) {
    try self.init(OpenedFile(path), maps: maps)
  }

  /// Opens a file whose name is UTF-8; otherwise the same.
  public init(_ path: String, maps: Bool = true) throws(MappingError) {
    try self.init(FilePath(path), maps: maps)
  }

  /// Reads the standard input as a stream, from where it stands; a file only up to the size it has
  /// now.
  public static func standardInput() throws(MappingError) -> Source {
    let file = try OpenedFile.standardInput()
    if file.status.kind == .directory {
      throw MappingError(.notMappable(.directory), operation: .open, path: file.path)
    }
    var limit: UInt64?
    if file.status.kind == .regular, file.status.size.rawValue > 0 {
      let position = try file.position()
      limit = file.status.size.rawValue - min(file.status.size.rawValue, position.rawValue)
    }
    return Source(.stream(Stream(file, limit: limit)))
  }

  private init(_ origin: Origin) { self.origin = origin }

  private init(stream file: consuming OpenedFile) { self.init(.stream(Stream(file))) }

  package init(_ file: consuming OpenedFile, maps: Bool) throws(MappingError) {
    switch file.status.kind {
    case .regular:
      guard file.status.size.rawValue > 0 else {
        self.init(stream: file)
        return
      }
      let (path, isRemote, isMappable) = (file.path, file.isRemote, file.isSurelyMappable)
      let object = try MappingObject(file: file)
      // Files under /proc and /sys have a size that is not true, and cannot be mapped. Nor can some
      // others; reading them from start to end is always possible.
      guard isMappable || (try? object.view(at: 0, length: 1)) != nil else {
        self.init(stream: try OpenedFile(path))
        return
      }
      self.init(.object(object, mapped: maps && !isRemote))
    case .fifo, .blockDevice:
      self.init(stream: file)
    case .directory, .socket, .characterDevice, .other:
      throw MappingError(.notMappable(file.status.kind), operation: .open, path: file.path)
    }
  }

  /// How the bytes are read.
  public var access: Access {
    switch origin {
    case .object(_, let mapped): mapped ? .mapped : .read
    case .stream: .stream
    }
  }

  /// The object that a scan of this source reads; nil for a stream.
  package var object: MappingObject? {
    if case .object(let object, _) = origin { object } else { nil }
  }

  /// The name the file was opened by; "-" for the standard input.
  public var path: FilePath {
    switch origin {
    case .object(let object, _): object.path
    case .stream(let stream): stream.file.path
    }
  }

  /// Size in bytes; nil for a stream.
  public var byteCount: UInt64? {
    switch origin {
    case .object(let object, _): object.size.rawValue
    case .stream: nil
    }
  }

  /// The first bytes, up to `count` of them, without taking them away; nil for a stream.
  public func peek(_ count: Int) throws(MappingError) -> [UInt8]? {
    guard case .object(let object, _) = origin else { return nil }
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    var failure: MappingError?
    unsafe bytes.withUnsafeMutableBytes { buffer in
      do throws(MappingError) { filled = try unsafe object.read(into: buffer, at: 0) } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return Array(bytes.prefix(filled))
  }
}

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
    /// How many bytes it must have: those that a regular file had when it was opened. Nil for what
    /// has no size, or claims none.
    let size: UInt64?
    /// How many bytes to read at most; nil for all.
    let limit: UInt64?

    init(_ file: consuming OpenedFile, size: UInt64? = nil, limit: UInt64? = nil) {
      self.file = file
      self.size = size.map { min($0, limit ?? .max) }
      self.limit = [size, limit].compactMap { $0 }.min()
    }
  }

  let origin: Origin

  /// Opens a file.
  ///
  /// Regular files and block devices are mapped or read, as `opening` says. Pipes and character devices are
  /// read as streams, `/dev/null` always, and so are files that claim no size (some under `/proc` have bytes all the same) or that
  /// the system will not map.
  ///
  /// - Throws: `MappingError` if the file cannot be opened; with `.notMappable` if it is of a kind that has no
  ///   bytes, or one that `opening` does not allow.
  public init(_ path: FilePath, _ opening: Opening = Opening()) throws(MappingError) {
    try self.init(OpenedFile(path), opening)
  }

  /// Opens a file whose name is UTF-8; otherwise the same.
  public init(_ path: String, _ opening: Opening = Opening()) throws(MappingError) {
    try self.init(FilePath(path), opening)
  }

  package init(_ path: FilePath, maps: Bool) throws(MappingError) {
    try self.init(path, Opening(maps: maps))
  }

  /// Reads the standard input as a stream, from where it stands; a file only up to the size it has
  /// now.
  ///
  /// - Parameter byteLimit: How many bytes are read at most; nil for no limit.
  public static func standardInput(byteLimit: UInt64? = nil) throws(MappingError) -> Source {
    let file = try OpenedFile.standardInput()
    if file.status.kind == .directory {
      throw MappingError(.notMappable(.directory), operation: .open, path: file.path)
    }
    var size: UInt64?
    if file.status.kind == .regular, file.status.size.rawValue > 0 {
      let position = try file.position()
      size = file.status.size.rawValue - min(file.status.size.rawValue, position.rawValue)
    }
    return Source(.stream(Stream(file, size: size, limit: byteLimit)))
  }

  private init(_ origin: Origin) { self.origin = origin }

  private init(stream file: consuming OpenedFile, _ opening: Opening) {
    self.init(.stream(Stream(file, limit: opening.byteLimit)))
  }

  package init(
    _ file: consuming OpenedFile, _ opening: Opening = Opening()
  ) throws(MappingError) {
    let kind = file.status.kind
    switch kind {
    case .blockDevice where !opening.allowsBlockDevices, .directory, .socket, .other,
      .characterDevice where opening.byteLimit == nil && !file.status.isNullDevice:
      throw MappingError(.notMappable(kind), operation: .open, path: file.path)
    case .fifo where opening.way == .mapping, .characterDevice where opening.way == .mapping:
      throw MappingError(.notMappable(kind), operation: .mmap, path: file.path)
    case .fifo, .characterDevice:
      self.init(stream: file, opening)
    case .regular, .blockDevice:
      let size = min(file.status.size.rawValue, opening.byteLimit ?? .max)
      guard size > 0 else {
        self.init(stream: file, opening)
        return
      }
      let (path, isRemote, isMappable) = (file.path, file.isRemote, file.isSurelyMappable)
      let object = try MappingObject(file: file, size: FileOffset(size))
      if !isMappable {
        // Files under /proc and /sys have a size that is not true, and cannot be mapped. Nor can some
        // others; reading them from start to end is always possible.
        do throws(MappingError) { _ = try object.view(at: 0, length: 1) } catch {
          guard opening.way != .mapping else { throw error }
          self.init(stream: try OpenedFile(path), opening)
          return
        }
      }
      let maps = opening.way == .mapping || opening.way == .automatic && !isRemote
      self.init(.object(object, mapped: maps))
    }
  }

  /// The same bytes, read.
  var unmapped: Source {
    if case .object(let object, _) = origin { Source(.object(object, mapped: false)) } else { self }
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

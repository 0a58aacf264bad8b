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
    /// How many bytes to read at most, those before ``start`` counted; nil for all.
    let limit: UInt64?
    /// How many bytes are read and dropped first.
    let start: UInt64

    /// - Parameter limit: How many bytes to read at most from `start` on; nil for all.
    init(
      _ file: consuming OpenedFile, size: UInt64? = nil, start: UInt64 = 0, limit: UInt64? = nil
    ) {
      self.file = file
      self.start = start
      let end = limit.map { start.addingReportingOverflow($0) }.map { $1 ? .max : $0 }
      self.size = size.map { min($0, end ?? .max) }
      self.limit = [size, end].compactMap { $0 }.min()
    }
  }

  let origin: Origin
  /// The offset of the first byte that is read.
  public let start: UInt64

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
  /// - Parameter opening: Of this only where reading begins and how much is read.
  public static func standardInput(_ opening: Opening = Opening()) throws(MappingError) -> Source {
    var file = try OpenedFile.standardInput()
    try file.settle()
    if file.status.kind == .directory {
      throw MappingError(.notMappable(.directory), operation: .open, path: file.path)
    }
    var size: UInt64?
    if file.status.kind == .regular, file.status.size.rawValue > 0 {
      let position = try file.position()
      size = file.status.size.rawValue - min(file.status.size.rawValue, position.rawValue)
    }
    let start = try opening.start(of: file, size: size)
    return Source(
      .stream(Stream(file, size: size, start: start, limit: opening.byteLimit)), from: start)
  }

  private init(_ origin: Origin, from start: UInt64) {
    self.origin = origin
    self.start = start
  }

  private init(stream file: consuming OpenedFile, _ opening: Opening) throws(MappingError) {
    let start = try opening.start(of: file, size: nil)
    self.init(
      .stream(Stream(file, start: start, limit: opening.byteLimit)), from: start)
  }

  package init(
    _ opened: consuming OpenedFile, _ opening: Opening = Opening()
  ) throws(MappingError) {
    var file = opened
    let kind = file.status.kind
    switch kind {
    case .blockDevice where !opening.allowsBlockDevices, .directory, .socket, .other,
      .characterDevice where opening.byteLimit == nil && !file.status.isNullDevice:
      throw MappingError(.notMappable(kind), operation: .open, path: file.path)
    case .fifo where opening.way == .mapping, .characterDevice where opening.way == .mapping:
      throw MappingError(.notMappable(kind), operation: .mmap, path: file.path)
    case .fifo, .characterDevice:
      try self.init(stream: file, opening)
    case .regular, .blockDevice:
      try file.settle()
      let end = file.status.size.rawValue
      let start = end == 0 ? 0 : try opening.start(of: file, size: end)
      let rest = end - min(start, end)
      let size = rest > opening.byteLimit ?? .max ? start + opening.byteLimit! : end
      guard start < size else {
        try self.init(stream: file, opening)
        return
      }
      let (path, isRemote, isMappable) = (file.path, file.isRemote, file.isSurelyMappable)
      let object = try MappingObject(file: file, size: FileOffset(size))
      // What lives elsewhere is read, and has the size that it claims or is not sound.
      if !isMappable, !isRemote || opening.way == .mapping {
        // Files under /proc and /sys have a size that is not true, and cannot be mapped. Nor can some
        // others; reading them from start to end is always possible.
        do throws(MappingError) { _ = try object.view(at: 0, length: 1) } catch {
          guard opening.way != .mapping else { throw error }
          try self.init(stream: OpenedFile(path), opening)
          return
        }
      }
      let maps = opening.way == .mapping || opening.way == .automatic && !isRemote
      self.init(.object(object, mapped: maps), from: start)
    }
  }

  /// The same bytes, read.
  var unmapped: Source {
    guard case .object(let object, _) = origin else { return self }
    return Source(.object(object, mapped: false), from: start)
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

  /// How many bytes are read; nil for a stream.
  public var byteCount: UInt64? {
    switch origin {
    case .object(let object, _): object.size.rawValue - start
    case .stream: nil
    }
  }

  /// How many bytes are read of a regular file that is read as a stream from where it stands; nil for everything else.
  package var streamSize: UInt64? {
    guard case .stream(let stream) = origin else { return nil }
    return stream.size.map { $0 - min($0, stream.start) }
  }

  /// The first bytes, up to `count` of them, without taking them away; nil for a stream.
  public func peek(_ count: Int) throws(MappingError) -> [UInt8]? {
    guard case .object(let object, _) = origin else { return nil }
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    var failure: MappingError?
    unsafe bytes.withUnsafeMutableBytes { buffer in
      do throws(MappingError) {
        filled = try unsafe object.read(into: buffer, at: FileOffset(start))
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return Array(bytes.prefix(filled))
  }
}

extension Source.Opening {
  /// Where reading begins.
  ///
  /// - Parameter size: How many bytes there are; nil if that is not known.
  /// - Throws: `MappingError` with `.sizeUnknown` if the end must be known and is not.
  fileprivate func start(
    of file: borrowing OpenedFile, size: UInt64?
  ) throws(MappingError) -> UInt64 {
    switch beginning {
    case .offset(let offset): return offset
    case .last(let count):
      // An empty file has no size either; files under /proc only claim to be empty.
      let isEmpty = file.status.kind == .regular && file.isSurelyMappable
      guard let size = size ?? (isEmpty ? 0 : nil) else {
        throw MappingError(.sizeUnknown, operation: .fstat, path: file.path)
      }
      return size - min(size, count)
    }
  }
}

extension Source.Stream {
  /// How many bytes there are, if anybody can know: those that must be there, or those of a file or device.
  var knownEnd: UInt64? {
    if let size { return size }
    switch file.status.kind {
    case .regular, .blockDevice: return file.status.size == 0 ? nil : file.status.size.rawValue
    default: return nil
    }
  }

  /// How long nobody is asked whether to stop, in milliseconds: bytes may not come for hours.
  private static var patience: CInt { 50 }

  /// Waits until there are bytes, or the end.
  ///
  /// - Returns: False if somebody asked to stop before.
  func waitForBytes(unless isStopped: () -> Bool) throws(MappingError) -> Bool {
    while !isStopped() { if try file.hasBytes(within: Self.patience) { return true } }
    return false
  }
}

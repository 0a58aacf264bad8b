import FileMapping
public import ScanEngine
public import SystemPackage

/// A copy of a file, made by a scan of it.
///
/// ```swift
/// let copy = try PendingCopy(from: "disk.img", to: "backup.img")
/// var scan = Scan()
/// copy.add(to: &scan)
/// let report = try scan.run(over: copy.source)
/// if report.outcome == .complete { try copy.publish() }
/// ```
///
/// Any other analyzer may ride in the same scan. Until ``publish()`` the destination is untouched, and
/// a copy that ends without it leaves nothing behind.
public final class PendingCopy: Sendable {
  /// How bytes get into the copy.
  public enum Way: String, CaseIterable, Sendable {
    /// One lane writes them from the view of the source; lanes that find it writing store them into a
    /// view of the copy meanwhile.
    case both
    /// They are written from the view of the source.
    case view
    /// They are stored into a view of the copy, where the file system can reserve its blocks.
    case map
  }

  /// How to go about it.
  public struct Options: Sendable {
    /// How the source is opened, and which part of it is copied; of its way it counts whether it is mapped.
    public var opening = Source.Opening()
    /// How bytes get into the copy. Nothing here changes what they are.
    public var way = Way.both
    /// Whether the copy gets the source's mode and times.
    public var preserves = false
    /// Whether ``PendingCopy/publish()`` returns only when the copy would survive a power failure.
    public var isDurable = false

    /// Called with what gives the copy up, as soon as there is something that could stay behind.
    public var onBegin: (@Sendable (_ discard: @escaping @Sendable () -> Void) -> Void)?

    /// The standard options.
    public init() {}
  }

  /// What to scan.
  public let source: Source
  /// Where the copy will be: the destination, with the source's name if it is a directory.
  public var path: FilePath { destination.path }
  /// Size of what is copied, in bytes, when the source was opened; all of a source that claims no size.
  public let byteCount: UInt64

  private let options: Options
  private let attributes: Attributes
  private let destination: Destination
  private let extents: SourceExtents?
  /// What the copy is stored into; nil if it is written.
  private let object: MappingObject?

  /// Opens the source, checks the destination and makes room for the copy.
  ///
  /// - Throws: ``CopyError``: see its cases. Nothing was changed then.
  public convenience init(
    from source: FilePath, to destination: FilePath, options: Options = Options()
  ) throws(CopyError) {
    try self.init(from: source, to: destination, options: options, system: .live)
  }

  package init(
    from path: FilePath, to destination: FilePath, options: Options, system: SystemCalls
  ) throws(CopyError) {
    self.options = options
    do throws(MappingError) {
      let file = try OpenedFile(path)
      guard file.status.kind == .regular else {
        throw MappingError(.notMappable(file.status.kind), operation: .open, path: path)
      }
      let size = file.status.size.rawValue
      do throws(Errno) { attributes = try system.attributes(of: file.lentDescriptor) } catch {
        throw MappingError(.system(error), operation: .fstat, path: path)
      }
      source = try Source(file, options.opening)
      byteCount = source.byteCount ?? min(size, options.opening.byteLimit ?? size)
    } catch { throw CopyError(error) }
    let target = try Target(destination, forCopyOf: path, attributes, system)
    self.destination = try Destination(at: target, mode: attributes.mode & 0o777, system)
    options.onBegin?({ [destination = self.destination] in destination.discard() })
    extents = source.object.map { [start = source.start] in SourceExtents(of: $0, from: start) }
    guard let extents else {
      // A stream: how much it gives shows when it is read.
      object = nil
      return
    }
    let isReserved = try self.destination.reserve(byteCount, extents)
    // Storing to a page that then finds no room would end in a signal.
    let object =
      options.way != .view && isReserved ? try self.destination.object(of: byteCount) : nil
    // Not every file system lets a file be stored to.
    self.object = object.flatMap { (try? $0.writableView(length: 1)) != nil ? $0 : nil }
  }

  // Lanes of a scan may keep their writers a moment longer.
  deinit { destination.discard() }

  /// Adds the writer of the copy to a scan. The scan must be of ``source``.
  @discardableResult
  public func add(to scan: inout Scan) -> Scan.Ticket<UInt64> {
    let writer = CopyWriter(
      to: destination, from: source.start, extents: extents, through: object,
      token: options.way == .both ? WritingTurn.Token() : nil)
    return scan.add(writer, label: "copy")
  }

  /// Brings the copy to its device and adds a comparison of it with the source to a scan, which must be
  /// of ``source`` and come after the one that made the copy.
  ///
  /// Its output is the lowest offset in the source at which they differ; nil if they do not. What is read is what the
  /// device has, where the system can drop the pages that are in memory.
  public func addComparison(to scan: inout Scan) throws(CopyError) -> Scan.Ticket<UInt64?> {
    let written = try destination.byteCount()
    guard extents != nil || written == 0 else {
      throw CopyError(.notVerifiable, operation: .pread, path: source.path)
    }
    try destination.settle()
    return scan.add(
      CopyComparison(with: destination, from: source.start, extents: extents), label: "verify")
  }

  /// Puts the copy in its place, in one step: whoever looks sees what was there before, or all of it.
  ///
  /// Call it once, when the scan is complete.
  ///
  /// - Throws: ``CopyError``. The destination is then what it was; only after a failed `fsync` of its
  ///   directory is the copy there, perhaps not for good.
  public func publish() throws(CopyError) {
    try destination.setAttributes(preserving: options.preserves ? attributes : nil)
    try destination.publish(isDurable: options.isDurable)
  }

  /// Whether the copy is in its place. It may be, even if ``publish()`` threw.
  public var isPublished: Bool { destination.isPublished }

  /// Gives the copy up. May be called at any time and by any thread; ``publish()`` fails from then on.
  public func discard() { destination.discard() }
}

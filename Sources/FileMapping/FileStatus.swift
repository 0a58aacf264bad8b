/// What a file was at one moment: compared before and after a scan, it shows whether the file changed.
///
/// The corresponding C type is `struct stat`.
public struct FileStatus: Equatable, Sendable {
  /// A moment of the file system's clock.
  public struct Timestamp: Hashable, Sendable {
    /// Seconds since 1970.
    public var seconds: Int64
    /// Nanoseconds in the second.
    public var nanoseconds: Int64
  }

  /// The kind.
  public var kind: FileKind
  /// The device that holds the file. With `inode` it names the file itself, whatever its path.
  public var device: UInt64
  /// The file's number on its device.
  public var inode: UInt64
  /// Who owns it: a user's number.
  public var owner: UInt32
  /// The lower twelve bits of its mode: who may read and write it.
  public var permissions: UInt16
  /// How many names it has.
  public var linkCount: UInt64
  /// Size in bytes; 0 for pipes and devices, and for some files under `/proc`.
  public var size: FileOffset
  /// When the contents were last written.
  public var modified: Timestamp
  /// When contents or attributes last changed. No program can set it back.
  public var changed: Timestamp
}

import SystemPackage

/// What processes find an object or a lock by.
///
/// A name is bytes: case matters and nothing is normalised. Any byte but `\` may stand after the
/// prefix, up to ``longestByteCount`` of them.
///
/// Names live in files, one each, in a directory of this library's: for `Local\`, which is also meant
/// where no prefix stands, `$XDG_RUNTIME_DIR/mmscan` if that is this user's alone, else
/// `/dev/shm/mmscan-<user>`; for `Global\` `/dev/shm/mmscan-global`, which the administrator makes.
public struct ObjectName: Hashable, Sendable {
  /// Who can open what has the name.
  public enum Namespace: Hashable, Sendable {
    /// This user.
    case local
    /// Every user of this machine. There must be a directory `/dev/shm/mmscan-global` that belongs to
    /// root and that everybody may write to (mode 0777); root's processes make it.
    case global
  }

  /// Who can open it.
  public let namespace: Namespace
  /// How many bytes may stand after the prefix: 1 MiB.
  public static let longestByteCount = 1 << 20

  /// What stands after the prefix.
  public let bytes: [UInt8]

  /// Makes a name of text, as its UTF-8.
  ///
  /// - Throws: ``MappingError`` with `.invalidName` if it is empty or too long, or has a backslash anywhere
  ///   but in the prefix `Local\` or `Global\`.
  public init(_ name: String) throws(MappingError) { try self.init(bytes: name.utf8) }

  /// Makes a name of bytes.
  ///
  /// - Throws: As ``init(_:)``.
  public init(bytes name: some Sequence<UInt8>) throws(MappingError) {
    var rest = Array(name)[...]
    namespace = rest.starts(with: ObjectName.globalPrefix) ? .global : .local
    for prefix in [ObjectName.globalPrefix, ObjectName.localPrefix]
    where rest.starts(with: prefix) {
      rest = rest.dropFirst(prefix.count)
      break
    }
    bytes = Array(rest)
    let label = FilePath(ObjectName.printable(rest))
    if rest.contains(UInt8(ascii: "\\")) {
      throw MappingError(.invalidName(.backslash), operation: .openat, path: label)
    }
    guard rest.count <= ObjectName.longestByteCount else {
      throw MappingError(.invalidName(.tooLong), operation: .openat, path: label)
    }
    if rest.isEmpty { throw MappingError(.invalidName(.empty), operation: .openat, path: label) }
  }

  private static let localPrefix = Array("Local\\".utf8)
  private static let globalPrefix = Array("Global\\".utf8)

  private static func printable(_ bytes: some Collection<UInt8>) -> String {
    // A path ends at a NUL.
    String(decoding: bytes.prefix(200).map { $0 == 0 ? 0x3F : $0 }, as: UTF8.self)
  }

  /// Every name that somebody holds. Names whose holders were all killed are removed on the way.
  ///
  /// - Throws: ``MappingError`` if the directory of names cannot be read, or is refused.
  /// - Complexity: A few system calls for each name.
  public static func existing(
    in namespace: Namespace = .local
  ) throws(MappingError) -> [ObjectName] {
    try existing(in: namespace, system: .live)
  }

  package static func existing(
    in namespace: Namespace = .local, system: SystemCalls
  ) throws(MappingError) -> [ObjectName] {
    guard let directory = try NameDirectory.find(for: namespace, system) else { return [] }
    return try directory.names()
  }

  init(_ bytes: [UInt8], in namespace: Namespace) {
    self.bytes = bytes
    self.namespace = namespace
  }

  /// The name of the file: letters, digits, `_` and `-` stay, other bytes become `%` and two digits. A
  /// name that gets too long for the file system is cut, and `%%` and a hash of all of it follow. Two
  /// names that meet in one file all the same do not get mixed up: the whole name is in the header.
  var fileName: FilePath {
    var text: [UInt8] = []
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
        text.append(byte)
      default:
        text += [UInt8(ascii: "%")] + ObjectName.hex(UInt128(byte), digits: 2)
      }
      // The system's limit is 255.
      if text.count > 200 {
        return FilePath(
          String(
            decoding: text.prefix(150) + Array("%%".utf8) + ObjectName.hex(hash, digits: 32),
            as: UTF8.self))
      }
    }
    return FilePath(String(decoding: text, as: UTF8.self))
  }

  /// FNV-1a with 128 bits (RFC 9923).
  private var hash: UInt128 {
    let prime = UInt128(1) << 88 | 0x13B
    return bytes.reduce(0x6C62_272E_07BB_0142_62B8_2175_6295_C58D) { ($0 ^ UInt128($1)) &* prime }
  }

  private static func hex(_ number: UInt128, digits: Int) -> [UInt8] {
    (0..<digits).reversed().map { Array("0123456789abcdef".utf8)[Int(number >> ($0 * 4) & 15)] }
  }
}

extension ObjectName: CustomStringConvertible {
  /// With its prefix, for people: bytes that are not UTF-8 are replaced, and long names are cut.
  public var description: String {
    (namespace == .local ? "Local\\" : "Global\\") + ObjectName.printable(bytes)
  }
}

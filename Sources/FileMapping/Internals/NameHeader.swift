import SystemPackage

/// What stands at the start of a name's file, before the bytes that are shared.
///
/// All numbers are little-endian:
///
/// | offset | bytes | |
/// |---|---|---|
/// | 0 | 8 | `mmscan` and two zeros |
/// | 8 | 4 | version, 1 |
/// | 12 | 1 | kind: 1 memory, 2 file, 3 lock |
/// | 13 | 1 | protection, as its raw value |
/// | 16 | 8 | size of the object, in bytes |
/// | 24 | 8 | where the shared bytes start: a multiple of the granularity |
/// | 32 | 4 | bytes of the name |
/// | 36 | 4 | bytes of the path, for a file |
/// | 40 | 8 | device of the file |
/// | 48 | 8 | inode of the file |
/// | 56 | | the name, then the path |
struct NameHeader: Equatable {
  enum Kind: UInt8 { case memory = 1, file, lock }

  /// The file that an object was made of.
  struct Origin: Equatable {
    let path: FilePath
    let device: UInt64
    let inode: UInt64
  }

  let kind: Kind
  let protection: Protection
  let size: FileOffset
  let name: ObjectName
  let origin: Origin?

  init(
    kind: Kind, protection: Protection, size: FileOffset, name: ObjectName, origin: Origin? = nil
  ) {
    self.kind = kind
    self.protection = protection
    self.size = size
    self.name = name
    self.origin = origin
  }

  private static let magic = Array("mmscan\0\0".utf8)
  private static let version: UInt32 = 1
  /// The bytes before the name.
  static let fixedByteCount = 56
  /// No path of a system is longer than a name may be, and a header that says so is wrong.
  private static let longestText = UInt32(ObjectName.longestByteCount)

  /// Where the shared bytes start.
  var payloadStart: UInt64 {
    let granularity = MappingObject.allocationGranularity
    return (UInt64(text.count + NameHeader.fixedByteCount) + granularity - 1) / granularity
      * granularity
  }

  /// How many bytes lie behind the header in the same file.
  var payloadByteCount: UInt64 {
    switch kind {
    case .memory: size.rawValue
    case .file: 0
    case .lock: 1
    }
  }

  private var pathBytes: [UInt8] {
    guard let path = origin?.path else { return [] }
    return unsafe path.withPlatformString { name in
      unsafe Array(UnsafeRawBufferPointer(start: name, count: path.length))
    }
  }

  private var text: [UInt8] { name.bytes + pathBytes }

  /// The header as it is written.
  var bytes: [UInt8] {
    func encoded<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
      unsafe withUnsafeBytes(of: number.littleEndian) { unsafe Array($0) }
    }
    return NameHeader.magic + encoded(NameHeader.version) + [
      kind.rawValue, protection.rawValue, 0, 0,
    ]
      + encoded(size.rawValue) + encoded(payloadStart) + encoded(UInt32(name.bytes.count))
      + encoded(UInt32(pathBytes.count)) + encoded(origin?.device ?? 0)
      + encoded(origin?.inode ?? 0) + text
  }

  /// How many bytes of text follow the fixed ones.
  ///
  /// - Parameter fixed: The first ``fixedByteCount`` bytes of a file, or all, if it has fewer.
  static func textByteCount(_ fixed: [UInt8]) throws(HeaderFault) -> Int {
    guard fixed.count == fixedByteCount else { throw HeaderFault(.shortFile) }
    guard fixed.starts(with: magic) else { throw HeaderFault(.wrongMagic) }
    let version: UInt32 = number(fixed, at: 8)
    guard version == NameHeader.version else { throw HeaderFault(.unknownVersion(version)) }
    let (name, path): (UInt32, UInt32) = (number(fixed, at: 32), number(fixed, at: 36))
    guard name <= longestText, path <= longestText else { throw HeaderFault(.damagedHeader) }
    return Int(name + path)
  }

  /// Checks a header that was read.
  ///
  /// - Parameters:
  ///   - fixed: The first bytes, which ``textByteCount(_:)`` has seen.
  ///   - text: What follows them.
  ///   - byteCount: Size of the file.
  init(
    fixed: [UInt8], text: [UInt8], byteCount: UInt64, in namespace: ObjectName.Namespace
  ) throws(HeaderFault) {
    let nameByteCount: UInt32 = NameHeader.number(fixed, at: 32)
    guard text.count == (try NameHeader.textByteCount(fixed)) else { throw HeaderFault(.shortFile) }
    guard let kind = Kind(rawValue: fixed[12]), let protection = Protection(rawValue: fixed[13])
    else { throw HeaderFault(.damagedHeader) }
    self.kind = kind
    self.protection = protection
    size = FileOffset(NameHeader.number(fixed, at: 16))
    name = ObjectName(Array(text.prefix(Int(nameByteCount))), in: namespace)
    if kind == .file {
      let path = Array(text.dropFirst(Int(nameByteCount))) + [0]
      // SAFETY: the bytes end in NUL.
      let filePath = unsafe path.withUnsafeBytes { path in
        unsafe FilePath(platformString: path.bindMemory(to: CChar.self).baseAddress!)
      }
      guard filePath.isAbsolute else { throw HeaderFault(.damagedHeader) }
      origin = Origin(
        path: filePath, device: NameHeader.number(fixed, at: 40),
        inode: NameHeader.number(fixed, at: 48))
    } else {
      origin = nil
    }
    let start: UInt64 = NameHeader.number(fixed, at: 24)
    guard start == payloadStart, !name.bytes.isEmpty, size > 0 || kind == .lock,
      size.rawValue <= UInt64(Int64.max) - start
    else { throw HeaderFault(.damagedHeader) }
    guard byteCount == start + payloadByteCount else { throw HeaderFault(.shortFile) }
  }

  private static func number<Number: FixedWidthInteger>(_ bytes: [UInt8], at offset: Int) -> Number
  {
    (0..<MemoryLayout<Number>.size).reversed().reduce(0) { $0 << 8 | Number(bytes[offset + $1]) }
  }
}

/// Why a header is not trusted.
struct HeaderFault: Error {
  let refusal: MappingError.NameRefusal
  init(_ refusal: MappingError.NameRefusal) { self.refusal = refusal }
}

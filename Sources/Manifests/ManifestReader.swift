public import Checksums

/// Reads lists of checksums, line by line: those of coreutils, b3sum, xxhsum, rhash and hashdeep, and SFV.
///
/// What a line of coreutils may look like is what `sha256sum --check` of coreutils 9.1 takes. Whether names follow
/// one space (as BSD has it) or two is decided by the first line of that kind, so that no name can begin with a space
/// in one line and not in the next.
public struct ManifestReader {
  /// What came of a line.
  public enum Reading: Equatable {
    /// It tells what a file has.
    case line(ManifestLine)
    /// It is empty, a comment, or a heading.
    case nothing
    /// It should be one of the others and is not.
    case malformed
  }

  private let algorithms: [ChecksumAlgorithm]
  /// Those that a line without a tag may be of, if it is as long.
  private let untaggedAlgorithms: [ChecksumAlgorithm]
  /// Whether a line without a tag may be of BLAKE2b, however long it is.
  private let takesAnyLength: Bool
  /// The number of the line that was read last.
  public private(set) var lineNumber = 0
  private var isReversed: Bool?
  /// What hashdeep says stands before the name in each line: an algorithm, or nil for one that nobody knows.
  private var columns: [Column]?

  private enum Column: Equatable {
    case byteCount, digest(ChecksumAlgorithm), unknown
  }

  /// - Parameter algorithms: Those that count, with BLAKE2b all lengths of it. A line that has others is malformed. Nil for
  ///   all; then a line without a tag is of none that only lines with one are usual for, nor of BLAKE2b of a length that
  ///   is not its usual one.
  public init(_ algorithms: [ChecksumAlgorithm]? = nil) {
    self.algorithms = algorithms ?? ChecksumAlgorithm.allCases
    untaggedAlgorithms =
      algorithms ?? ChecksumAlgorithm.allCases.filter { !$0.isDecimal && $0 != .sm3 }
    takesAnyLength = algorithms?.contains(where: \.isBLAKE2b) ?? false
  }

  private func counts(_ algorithm: ChecksumAlgorithm) -> Bool {
    algorithms.contains(algorithm) || algorithm.isBLAKE2b && algorithms.contains(where: \.isBLAKE2b)
  }

  /// Reads the next line.
  ///
  /// - Parameter line: The line without its newline.
  public mutating func read(_ line: ArraySlice<UInt8>) -> Reading {
    lineNumber += 1
    var line = line
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    guard let first = line.first else { return .nothing }
    if first == UInt8(ascii: "#") { return .nothing }
    if first == UInt8(ascii: ";"), algorithms.contains(.crc32) { return .nothing }
    if line.starts(with: Array("%%%% ".utf8)) { return heading(line) }
    // No file has it in its name.
    if line.contains(0) { return .malformed }
    if columns != nil { return separated(line) }
    return (tagged(line) ?? decimal(line) ?? untagged(line) ?? trailing(line)).map { .line($0) }
      ?? .malformed
  }

  // MARK: hashdeep

  private mutating func heading(_ line: ArraySlice<UInt8>) -> Reading {
    var words = line.dropFirst(5).split(
      separator: UInt8(ascii: ","), omittingEmptySubsequences: false
    )
    .map { String(decoding: $0, as: UTF8.self) }
    if words.count == 1 { return words[0].hasPrefix("HASHDEEP-1.") ? .nothing : .malformed }
    guard words.popLast() == "filename" else { return .malformed }
    let columns = words.map { word in
      guard word != "size" else { return Column.byteCount }
      return ChecksumAlgorithm(named: word).flatMap { counts($0) ? .digest($0) : nil }
        ?? .unknown
    }
    guard columns.contains(where: { if case .digest = $0 { true } else { false } }) else {
      return .malformed
    }
    self.columns = columns
    return .nothing
  }

  private func separated(_ line: ArraySlice<UInt8>) -> Reading {
    let columns = columns ?? []
    let fields = line.split(
      separator: UInt8(ascii: ","), maxSplits: columns.count, omittingEmptySubsequences: false)
    guard fields.count == columns.count + 1, let name = fields.last, !name.isEmpty else {
      return .malformed
    }
    var byteCount: UInt64?
    var digests: [[Digest]] = []
    for (column, field) in zip(columns, fields) {
      switch column {
      case .byteCount:
        guard let count = UInt64(String(decoding: field, as: UTF8.self)) else { return .malformed }
        byteCount = count
      case .digest(let algorithm):
        guard let bytes = Self.bytes(hex: field), bytes.count == algorithm.digestByteCount else {
          return .malformed
        }
        digests.append([Digest(algorithm: algorithm, bytes: bytes)])
      case .unknown: break
      }
    }
    return .line(
      ManifestLine(lineNumber, name: Array(name), byteCount: byteCount, digests: digests))
  }

  // MARK: coreutils

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
  }

  /// Takes away blanks, and the backslash that says that the name is escaped.
  private func start(of line: ArraySlice<UInt8>) -> (rest: ArraySlice<UInt8>, isEscaped: Bool) {
    let rest = line.drop(while: Self.isBlank)
    return rest.first == UInt8(ascii: "\\") ? (rest.dropFirst(), true) : (rest, false)
  }

  /// `SHA256 (name) = digest`.
  private func tagged(_ line: ArraySlice<UInt8>) -> ManifestLine? {
    var (rest, isEscaped) = start(of: line)
    guard let open = rest.prefix(Self.longestTag + 2).firstIndex(of: UInt8(ascii: "(")),
      let close = rest.lastIndex(of: UInt8(ascii: ")")), close > open
    else { return nil }
    var tag = rest[..<open]
    if tag.last == UInt8(ascii: " ") { tag.removeLast() }
    let littleEnd = Array("_LE".utf8)
    let isLittleEndian = tag.suffix(littleEnd.count) == littleEnd[...]
    if isLittleEndian { tag.removeLast(littleEnd.count) }
    guard let algorithm = ChecksumAlgorithm(named: String(decoding: tag, as: UTF8.self)),
      counts(algorithm), !isLittleEndian || algorithm.name.hasPrefix("xxh"),
      let name = isEscaped
        ? EscapedName.unescaped(rest[(open + 1)..<close]) : Array(rest[(open + 1)..<close])
    else { return nil }
    rest = rest[(close + 1)...].drop(while: Self.isBlank)
    guard rest.popFirst() == UInt8(ascii: "=") else { return nil }
    rest = rest.drop(while: Self.isBlank)
    guard let bytes = Self.bytes(of: rest, algorithm) else { return nil }
    let digest = Digest(algorithm: algorithm, bytes: isLittleEndian ? bytes.reversed() : bytes)
    return ManifestLine(lineNumber, name: name, digests: [[digest]])
  }

  private static let longestTag = 16

  /// `digest  name`, `digest *name`, or `digest name`.
  private mutating func untagged(_ line: ArraySlice<UInt8>) -> ManifestLine? {
    let (rest, isEscaped) = start(of: line)
    guard let blank = rest.firstIndex(where: Self.isBlank) else { return nil }
    let digests = digests(rest[..<blank])
    var name = rest[(blank + 1)...]
    guard !digests.isEmpty, let mark = name.first else { return nil }
    if name.count == 1 || mark != UInt8(ascii: " ") && mark != UInt8(ascii: "*") {
      guard isReversed != false else { return nil }
      isReversed = true
    } else if isReversed != true {
      isReversed = false
      name.removeFirst()
    }
    guard let name = isEscaped ? EscapedName.unescaped(name) : Array(name) else { return nil }
    return ManifestLine(lineNumber, name: name, digests: [digests])
  }

  /// The digests that a word may be.
  private func digests(_ word: ArraySlice<UInt8>) -> [Digest] {
    let prefix = Array("XXH3_".utf8)
    if word.starts(with: prefix) {
      guard algorithms.contains(.xxh3), let bytes = Self.bytes(hex: word.dropFirst(prefix.count)),
        bytes.count == ChecksumAlgorithm.xxh3.digestByteCount
      else { return [] }
      return [Digest(algorithm: .xxh3, bytes: bytes)]
    }
    let hex = digests(ofBytes: Self.bytes(hex: word), anyLength: takesAnyLength)
    // Many a word is base64 of something: here no length counts that was not named.
    return hex.isEmpty ? digests(ofBytes: Base64.decoded(word)) : hex
  }

  private func digests(ofBytes bytes: [UInt8]?, anyLength: Bool = false) -> [Digest] {
    guard let bytes else { return [] }
    var found = untaggedAlgorithms.filter { $0.digestByteCount == bytes.count && !$0.isBLAKE2b }
    if anyLength || untaggedAlgorithms.contains(.blake2b(byteCount: bytes.count)),
      let blake2b = ChecksumAlgorithm(blake2bBitCount: 8 * bytes.count)
    {
      found.append(blake2b)
    }
    return found.map { Digest(algorithm: $0, bytes: bytes) }
  }

  /// `checksum size name`, as `cksum` has it. Eight digits may look like a CRC-32 whose file is called so: one of fifty
  /// lines of `cksum` does, and next to none of those that have a CRC-32.
  private func decimal(_ line: ArraySlice<UInt8>) -> ManifestLine? {
    let words = line.split(
      separator: UInt8(ascii: " "), maxSplits: 2, omittingEmptySubsequences: false)
    guard algorithms.contains(.cksum), words.count == 3, let name = words.last, !name.isEmpty,
      words.dropLast().allSatisfy({ word in
        word.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      }), let checksum = UInt32(String(decoding: words[0], as: UTF8.self)),
      let byteCount = UInt64(String(decoding: words[1], as: UTF8.self))
    else { return nil }
    let bytes = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: checksum >> $0) }
    return ManifestLine(
      lineNumber, name: Array(name), byteCount: byteCount,
      digests: [[Digest(algorithm: .cksum, bytes: bytes)]])
  }

  // MARK: SFV and rhash

  /// `name crc32`, or several digests, as `rhash --simple` has them.
  private func trailing(_ line: ArraySlice<UInt8>) -> ManifestLine? {
    var name = line
    var groups: [[Digest]] = []
    while let blank = name.lastIndex(where: Self.isBlank), blank > name.startIndex {
      let found = digests(ofBytes: Self.bytes(hex: name[(blank + 1)...]))
      guard !found.isEmpty else { break }
      // Of those that are so short it is that of zip.
      let usual = found.filter { $0.algorithm == .crc32 }
      groups.append(usual.isEmpty ? found : usual)
      name = name[..<blank]
      while name.count > 1, let last = name.last, Self.isBlank(last) { name.removeLast() }
    }
    groups.reverse()
    guard let first = groups.first, groups.count > 1 || first.count == 1,
      groups.count > 1 || first[0].algorithm == .crc32, name.last != UInt8(ascii: "=")
    else { return nil }
    return ManifestLine(lineNumber, name: Array(name), digests: groups)
  }

  // MARK: Digits

  private static func bytes(of word: ArraySlice<UInt8>, _ algorithm: ChecksumAlgorithm) -> [UInt8]?
  {
    let count = algorithm.digestByteCount
    if word.count == 2 * count, let bytes = bytes(hex: word) { return bytes }
    guard word.count == Base64.length(of: count), let bytes = Base64.decoded(word),
      bytes.count == count
    else { return nil }
    return bytes
  }

  private static func bytes(hex word: ArraySlice<UInt8>) -> [UInt8]? {
    guard word.count % 2 == 0, (2...256).contains(word.count) else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(word.count / 2)
    var high: UInt8?
    for digit in word {
      let value: UInt8
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): value = digit - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): value = digit - UInt8(ascii: "A") + 10
      default: return nil
      }
      if let first = high {
        bytes.append(first << 4 | value)
        high = nil
      } else {
        high = value
      }
    }
    return bytes
  }
}

public import Checksums

/// How lines of a list of checksums look.
public struct ManifestStyle: Sendable {
  /// Whether a line says of which algorithm it is: `SHA256 (name) = digest`.
  public var isTagged = false
  /// Whether lines without a tag have an asterisk before the name.
  public var marksBinary = false
  /// Whether digests are base64 instead of hexadecimal digits.
  public var usesBase64 = false
  /// Whether lines end in NUL, and names stand in them as they are.
  public var endsWithNull = false

  /// `digest  name`.
  public init() {}

  /// A line.
  ///
  /// - Parameters:
  ///   - name: The file that has this digest.
  ///   - byteCount: How many bytes have it; what is told in decimal digits is told with it.
  ///   - block: Which bytes of the file have it, if not all: the first and the last.
  ///   - shown: Makes a name, escaped so far, fit for where the line goes.
  public func line(
    _ digest: Digest, _ name: [UInt8], byteCount: UInt64, block: ClosedRange<UInt64>? = nil,
    shown: ([UInt8]) -> [UInt8] = { $0 }
  ) -> [UInt8] {
    // As cksum and sum, which never had escapes there.
    let isPlain = digest.algorithm.isDecimal && !isTagged && !usesBase64
    let isEscaped = !isPlain && !endsWithNull && EscapedName.isNeeded(for: name)
    var line: [UInt8] = isEscaped ? [UInt8(ascii: "\\")] : []
    let value = usesBase64 ? Base64.encoded(digest.bytes) : Array(digest.hex.utf8)
    var name = shown(isEscaped ? EscapedName.escaped(name) : name)
    if let block { name += " offset \(block.lowerBound)-\(block.upperBound)".utf8 }
    if isPlain {
      line += digest.decimal(byteCount: byteCount).utf8
      if !name.isEmpty { line += [UInt8(ascii: " ")] + name }
    } else if isTagged {
      line += "\(digest.algorithm.displayName) (".utf8
      line += name
      line += ") = ".utf8
      line += value
    } else {
      // As xxhsum does, whose two hashes of this length look alike.
      if digest.algorithm == .xxh3, !usesBase64 { line += "XXH3_".utf8 }
      line += value
      line += [UInt8(ascii: " "), UInt8(ascii: marksBinary ? "*" : " ")]
      line += name
    }
    return line + [endsWithNull ? 0 : UInt8(ascii: "\n")]
  }
}

extension ChecksumAlgorithm {
  /// Whether lines without a tag tell it in decimal digits, and a size with it, as those of `cksum` and `sum` do.
  public var isDecimal: Bool { [.cksum, .sysv, .bsd].contains(self) }
}

extension Digest {
  /// The value and the size: of bytes, or of the blocks that `sum` counts in, the last of which need not be full.
  fileprivate func decimal(byteCount: UInt64) -> String {
    func padded(_ text: String, _ character: Character) -> String {
      String(repeating: character, count: max(0, 5 - text.count)) + text
    }
    func count(blocksOf size: UInt64) -> UInt64 {
      byteCount / size + (byteCount % size > 0 ? 1 : 0)
    }
    let value = String(bytes.reduce(0 as UInt32) { $0 << 8 | UInt32($1) })
    return switch algorithm {
    case .sysv: "\(value) \(count(blocksOf: 512))"
    case .bsd: "\(padded(value, "0")) \(padded(String(count(blocksOf: 1024)), " "))"
    default: "\(value) \(byteCount)"
    }
  }
}

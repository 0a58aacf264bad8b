public import Checksums

/// What is printed of each file, in the language of `rhash --printf`.
public struct ManifestTemplate: Sendable {
  /// Why a text is no template.
  public struct Mistake: Error, CustomStringConvertible {
    public let description: String
  }

  private enum Part: Equatable {
    case text([UInt8])
    case path, baseName, byteCount
    case digest(ChecksumAlgorithm, base64: Bool, isUpperCase: Bool)
  }

  private var parts: [Part] = []

  /// The algorithms it wants, each once.
  public var algorithms: [ChecksumAlgorithm] {
    var found: [ChecksumAlgorithm] = []
    for case .digest(let algorithm, _, _) in parts where !found.contains(algorithm) {
      found.append(algorithm)
    }
    return found
  }

  private static let letters: [UInt8: ChecksumAlgorithm] = [
    UInt8(ascii: "c"): .crc32, UInt8(ascii: "m"): .md5, UInt8(ascii: "h"): .sha1,
  ]

  /// Reads a template: `%p` is the path, `%f` the name without directories, `%s` the size, `%{sha256}` a digest
  /// (`%{SHA256}` in upper case, `%B{sha256}` in base64), `%c`, `%m` and `%h` CRC-32, MD5 and SHA-1, `%%` a per cent
  /// sign; `\n`, `\t`, `\r`, `\0` and `\\` are what they are elsewhere.
  ///
  /// - Throws: ``Mistake`` for anything else behind `%` or a backslash.
  public init(_ text: [UInt8]) throws(Mistake) {
    var rest = text[...]
    var plain: [UInt8] = []
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "\\"): plain.append(try Self.escape(&rest))
      case UInt8(ascii: "%") where rest.first == UInt8(ascii: "%"):
        plain.append(rest.removeFirst())
      case UInt8(ascii: "%"):
        if !plain.isEmpty { parts.append(.text(plain)) }
        plain = []
        parts.append(try Self.directive(&rest))
      default: plain.append(byte)
      }
    }
    if !plain.isEmpty { parts.append(.text(plain)) }
  }

  private static func escape(_ rest: inout ArraySlice<UInt8>) throws(Mistake) -> UInt8 {
    switch rest.popFirst() {
    case UInt8(ascii: "n"): return 10
    case UInt8(ascii: "t"): return 9
    case UInt8(ascii: "r"): return 13
    case UInt8(ascii: "0"): return 0
    case UInt8(ascii: "\\"): return UInt8(ascii: "\\")
    default: throw Mistake(description: "behind a backslash there may be n, t, r, 0 or a backslash")
    }
  }

  private static func directive(_ rest: inout ArraySlice<UInt8>) throws(Mistake) -> Part {
    var isBase64 = false
    if rest.first == UInt8(ascii: "B") {
      isBase64 = true
      rest.removeFirst()
    }
    guard let letter = rest.popFirst() else {
      throw Mistake(description: "it ends with a per cent sign; %% stands for one")
    }
    if letter == UInt8(ascii: "{"), let end = rest.firstIndex(of: UInt8(ascii: "}")) {
      let word = rest[..<end]
      rest = rest[(end + 1)...]
      guard let algorithm = ChecksumAlgorithm(named: String(decoding: word, as: UTF8.self)) else {
        let known = ChecksumAlgorithm.allCases.map(\.name).joined(separator: ", ")
        throw Mistake(description: "between %{ and } stands an algorithm: \(known)")
      }
      let isUpperCase = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(word.first ?? 0)
      return .digest(algorithm, base64: isBase64, isUpperCase: isUpperCase)
    }
    if let algorithm = letters[letter | 0x20] {
      return .digest(algorithm, base64: isBase64, isUpperCase: letter & 0x20 == 0)
    }
    switch letter {
    case UInt8(ascii: "p") where !isBase64: return .path
    case UInt8(ascii: "f") where !isBase64: return .baseName
    case UInt8(ascii: "s") where !isBase64: return .byteCount
    default:
      throw Mistake(
        description:
          "behind a per cent sign there may be p, f, s, c, m, h or {algorithm}, or B and one of the last four"
      )
    }
  }

  /// What is printed of a file.
  ///
  /// - Parameters:
  ///   - digests: One of each of ``algorithms``, in any order.
  ///   - shown: Makes a name fit for where the text goes.
  public func text(
    _ digests: [Digest], _ name: [UInt8], byteCount: UInt64, shown: ([UInt8]) -> [UInt8] = { $0 }
  ) -> [UInt8] {
    var text: [UInt8] = []
    for part in parts {
      switch part {
      case .text(let plain): text += plain
      case .path: text += shown(name)
      case .baseName:
        let start = name.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
        text += shown(Array(name[start...]))
      case .byteCount: text += String(byteCount).utf8
      case .digest(let algorithm, let isBase64, let isUpperCase):
        guard let digest = digests.first(where: { $0.algorithm == algorithm }) else {
          preconditionFailure("a digest was not computed")
        }
        if isBase64 {
          text += Base64.encoded(digest.bytes)
        } else {
          text += (isUpperCase ? digest.hex.uppercased() : digest.hex).utf8
        }
      }
    }
    return text
  }
}

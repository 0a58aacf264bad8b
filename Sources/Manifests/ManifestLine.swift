public import Checksums

/// A line of a list of checksums: what a file, or a block of one, is to have.
public struct ManifestLine: Equatable, Sendable {
  /// Which line it is, counted from 1.
  public let number: Int
  /// The name of the file, all of it.
  public let name: [UInt8]
  /// If the name ends in ` offset A-B`, how many bytes stand before that, and the bytes of the file that it says: from
  /// A to B, both included. A file may be called so, too.
  public let block: Block?
  /// How many bytes the file or the block is to have; nil if the line does not say.
  public let byteCount: UInt64?
  /// What it is to have: one digest of each group. A group has several where the line does not say which
  /// algorithm it is of.
  public let digests: [[Digest]]

  /// Which part of a file a line is about.
  public struct Block: Equatable, Sendable {
    /// How long the name of the file is.
    public let nameByteCount: Int
    /// The first byte and the last one.
    public let bytes: ClosedRange<UInt64>
  }

  init(_ number: Int, name: [UInt8], byteCount: UInt64? = nil, digests: [[Digest]]) {
    self.number = number
    self.name = name
    self.byteCount = byteCount
    self.digests = digests
    block = Block(endOf: name)
  }

  /// The name of the file that a block is of.
  public var blockName: [UInt8] { Array(name.prefix(block?.nameByteCount ?? name.count)) }
}

extension ManifestLine.Block {
  private static let mark = Array(" offset ".utf8)

  /// The block that the end of a name tells; nil if it tells none.
  init?(endOf name: [UInt8]) {
    var digits = ArraySlice(name)
    func takeNumber() -> UInt64? {
      let start = digits.lastIndex { !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? -1
      defer { digits = digits[...start] }
      return UInt64(String(decoding: digits[(start + 1)...], as: UTF8.self))
    }
    guard let last = takeNumber(), digits.popLast() == UInt8(ascii: "-"),
      let first = takeNumber(), first <= last, last < UInt64(Int64.max),
      digits.suffix(Self.mark.count) == Self.mark[...],
      digits.count > Self.mark.count
    else { return nil }
    self.init(nameByteCount: digits.count - Self.mark.count, bytes: first...last)
  }
}

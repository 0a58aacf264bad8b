import Checksums
import Manifests

/// Which bytes of a file are not what a list of its blocks says.
struct BlockVerdict {
  /// How many of the listed blocks have other digests, or are not there.
  private(set) var damagedCount = 0
  /// Their bytes, neighbours together.
  private var damaged: [ClosedRange<UInt64>] = []
  /// Bytes that the file has and the list does not.
  private var unlisted: [ClosedRange<UInt64>] = []
  private let blockByteCount: UInt64

  /// So many ranges are told to people.
  private static let shownCount = 100

  init(_ sums: FileSums, _ file: CheckList.File) {
    blockByteCount = file.wish.blockByteCount
    var end = sums.start
    let fileEnd = sums.start + sums.byteCount
    let lines = file.blockLines.compactMap { line in line.block.map { (line, $0.bytes) } }
      .sorted { $0.1.lowerBound < $1.1.lowerBound }
    for (line, bytes) in lines {
      if line.isOfNothing, bytes == sums.start...sums.start { continue }
      if bytes.lowerBound > end, end < fileEnd {
        BlockVerdict.add(end...min(bytes.lowerBound, fileEnd) - 1, to: &unlisted)
      }
      end = max(end, bytes.upperBound + 1)
      if !sums.fits(line, bytes) {
        damagedCount += 1
        BlockVerdict.add(bytes, to: &damaged)
      }
    }
    if end < fileEnd { BlockVerdict.add(end...fileEnd - 1, to: &unlisted) }
  }

  private static func add(_ bytes: ClosedRange<UInt64>, to ranges: inout [ClosedRange<UInt64>]) {
    if let last = ranges.last, last.upperBound + 1 >= bytes.lowerBound {
      ranges[ranges.count - 1] = last.lowerBound...max(last.upperBound, bytes.upperBound)
    } else {
      ranges.append(bytes)
    }
  }

  var isFine: Bool { damaged.isEmpty && unlisted.isEmpty }

  /// Which bytes are wrong, for people.
  var sentence: String {
    func text(_ ranges: [ClosedRange<UInt64>]) -> String {
      let rest = ranges.count - Self.shownCount
      return ranges.prefix(Self.shownCount).map { "\($0.lowerBound)-\($0.upperBound)" }
        .joined(separator: ", ") + (rest > 0 ? " and \(rest) more ranges" : "")
    }
    return [
      damaged.isEmpty ? nil : "bytes \(text(damaged))",
      unlisted.isEmpty ? nil : "not listed: bytes \(text(unlisted))",
    ].compactMap { $0 }.joined(separator: "; ")
  }

  /// The same for scripts.
  var json: JSON {
    func list(_ ranges: [ClosedRange<UInt64>]) -> JSON {
      .array(
        ranges.map {
          .object([
            ("offset", .integer($0.lowerBound)),
            ("byte_count", .integer($0.upperBound - $0.lowerBound + 1)),
          ])
        })
    }
    return .object([
      ("byte_count", .integer(blockByteCount)), ("damaged", list(damaged)),
      ("unlisted", list(unlisted)),
    ])
  }
}

extension ManifestLine {
  /// Whether it is the one that hashdeep lists of an empty file, as of its first byte.
  fileprivate var isOfNothing: Bool {
    byteCount ?? 0 == 0
      && digests.allSatisfy { group in group.contains { $0 == .ofNothing($0.algorithm) } }
  }
}

extension FileSums {
  /// Whether a block is what a line says.
  fileprivate func fits(_ line: ManifestLine, _ bytes: ClosedRange<UInt64>) -> Bool {
    func fits(_ digest: Digest) -> Bool {
      guard let list = blocks.first(where: { $0.algorithm == digest.algorithm }),
        bytes.lowerBound >= start
      else { return false }
      let number = (bytes.lowerBound - start) / list.blockByteCount
      return list.isEqual(number, to: digest) && bytes.upperBound < start + byteCount
    }
    if let listed = line.byteCount, listed != min(byteCount, UInt64(bytes.count)) { return false }
    return line.digests.allSatisfy { group in group.contains(where: fits) }
  }
}

import Checksums
import Manifests
import ScanEngine

/// What is printed of the checksums of a file.
struct SumPrinter {
  private let algorithms: [ChecksumAlgorithm]
  private let template: ManifestTemplate?
  private let style: ManifestStyle
  /// Whether nothing but the bytes of the digest is printed.
  private let isRaw: Bool
  /// Whether nobody named a file.
  private let isBare: Bool

  init(
    _ command: SumCommand, _ algorithms: [ChecksumAlgorithm], _ template: ManifestTemplate?
  ) {
    self.algorithms = algorithms
    isBare = command.files.isEmpty && command.list.filesFrom.isEmpty
    self.template = template
    let asked = command.answers
    isRaw = asked.raw
    var style = ManifestStyle()
    style.isTagged = asked.tag || algorithms.count > 1 && !asked.untagged
    style.marksBinary = asked.binary
    style.usesBase64 = asked.base64
    style.endsWithNull = asked.zero
    self.style = style
  }

  /// The name in a line; cksum and sum tell none if they were given none.
  private func shownName(_ name: [UInt8], of digest: Digest) -> [UInt8] {
    isBare && digest.algorithm.isDecimal && !style.isTagged ? [] : name
  }

  /// A name as it may stand where results go.
  static func shown(_ name: [UInt8]) -> [UInt8] {
    SafeText.printable(name, onTerminal: StandardOutput.isTerminal)
  }

  func text(_ sums: FileSums, _ name: [UInt8]) -> [UInt8] {
    if let template {
      return template.text(
        sums.digests, name, byteCount: sums.byteCount, shown: SumPrinter.shown)
    }
    if isRaw { return sums.digests.flatMap(\.bytes) }
    var text: [UInt8] = []
    for digest in sums.digests {
      text += style.line(
        digest, shownName(name, of: digest), byteCount: sums.byteCount, shown: SumPrinter.shown)
    }
    let count = sums.blocks.first?.count ?? 0
    for index in 0..<count {
      for list in sums.blocks {
        let bytes = sums.bytes(ofBlock: index)
        text += style.line(
          list[index], name, byteCount: UInt64(bytes.count), block: bytes,
          shown: SumPrinter.shown)
      }
    }
    if count == 0 {
      // As hashdeep, so that a list of empty files is not an empty list.
      for list in sums.blocks {
        text += style.line(
          .ofNothing(list.algorithm), name, byteCount: 0, block: sums.start...sums.start,
          shown: SumPrinter.shown)
      }
    }
    return text
  }

  /// The same as JSON.
  func answer(_ sums: FileSums) -> Answer {
    guard let first = sums.blocks.first else {
      return Answer(rows: [], key: "checksums", json: .array(sums.digests.map(\.json)))
    }
    let digests = sums.blocks.map { list in
      JSON.object([
        ("algorithm", .string(list.algorithm.name)),
        ("hex", .array((0..<list.count).map { .string(list[$0].hex) })),
      ])
    }
    return Answer(
      rows: [], key: "blocks",
      json: .object([
        ("byte_count", .integer(first.blockByteCount)), ("checksums", .array(digests)),
      ]))
  }
}

extension Digest {
  fileprivate var json: JSON {
    .object([("algorithm", .string(algorithm.name)), ("hex", .string(hex))])
  }

  /// The digest of an empty input.
  static func ofNothing(_ algorithm: ChecksumAlgorithm) -> Digest {
    guard let digest = try? algorithm.makeAnalyzer().finalize() else {
      preconditionFailure("an empty input has a digest")
    }
    return digest
  }
}

extension FileSums {
  /// The first byte and the last one of a block.
  func bytes(ofBlock index: Int) -> ClosedRange<UInt64> {
    let size = blocks.first?.blockByteCount ?? 0
    let first = UInt64(index) * size
    return start + first...start + min(byteCount, first + size) - 1
  }
}

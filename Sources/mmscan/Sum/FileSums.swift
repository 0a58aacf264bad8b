import Checksums
import FileMapping
import ScanEngine
import SystemPackage

/// What is to be computed of a file.
struct SumWish: Sendable {
  /// As it was given; - is the standard input.
  let name: [UInt8]
  /// Of the whole file.
  var algorithms: [ChecksumAlgorithm] = []
  /// Of its blocks.
  var blockAlgorithms: [ChecksumAlgorithm] = []
  var blockByteCount: UInt64 = 0
  /// Where those blocks begin that are wanted; nil for all.
  var blockStarts: [UInt64]?
  /// Where the last of them ends.
  var blockEnd: UInt64 = .max

  /// Which blocks these are of an input that begins at an offset.
  func blocks(from start: UInt64) -> BlockSelection {
    guard let blockStarts else { return .all }
    return BlockSelection(
      blockStarts.filter { $0 >= start && ($0 - start) % blockByteCount == 0 }
        .map { ($0 - start) / blockByteCount },
      inFirst: blockEnd - min(start, blockEnd))
  }

  /// Whether one core has to see all bytes, so that others are free for other files.
  var isSequential: Bool {
    algorithms.contains { !($0.makeAnalyzer() is any MergeableAnalyzer) }
  }
}

/// What was computed of a file.
struct FileSums: Sendable {
  var digests: [Digest]
  var blocks: [BlockDigestList]
  /// How much was summed: the content, if that was asked for.
  var byteCount: UInt64
  /// The offset of the first byte that was summed.
  var start: UInt64
  var content: Answer?
  var report: ScanReport
  var statistics: ScanStatistics?

  /// The digest of one algorithm, which was asked for.
  func digest(_ algorithm: ChecksumAlgorithm) -> Digest? {
    digests.first { $0.algorithm == algorithm }
  }
}

/// Why nothing was computed of a file.
enum SumFailure: Error {
  /// It could not be opened.
  case unopened(MappingError)
  /// It changed, was cut, or could not be read.
  case unanswered(Outcome, byteCount: UInt64?, from: UInt64)
  /// Something could not be done.
  case failed(String, offset: UInt64?)
  /// What passes through could not be written.
  case notPassedOn(String, offset: UInt64)

  init(_ error: ScanError) {
    self =
      switch error {
      case .mapping(let error): .unopened(error)
      case .analysis(PassThrough.label, let error):
        .notPassedOn("\(PassThrough.label): \(error)", offset: error.offset)
      case .analysis(let label, let error): .failed("\(label): \(error)", offset: error.offset)
      }
  }

  /// Whether there is no such file.
  var isMissing: Bool {
    guard case .unopened(let error) = self, case .system(let number) = error.reason else {
      return false
    }
    return number == .noSuchFileOrDirectory
  }

  /// Why, as the GNU tools say it where they have words for it.
  var reason: String {
    switch self {
    case .unopened(let error):
      switch error.reason {
      case .notMappable(.directory): "Is a directory"
      case .notMappable(.socket): "No such device or address"
      case .accessDenied: "Permission denied"
      case .system(let number) where error.operation == .open: "\(number)"
      default: error.advice
      }
    case .unanswered(let outcome, _, _): outcome.sentence
    case .failed(let reason, _), .notPassedOn(let reason, _): reason
    }
  }
}

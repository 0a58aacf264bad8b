import Arguments
import FileMapping
import SystemPackage

/// How far a command is with all its files together.
///
/// A file weighs as much as it has bytes. One whose size nobody knows weighs as much as the others do on average, and
/// counts when it has ended. Weights are those of the beginning, so that no share ever falls.
struct ProgressPlan {
  private struct Part {
    var weight: Double
    /// nil as long as nobody knows.
    var byteCount: UInt64?
    var bytesDone: UInt64 = 0
    var share = 0.0
    var hasEnded = false
  }

  private var parts: [Part]
  private let weight: Double
  private var doneWeight = 0.0
  /// How many bytes are done. Sparse files may claim 8 EiB each, so that a few have more than 64 bits tell.
  private(set) var bytesDone: UInt128 = 0
  private var knownByteCount: UInt128
  private var unknownCount: Int

  /// - Parameter sizes: Of each file; nil if it is not known.
  init(_ sizes: [UInt64?]) {
    let known = sizes.compactMap { $0 }
    knownByteCount = known.reduce(0) { $0 + UInt128($1) }
    unknownCount = sizes.count - known.count
    let average = known.isEmpty ? 1 : max(1, Double(knownByteCount) / Double(known.count))
    parts = sizes.map {
      Part(weight: $0.map { max(1, Double($0)) } ?? average, byteCount: $0)
    }
    weight = parts.reduce(0) { $0 + $1.weight }
  }

  /// How many bytes there are; nil if nobody knows.
  var byteCount: UInt128? { unknownCount == 0 ? max(knownByteCount, bytesDone) : nil }

  /// The share that is done, from 0 to 1.
  var share: Double { weight > 0 ? min(1, doneWeight / weight) : 0 }

  /// How many bytes a file has; nil if nobody knows.
  func byteCount(of index: Int) -> UInt64? { parts[index].byteCount }

  /// Takes note of how far a file is.
  ///
  /// - Parameter byteCount: How many bytes it has; nil for a stream.
  mutating func update(_ index: Int, bytesDone: UInt64, byteCount: UInt64?) {
    guard !parts[index].hasEnded else { return }
    if let byteCount { set(byteCount, of: index) }
    advance(index, to: bytesDone)
    if let byteCount = parts[index].byteCount, byteCount > 0 {
      pass(index, to: min(1, Double(bytesDone) / Double(byteCount)))
    }
  }

  /// Takes note that a file has ended.
  ///
  /// - Parameter byteCount: How many bytes it had; nil if it was not read to its end.
  mutating func end(_ index: Int, byteCount: UInt64?) {
    guard !parts[index].hasEnded else { return }
    parts[index].hasEnded = true
    if let byteCount { advance(index, to: byteCount) }
    set(parts[index].bytesDone, of: index)
    pass(index, to: 1)
  }

  private mutating func set(_ byteCount: UInt64, of index: Int) {
    if let before = parts[index].byteCount {
      knownByteCount -= UInt128(before)
    } else {
      unknownCount -= 1
    }
    parts[index].byteCount = byteCount
    knownByteCount += UInt128(byteCount)
  }

  private mutating func advance(_ index: Int, to bytesDone: UInt64) {
    guard bytesDone > parts[index].bytesDone else { return }
    self.bytesDone += UInt128(bytesDone - parts[index].bytesDone)
    parts[index].bytesDone = bytesDone
  }

  private mutating func pass(_ index: Int, to share: Double) {
    guard share > parts[index].share else { return }
    doneWeight += (share - parts[index].share) * parts[index].weight
    parts[index].share = share
  }
}

extension PartOptions {
  /// How many bytes are read of a file; nil if nobody knows before it is opened.
  ///
  /// - Parameter path: nil for the standard input.
  func byteCount(of path: FilePath?) -> UInt64? {
    guard let size = PartOptions.size(of: path) else { return nil }
    let rest = last.map { min(size, $0.byteCount) } ?? size - min(size, offset?.byteCount ?? 0)
    return [rest, length?.byteCount, maxBytes?.byteCount].compactMap { $0 }.min()
  }

  private static func size(of path: FilePath?) -> UInt64? {
    if let path {
      guard let status = try? FileStatus(of: path), status.kind == .regular else { return nil }
      return status.size.rawValue
    }
    do {
      let file = try OpenedFile.standardInput()
      guard file.status.kind == .regular else { return nil }
      let size = file.status.size.rawValue
      return size - min(size, try file.position().rawValue)
    } catch { return nil }
  }
}

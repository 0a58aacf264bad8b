import Checksums
import FileMapping
import Manifests
import SystemPackage

/// A list of checksums, and which of its lines are of the same file.
struct CheckList {
  enum Entry {
    /// A line, and which of ``files`` it is of.
    case line(ManifestLine, file: Int)
    /// A line, by its number, that is none.
    case malformed(Int)
  }

  /// A file, and all that the list says of it.
  struct File {
    var wish: SumWish
    fileprivate(set) var lines: [ManifestLine] = []
    /// Where the blocks begin, and where they end that are listed.
    fileprivate(set) var blockStart: UInt64
    fileprivate(set) var blockEnd: UInt64 = 0

    /// Whether a line is of a block of this file, and not of a file that is called so.
    func isBlock(_ line: ManifestLine) -> Bool { line.name.count != wish.name.count }

    /// The lines of its blocks.
    var blockLines: [ManifestLine] { wish.blockByteCount > 0 ? lines.filter(isBlock) : [] }

    fileprivate mutating func add(_ line: ManifestLine) {
      lines.append(line)
      for algorithm in line.digests.joined().map(\.algorithm) {
        if isBlock(line) {
          if !wish.blockAlgorithms.contains(algorithm) { wish.blockAlgorithms.append(algorithm) }
        } else if !wish.algorithms.contains(algorithm) {
          wish.algorithms.append(algorithm)
        }
      }
      if isBlock(line), let bytes = line.block?.bytes {
        wish.blockByteCount = max(wish.blockByteCount, UInt64(bytes.count))
        blockStart = min(blockStart, bytes.lowerBound)
        blockEnd = max(blockEnd, bytes.upperBound + 1)
      }
    }

    /// Without lines of blocks that have no place, and what only they ask for.
    fileprivate var withoutMisfits: File {
      var file = self
      file.lines = lines.filter(hasPlace)
      let starts = file.lines.filter(isBlock).compactMap { $0.block?.bytes.lowerBound }
      (file.wish.blockStarts, file.wish.blockEnd) = (starts, blockEnd)
      if starts.isEmpty { (file.wish.blockAlgorithms, file.wish.blockByteCount) = ([], 0) }
      return file
    }

    /// Whether a block begins where blocks of this size do, and ends so, or as the last one.
    fileprivate func hasPlace(for line: ManifestLine) -> Bool {
      guard isBlock(line), let bytes = line.block?.bytes else { return true }
      return (bytes.lowerBound - blockStart) % wish.blockByteCount == 0
        && (UInt64(bytes.count) == wish.blockByteCount || bytes.upperBound + 1 == blockEnd)
    }
  }

  private(set) var entries: [Entry] = []
  private(set) var files: [File] = []

  /// - Parameters:
  ///   - algorithms: Those that count; nil for all.
  ///   - isStandardInput: Whether the list is what the standard input holds, so that no file can be that.
  ///   - isOfParts: Whether it is of parts of files, whose first blocks may begin anywhere.
  init(
    _ bytes: [UInt8], _ algorithms: [ChecksumAlgorithm]?, isStandardInput: Bool, isOfParts: Bool
  ) {
    var reader = ManifestReader(algorithms)
    var lines: [ManifestLine] = []
    var malformed: Set<Int> = []
    var numbers: [[UInt8]: Int] = [:]
    var gathered: [File] = []
    for piece in bytes.split(separator: 10, omittingEmptySubsequences: false) {
      switch reader.read(piece) {
      case .nothing: break
      case .malformed: malformed.insert(reader.lineNumber)
      case .line(let line):
        if isStandardInput, line.name == [UInt8(ascii: "-")] {
          malformed.insert(reader.lineNumber)
          continue
        }
        let isBlock = line.block != nil && !FilePath(bytes: line.name).namesSomething
        let name = isBlock ? line.blockName : line.name
        let number = numbers[name] ?? gathered.count
        if number == gathered.count {
          numbers[name] = number
          gathered.append(File(wish: SumWish(name: name), blockStart: isOfParts ? .max : 0))
        }
        gathered[number].add(line)
        lines.append(line)
      }
    }
    arrange(gathered, lines, &malformed)
  }

  /// Puts lines in order, and takes out those of blocks that do not fit the others.
  private mutating func arrange(
    _ gathered: [File], _ lines: [ManifestLine], _ malformed: inout Set<Int>
  ) {
    var fileNumbers: [Int: Int] = [:]
    files = gathered.map { file in
      for line in file.lines where !file.hasPlace(for: line) { malformed.insert(line.number) }
      return file.withoutMisfits
    }
    files.removeAll(where: \.lines.isEmpty)
    // They are asked for by their first lines, one after the other.
    files.sort { $0.lines[0].number < $1.lines[0].number }
    for (number, file) in files.enumerated() {
      for line in file.lines { fileNumbers[line.number] = number }
    }
    entries = lines.compactMap { line in fileNumbers[line.number].map { .line(line, file: $0) } }
    entries += malformed.map { .malformed($0) }
    entries.sort { $0.lineNumber < $1.lineNumber }
  }
}

extension CheckList.Entry {
  fileprivate var lineNumber: Int {
    switch self {
    case .line(let line, _): line.number
    case .malformed(let number): number
    }
  }
}

extension FilePath {
  fileprivate var namesSomething: Bool { (try? FileStatus(of: self)) != nil }
}

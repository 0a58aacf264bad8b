import Dispatch
import FileMapping
import Synchronization
import SystemPackage

/// What comes of many small files, looked at on all cores before it is their turn.
///
/// A large file is left to whoever takes the endings, since one scan keeps all cores busy.
final class SmallFiles<Ending> {
  private let fileCount: Int
  private let jobs: Int
  private let look: (_ worker: Int, _ file: Int) -> Ending?
  private var first = 0
  private var endings: [Ending?] = []

  /// So many files are looked at next; more each time, so that the first answers do not wait for many.
  private var batchCount: Int

  /// So many files of each worker are looked at before the first of them is taken, at the most.
  private static var batchLimit: Int { 64 }

  /// - Parameters:
  ///   - jobs: How many workers there are; with one, every file waits for its turn.
  ///   - look: Looks at a file, by its number; nil leaves it for its turn. Called by many threads, but by one at a time
  ///     for each worker.
  init(fileCount: Int, jobs: Int, look: @escaping (_ worker: Int, _ file: Int) -> Ending?) {
    (self.fileCount, self.jobs, self.look) = (fileCount, jobs, look)
    batchCount = jobs
  }

  /// What came of a file; nil if it waits for its turn, which is now. Asked for one file after the other.
  func take(_ file: Int) -> Ending? {
    guard jobs > 1, fileCount > 1 else { return nil }
    if file >= first + endings.count { lookAhead(from: file) }
    defer { endings[file - first] = nil }
    return endings[file - first]
  }

  private func lookAhead(from file: Int) {
    first = file
    let count = min(fileCount - file, batchCount)
    batchCount = min(2 * batchCount, jobs * Self.batchLimit)
    endings = Array(repeating: nil, count: count)
    let next = Atomic(0)
    // SAFETY: whoever gave it knows that many threads call it.
    nonisolated(unsafe) let look = self.look
    unsafe endings.withUnsafeMutableBufferPointer { slots in
      // SAFETY: every slot is written by the one worker that drew its number.
      nonisolated(unsafe) let slots = unsafe slots
      DispatchQueue.concurrentPerform(iterations: min(jobs, count)) { worker in
        while true {
          let number = next.wrappingAdd(1, ordering: .relaxed).oldValue
          guard number < count else { return }
          unsafe slots[number] = look(worker, file + number)
        }
      }
    }
  }
}

extension FilePath {
  /// Whether it names a regular file of few bytes, which nobody has to wait for.
  var namesSmallFile: Bool {
    guard let status = try? FileStatus(of: self) else { return false }
    return status.kind == .regular && (1...FilePath.smallByteCount).contains(status.size.rawValue)
  }

  private static var smallByteCount: UInt64 { 256 << 10 }
}

import FileCopy
import FileMapping
import Foundation
import ScanEngine
import SystemPackage
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Every reason why a file cannot be copied, without its numbers. A new one has to be added here, or this
/// does not compile, and then needs a situation that leads to it.
enum CopyErrorKind: CaseIterable {
  case notCopyable, notReplaceable, sameFile, leadsNowhere, accessDenied, noRoom, tooLarge
  case notVerifiable, sizeUnknown, appeared, system

  init(_ reason: CopyError.Reason) {
    self =
      switch reason {
      case .notCopyable: .notCopyable
      case .notReplaceable: .notReplaceable
      case .sameFile: .sameFile
      case .leadsNowhere: .leadsNowhere
      case .accessDenied: .accessDenied
      case .noRoom: .noRoom
      case .tooLarge: .tooLarge
      case .notVerifiable: .notVerifiable
      case .sizeUnknown: .sizeUnknown
      case .appeared: .appeared
      case .system: .system
      }
  }

  /// What needs more than files: see the tests of their own.
  static let ofFiles = allCases.filter { ![.accessDenied, .noRoom, .tooLarge].contains($0) }

  /// How the sentence begins, in which the copy is D.
  var words: String {
    switch self {
    case .notCopyable: "cannot be copied: it is a pipe; only regular files are"
    case .notReplaceable: "cannot be replaced: it is a pipe"
    case .sameFile: "is the same file as D"
    case .leadsNowhere: "is a symbolic link that leads nowhere: remove it first"
    case .accessDenied: "permission denied (open): check owner and mode"
    case .noRoom: "no room for 3000000 bytes (fallocate)"
    case .tooLarge: "cannot get 3000000 bytes: the file system or a limit (ulimit -f) allows fewer"
    case .notVerifiable: "cannot be verified: it claims no size"
    case .sizeUnknown: "claims no size: where its last bytes begin shows only when it is read"
    case .appeared: "was made by somebody else meanwhile: it was left as it is"
    case .system: "open failed: No such file or directory"
    }
  }

  /// Does what leads to the error, in a directory that is used for nothing else.
  func provoke(_ directory: borrowing TemporaryDirectory) throws {
    let (source, destination) = (
      directory.path.appending("source"), directory.path.appending("copy")
    )
    func makePipe(_ path: FilePath) { #expect(unsafe mkfifo(path.string, 0o600) == 0) }
    if self != .notCopyable, self != .system { _ = try directory.file([1, 2, 3], named: "source") }
    var options = PendingCopy.Options()
    switch self {
    case .notCopyable: makePipe(source)
    case .notReplaceable: makePipe(destination)
    case .sameFile: #expect(unsafe link(source.string, destination.string) == 0)
    case .leadsNowhere: #expect(unsafe symlink("nowhere", destination.string) == 0)
    case .appeared:
      options.onBegin = { _ in
        try? FileDescriptor.open(
          destination, .writeOnly, options: .create, permissions: .ownerReadWrite
        ).close()
      }
    case .notVerifiable:
      try copy("/proc/version", to: destination, verifies: true)
    case .sizeUnknown:
      options.opening.beginning = .last(3)
      try copy("/proc/version", to: destination, options: options)
    case .accessDenied, .noRoom, .tooLarge, .system: break
    }
    try copy(source, to: destination, options: options)
  }
}

@Suite struct CopyErrorTests {
  fileprivate static func check(
    _ error: CopyError?, _ kind: CopyErrorKind, in directory: FilePath
  ) throws {
    let error = try #require(error, "\(kind)")
    #expect(CopyErrorKind(error.reason) == kind, "\(error)")
    let sentence = error.sentence.replacing(directory.appending("copy").string, with: "D")
    #expect(sentence.hasPrefix(kind.words), "\(sentence)")
    #expect(error.description == "\(error.path): \(error.sentence)")
  }

  @Test(arguments: CopyErrorKind.ofFiles) func isThrownWithItsSentence(kind: CopyErrorKind) throws {
    let directory = try TemporaryDirectory()
    let error = #expect(throws: CopyError.self) { try kind.provoke(directory) }
    try Self.check(error, kind, in: directory.path)
    #expect(try names(in: directory.path).allSatisfy { ["source", "copy"].contains($0) })
  }

  /// Why a copy of the file `source` to `copy/` of a directory cannot begin, on a thread whose rights and mounts
  /// end with it.
  private static func error(
    in directory: FilePath, after preparation: @escaping @Sendable () -> Bool
  ) throws -> CopyError? {
    let result = Answer()
    Thread.detachNewThread {
      defer { result.isThere.signal() }
      guard preparation() else { return }
      do throws(CopyError) {
        _ = try PendingCopy(
          from: directory.appending("source"), to: directory.appending("copy/copy"))
      } catch { result.error = error }
    }
    result.isThere.wait()
    return result.error
  }

  private final class Answer: @unchecked Sendable {
    // SAFETY: written before the semaphore, and read behind it.
    var error: CopyError?
    let isThere = DispatchSemaphore(value: 0)
  }

  @Test func whatMayNotBeReadIsNotCopied() throws {
    let directory = try TemporaryDirectory()
    let source = try directory.file([1, 2, 3], named: "source")
    #expect(unsafe chmod(source.string, 0) == 0 && chmod(directory.path.string, 0o755) == 0)
    let error = try Self.error(in: directory.path) {
      #if os(Linux)
        // Root may read everything, and gives that up for this thread.
        _ = setfsuid(65_534)
      #endif
      return true
    }
    try Self.check(error, .accessDenied, in: directory.path)
  }

  #if os(Linux)
    @Test(.enabled(if: canMount, "nothing can be mounted here"))
    func aFullFileSystemHasNoRoom() throws {
      let directory = try TemporaryDirectory()
      _ = try directory.file([UInt8](repeating: 7, count: 3_000_000), named: "source")
      let small = directory.path.appending("copy")
      #expect(unsafe mkdir(small.string, 0o700) == 0)
      let error = try Self.error(in: directory.path) { mountHere("tmpfs", on: small, "size=1M") }
      try Self.check(error, .noRoom, in: directory.path)
      #expect(error?.reason == .noRoom(wanted: 3_000_000))
      #expect(try names(in: directory.path.appending("copy")) == [])
    }
  #endif

  @Test func aLimitOfTheProcessIsNotPassed() async {
    await #expect(processExitsWith: .success) {
      let directory = try TemporaryDirectory()
      _ = try directory.file([UInt8](repeating: 7, count: 3_000_000), named: "source")
      _ = signal(SIGXFSZ, SIG_IGN)
      try limit(RLIMIT_FSIZE, to: 1 << 20)
      let (source, destination) = (
        directory.path.appending("source"), directory.path.appending("copy")
      )
      let error = #expect(throws: CopyError.self) { try copy(source, to: destination) }
      try limit(RLIMIT_FSIZE, to: UInt64(rlim_t.max))
      try CopyErrorTests.check(error, .tooLarge, in: directory.path)
    }
  }
}

#if os(Linux)
  // Not every C library's module declares it.
  @_silgen_name("setfsuid") private func setfsuid(_ user: uid_t) -> CInt
#endif

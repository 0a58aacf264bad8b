import Foundation
public import SystemPackage

/// A package outside this one that uses it, as somebody else would write it.
///
/// It is not in the temporary directory: what was built is kept, since most of the time goes into
/// libraries that do not change from run to run.
public struct OutsidePackage: Sendable {
  /// Whether tests shall build such packages, which takes minutes.
  public static let isWanted = ProcessInfo.processInfo.environment["MMSCAN_GUIDES"] != nil

  /// Where it is. What is built goes into `../build`, seen from here.
  public let directory: FilePath

  /// Writes the package, and with it the versions of the packages that this one was built with, so that
  /// nothing is fetched. Leaves the directory alone if it has all that already: then nothing is compiled
  /// again.
  ///
  /// - Parameters:
  ///   - files: Contents by path. In the manifest, `"../mmscan"` becomes this package's directory.
  ///   - place: Two path components below `.build`: one for all that is kept, one for the package.
  public init(_ files: [String: String], at place: FilePath) throws {
    directory = FilePath(packageRoot).appending(".build").appending(place.components)
    var wanted = files
    wanted["Package.swift"] = files["Package.swift"]!.replacingOccurrences(
      of: "\"../mmscan\"", with: "\"\(packageRoot)\"")

    let present = FileManager.default.enumerator(atPath: directory.string)
    let sources = (present?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(".swift") }
    let isCurrent = wanted.allSatisfy { path, content in
      sources.contains(path)
        && FileManager.default.contents(atPath: directory.appending(path).string)
          == Data(content.utf8)
    }
    if isCurrent, sources.count == wanted.count { return }

    try? FileManager.default.removeItem(atPath: directory.string)
    for (path, content) in wanted {
      let file = directory.appending(path)
      try FileManager.default.createDirectory(
        atPath: file.removingLastComponent().string, withIntermediateDirectories: true)
      try Data(content.utf8).write(to: URL(fileURLWithPath: file.string))
    }
    let versions = "\(packageRoot)/Package.resolved"
    if FileManager.default.fileExists(atPath: versions) {
      try FileManager.default.copyItem(
        atPath: versions, toPath: directory.appending("Package.resolved").string)
    }
  }

  /// Runs `swift` in the package, with what it builds in `../build`. Takes no more than 25 minutes.
  ///
  /// - Parameter arguments: Words for the shell.
  public func swift(_ arguments: String) async throws -> Program {
    // Packages outside build without what this one's scripts ask for.
    let script =
      "unset MMSCAN_WARNINGS_AS_ERRORS; swift \(arguments) --scratch-path ../build"
    // Away from the few threads that tests share, since it takes minutes.
    return try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global().async {
        continuation.resume(
          with: Result { try Program.shell(script, in: directory.string, patience: 1500) })
      }
    }
  }
}

import SystemPackage
import ZstdFrames

/// Why a frame was not written to a file of its own.
enum ExtractionFailure: Error {
  case command(CommandError)
  case stop(CarvingStop)
}

/// The directory that carved frames are written to, each to a file named by its offset.
///
/// A file has a hidden name until it is complete. One that is there already is never touched.
final class ExtractionDirectory: @unchecked Sendable {
  // SAFETY: whoever is handed listings uses it, one thread at a time; nothing changes after `init`.
  private let path: FilePath
  private let name: [UInt8]

  /// Makes the directory, if there is none.
  ///
  /// - Parameter name: As it was given.
  init(_ name: [UInt8]) throws(CommandError) {
    var name = name
    while name.count > 1, name.last == UInt8(ascii: "/") { name.removeLast() }
    guard !name.isEmpty else { throw CommandError("--extract: the name is empty") }
    let path = FilePath(bytes: name)
    (self.name, self.path) = (name, path)
    guard unsafe path.withPlatformString({ unsafe mkdir($0, 0o777) }) != 0 else { return }
    let error = Errno(rawValue: errno)
    var status = stat()
    guard error == .fileExists else { throw failure(name, error.description) }
    guard unsafe path.withPlatformString({ unsafe stat($0, &status) }) == 0 else {
      throw failure(name, Errno(rawValue: errno).description)
    }
    guard status.st_mode & S_IFMT == S_IFDIR else { throw failure(name, "it is not a directory") }
  }

  /// Writes the bytes of a frame, as they are, to a file of its own.
  ///
  /// - Returns: The file's name.
  func write(
    _ frame: CarvedFrame, from input: CarvingInput
  ) throws(ExtractionFailure) -> [UInt8] {
    let digits = String(frame.offset)
    let base = String(repeating: "0", count: 20 - digits.utf8.count) + digits
    let ending =
      frame.confidence == .damaged ? ".damaged" : frame.isSkippable ? ".skippable" : ".zst"
    let final = path.appending(base + ending)
    let hidden = path.appending(".\(base)\(ending).\(getpid()).part")
    let shown = name + Array("/\(base)\(ending)".utf8)

    func refuse(_ reason: String) -> ExtractionFailure { .command(failure(shown, reason)) }
    if unsafe final.withPlatformString({ unsafe access($0, F_OK) }) == 0 {
      throw refuse("it exists already, and is left as it is")
    }
    let descriptor: FileDescriptor
    do {
      descriptor = try FileDescriptor.open(
        hidden, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec, .noFollow],
        permissions: FilePermissions(rawValue: 0o666))
    } catch { throw refuse(reason(error)) }
    defer { _ = unsafe hidden.withPlatformString { unsafe unlink($0) } }
    do throws(ExtractionFailure) {
      try copy(frame.offset..<frame.endOffset, from: input, to: descriptor, refuse)
    } catch {
      try? descriptor.close()
      throw error
    }
    // Some file systems say only here that there was no room.
    do throws(Errno) { try descriptor.closeOnce() } catch { throw refuse(reason(error)) }
    if let error = Self.name(hidden, final) {
      throw refuse(
        error == .fileExists ? "it exists already, and is left as it is" : error.description)
    }
    return shown
  }

  private func copy(
    _ range: Range<UInt64>, from input: CarvingInput, to descriptor: FileDescriptor,
    _ refuse: (String) -> ExtractionFailure
  ) throws(ExtractionFailure) {
    var failed: (any Error)?
    do throws(CarvingStop) {
      try input.withPieces(of: range) { piece in
        do {
          try unsafe piece.withUnsafeBytes { bytes in
            _ = try unsafe descriptor.writeAll(bytes)
          }
          return true
        } catch {
          failed = error
          return false
        }
      }
    } catch { throw .stop(error) }
    if let failed { throw refuse(reason(failed)) }
  }

  /// Gives a file a name that nobody has.
  private static func name(_ hidden: FilePath, _ final: FilePath) -> Errno? {
    unsafe hidden.withPlatformString { hidden in
      unsafe final.withPlatformString { final in
        if unsafe link(hidden, final) == 0 { return nil }
        let error = Errno(rawValue: errno)
        // Not every file system has links.
        guard error == .notPermitted || error == .notSupported else { return error }
        if unsafe access(final, F_OK) == 0 { return .fileExists }
        return unsafe rename(hidden, final) == 0 ? nil : Errno(rawValue: errno)
      }
    }
  }

  private func reason(_ error: any Error) -> String {
    (error as? Errno)?.description ?? "\(error)"
  }

  private func failure(_ name: [UInt8], _ reason: String) -> CommandError {
    CommandError("--extract: \(SafeText.escaped(name)): \(reason)")
  }
}

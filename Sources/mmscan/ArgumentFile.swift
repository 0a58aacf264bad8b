import Arguments
import FileMapping
import SystemPackage

/// A file that tells what to do: patterns, names of files, or a dictionary.
enum ArgumentFile {
  /// How many bytes it may have.
  private static let limit = 256 << 20

  /// Reads all of it.
  ///
  /// - Parameters:
  ///   - name: As it was given; - is the standard input.
  ///   - option: Which option named it.
  static func bytes(
    of name: String, _ arguments: RawArguments, option: String
  ) throws(CommandError) -> [UInt8] {
    do throws(Failure) {
      return try bytes(of: name == "-" ? nil : arguments.path(of: name))
    } catch {
      let name = name == "-" ? "the standard input" : SafeText.escaped(arguments.bytes(of: name))
      throw CommandError("\(option): \(name): \(error.reason)")
    }
  }

  /// Why a file could not be read.
  struct Failure: Error {
    /// What the system said; nil if it has too many bytes.
    var error: Errno?
    /// Whether it was opened.
    var isOpen: Bool
    var reason: String {
      error?.description ?? "it has more than \(ArgumentFile.limit >> 20) MiB"
    }
  }

  /// Reads all of a file.
  ///
  /// - Parameter path: Its name; nil for the standard input.
  static func bytes(of path: FilePath?) throws(Failure) -> [UInt8] {
    var isOpen = false
    do {
      let descriptor =
        try path.map { try FileDescriptor.open($0, .readOnly, options: .closeOnExec) }
        ?? .standardInput
      isOpen = true
      defer { if path != nil { try? descriptor.close() } }
      var bytes: [UInt8] = []
      var piece = [UInt8](repeating: 0, count: 1 << 16)
      while true {
        let count: Int
        do {
          count = try unsafe piece.withUnsafeMutableBytes { try unsafe descriptor.read(into: $0) }
        } catch Errno.wouldBlock {
          waitUntil(POLLIN, of: descriptor.rawValue)
          continue
        }
        if count == 0 { return bytes }
        bytes += piece[..<count]
        if bytes.count > limit { throw Failure(error: nil, isOpen: true) }
      }
    } catch let error as Failure {
      throw error
    } catch {
      throw Failure(error: error as? Errno ?? .ioError, isOpen: isOpen)
    }
  }

  /// Names of files: those of a command line, and those that files list, ended by newlines, or by NULs if there
  /// is any. The standard input if there is neither.
  ///
  /// - Parameter hasNulls: Whether names in the file end with NUL in any case.
  static func names(
    _ operands: [String], andFrom lists: [String], endedByNull hasNulls: Bool = false,
    _ arguments: RawArguments
  ) throws(CommandError) -> [[UInt8]] {
    var names = operands.map { arguments.bytes(of: $0) }
    if names.isEmpty, lists.isEmpty { return [[UInt8(ascii: "-")]] }
    for list in lists {
      let bytes = try bytes(of: list, arguments, option: "--files-from")
      names += NameList(bytes, endedByNull: hasNulls).names
    }
    return names
  }
}

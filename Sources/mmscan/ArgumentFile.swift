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
    func failure(_ reason: String) -> CommandError {
      let name = name == "-" ? "the standard input" : SafeText.escaped(arguments.bytes(of: name))
      return CommandError("\(option): \(name): \(reason)")
    }
    do {
      let descriptor =
        name == "-"
        ? FileDescriptor.standardInput
        : try FileDescriptor.open(arguments.path(of: name), .readOnly, options: .closeOnExec)
      defer { if name != "-" { try? descriptor.close() } }
      var bytes: [UInt8] = []
      var piece = [UInt8](repeating: 0, count: 1 << 16)
      while true {
        let count = try unsafe piece.withUnsafeMutableBytes { try unsafe descriptor.read(into: $0) }
        if count == 0 { return bytes }
        bytes += piece[..<count]
        if bytes.count > limit { throw failure("it has more than \(limit >> 20) MiB") }
      }
    } catch let error as Errno {
      throw failure(error.description)
    } catch let error as CommandError {
      throw error
    } catch {
      throw failure("\(error)")
    }
  }

  /// The pieces between separators; behind the last separator there is none.
  static func pieces(of bytes: [UInt8], endedBy separator: UInt8) -> [[UInt8]] {
    var pieces = bytes.split(separator: separator, omittingEmptySubsequences: false).map {
      Array($0)
    }
    if pieces.last?.isEmpty == true { pieces.removeLast() }
    return pieces
  }
}

import ArgumentParser
import FileMapping
import ScanEngine
import SystemPackage

/// The arguments that say what may be read.
struct InputOptions: ParsableArguments {
  @Flag(name: .long, help: "Read block devices, too.")
  var devices = false

  @Option(
    name: .customLong("max-bytes"),
    help: ArgumentHelp(
      "Read at most so much of each input, from its start; character devices are read only then.",
      valueName: "size"))
  var maxBytes: ByteSize?

  func validate() throws {
    if maxBytes?.byteCount == 0 { throw ValidationError("--max-bytes takes at least 1") }
  }

  /// Opens an input.
  ///
  /// - Parameter path: Its name; nil for the standard input.
  func open(_ path: FilePath?, _ access: AccessOptions) throws(MappingError) -> Source {
    guard let path else { return try .standardInput(byteLimit: maxBytes?.byteCount) }
    var opening = Source.Opening()
    opening.way = access.way
    opening.allowsBlockDevices = devices
    opening.byteLimit = maxBytes?.byteCount
    return try Source(path, opening)
  }
}

extension MappingError {
  /// What is wrong with a file that was to be opened, and what helps.
  var advice: String {
    switch reason {
    case .notMappable(.blockDevice): "is a block device: --devices reads it"
    case .notMappable(.characterDevice) where operation == .open:
      "is a character device, which may have no end: --max-bytes says how much of it to read"
    default: sentence
    }
  }
}

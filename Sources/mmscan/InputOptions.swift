import ArgumentParser
import FileMapping
import ScanEngine
import SystemPackage

/// The arguments that say what may be read, and which part of it.
struct InputOptions: ParsableArguments {
  @Flag(name: .long, help: "Read block devices, too.")
  var devices = false

  @OptionGroup var part: PartOptions

  /// Opens an input.
  ///
  /// - Parameter path: Its name; nil for the standard input.
  func open(_ path: FilePath?, _ access: AccessOptions) throws(MappingError) -> Source {
    var opening = Source.Opening()
    opening.way = access.way
    opening.allowsBlockDevices = devices
    part.apply(to: &opening)
    guard let path else { return try .standardInput(opening) }
    return try Source(path, opening)
  }
}

extension MappingError {
  /// What is wrong with a file that was to be opened, and what helps.
  var advice: String {
    switch reason {
    case .notMappable(.directory):
      "is a directory: give its files, with find DIRECTORY -type f -print0 and --files-from -"
    case .system(.noSuchAddressOrDevice) where operation == .open:
      "is a socket or a device that is not there: bytes of programs come through pipes"
    case .notMappable(.blockDevice): "is a block device: --devices reads it"
    case .notMappable(.characterDevice) where operation == .open:
      "is a character device, which may have no end: --max-bytes says how much of it to read"
    case .sizeUnknown:
      "\(sentence): --last is for files; tail -c takes the end of a stream"
    default: sentence
    }
  }
}

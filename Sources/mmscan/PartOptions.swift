import Arguments
import ArgumentParser
import ScanEngine

/// The arguments that say which part of each input is read.
struct PartOptions: ParsableArguments {
  @Option(
    name: .customLong("offset"),
    help: ArgumentHelp(
      "Begin there in each input, as if nothing lay before; what is printed counts from the start of the file.",
      valueName: "size"), transform: ByteSize.init(parsing:))
  var offset: ByteSize?

  @Option(
    name: .customLong("length"),
    help: ArgumentHelp(
      "Read at most so much of each input, from --offset on; character devices are read only then.",
      valueName: "size"), transform: ByteSize.init(parsing:))
  var length: ByteSize?

  @Option(
    name: .customLong("last"),
    help: ArgumentHelp(
      "Begin so much before the end of each file; at its start if it has less.", valueName: "size"),
    transform: ByteSize.init(parsing:))
  var last: ByteSize?

  @Option(
    name: .customLong("max-bytes"),
    help: ArgumentHelp(
      "The same as --length; with both, the smaller one counts.", valueName: "size"),
    transform: ByteSize.init(parsing:))
  var maxBytes: ByteSize?

  func validate() throws {
    for (size, name) in [(maxBytes, "--max-bytes"), (length, "--length"), (last, "--last")] {
      if size?.byteCount == 0 { throw ValidationError("\(name) takes at least 1") }
    }
    if offset != nil, last != nil {
      throw ValidationError("--offset and --last say where to begin in two ways: leave one out")
    }
    if let offset, offset.byteCount > UInt64(Int64.max) {
      throw ValidationError("--offset takes a size up to \(Int64.max)")
    }
  }

  /// Whether the first byte that is asked for may not be the first that there is.
  var beginsLater: Bool { offset != nil || last != nil }

  /// Has an input opened so.
  func apply(to opening: inout Source.Opening) {
    opening.byteLimit = [maxBytes, length].compactMap { $0?.byteCount }.min()
    opening.beginning = last.map { .last($0.byteCount) } ?? .offset(offset?.byteCount ?? 0)
  }
}

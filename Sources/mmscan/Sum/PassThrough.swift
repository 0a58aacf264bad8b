import ScanEngine
import SystemPackage

/// Passes on every byte that it sees.
struct PassThrough: Analyzer {
  /// The option that asks for it.
  static let label = "--tee"
  private static let complaint = "cannot pass on to the standard output: "

  let descriptor: FileDescriptor

  /// Nothing is computed.
  var throughput: Double { 10 }
  var takesLinesEarly: Bool { true }

  mutating func update(_ tile: borrowing Tile) throws(AnalysisError) {
    let offset = tile.offset
    if let reason = writeAll(tile.bytes, to: descriptor.rawValue) {
      throw AnalysisError(offset: offset, reason: PassThrough.complaint + reason)
    }
  }

  consuming func finalize() {}

  /// Ends passing on: some file systems say only here that there was no room.
  func close() throws(CommandError) {
    do throws(Errno) { try descriptor.closeOnce() } catch {
      throw CommandError("\(PassThrough.label): \(PassThrough.complaint)\(error)")
    }
  }
}

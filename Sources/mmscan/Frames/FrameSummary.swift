import ScanEngine
import ZstdFrames

/// Prints what `zstd -l` and `zstd -lv` print.
final class FrameSummary: FramesMode {
  init(_ command: FramesCommand, _ settings: DecodingSettings) {}

  func run(_ source: Source, _ input: FramesInput) throws(CommandError) -> ExitStatus {
    throw CommandError("not yet")
  }
}

import ScanEngine
import ZstdFrames

/// Looks for frames at every offset.
final class FrameCarving: FramesMode {
  init(
    _ command: FramesCommand, _ arguments: RawArguments, _ settings: DecodingSettings
  ) throws(CommandError) {}

  func run(_ source: Source, _ input: FramesInput) throws(CommandError) -> ExitStatus {
    throw CommandError("not yet")
  }
}

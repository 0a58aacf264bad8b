import ScanEngine
import ZstdFrames

/// Prints the content of frames.
final class FrameContent: FramesMode {
  init(
    _ range: String, _ command: FramesCommand, _ settings: DecodingSettings
  ) throws(CommandError) {}

  func run(_ source: Source, _ input: FramesInput) throws(CommandError) -> ExitStatus {
    throw CommandError("not yet")
  }
}

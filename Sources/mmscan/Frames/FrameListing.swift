import ScanEngine
import ZstdFrames

/// Prints a line for each frame.
final class FrameListing: FramesMode {
  init(_ command: FramesCommand, _ settings: DecodingSettings) {}

  func run(_ source: Source, _ input: FramesInput) throws(CommandError) -> ExitStatus {
    throw CommandError("not yet")
  }
}

import ScanEngine
import ZstdFrames

/// Decodes every frame and says which are bad.
final class FrameVerification: FramesMode {
  init(_ command: FramesCommand, _ settings: DecodingSettings) {}

  func run(_ source: Source, _ input: FramesInput) throws(CommandError) -> ExitStatus {
    throw CommandError("not yet")
  }
}

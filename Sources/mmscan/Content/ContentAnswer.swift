import Arguments
import ScanEngine
import ZstdFrames

extension Answer {
  /// How much content there was.
  static func content(_ frames: ContentFrames, _ report: ScanReport) -> Answer {
    let size = report.byteCount.map { ByteSize($0).forPeople } ?? "not all decoded"
    let source = frames.isPlain ? "the file itself" : counted(frames.frameCount, "frame", "frames")
    return Answer(
      rows: [Row("content", "\(size), \(source)")], key: "content",
      json: .object([
        ("byte_count", .integer(report.byteCount)), ("plain", .bool(frames.isPlain)),
        ("frame_count", .integer(frames.frameCount)),
      ]))
  }
}

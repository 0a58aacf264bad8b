import FileMapping
import ScanEngine
import SystemPackage
import TestSupport
import ZstdFrames

/// What carving finds in a file.
struct Carved: Equatable {
  var frames: [CarvedFrame] = []
  var unexaminedCount: UInt64 = 0
}

/// How a file is carved.
struct CarvingWay: CustomStringConvertible, Sendable {
  var windowByteCount = 4 << 20
  var tileByteCount = 256 << 10
  var jobs = 2
  var maps = true

  var description: String {
    "\(maps ? "mapped" : "read"), \(windowByteCount), \(tileByteCount), \(jobs)"
  }
}

private final class Collector: @unchecked Sendable {
  // SAFETY: listings are handed out by one thread at a time, and the test waits for the last.
  var carver: FrameCarver?
  var frames: [CarvedFrame] = []
  var failure: CarvingStop?
}

func carve(
  _ bytes: [UInt8], _ way: CarvingWay = CarvingWay(), _ settings: DecodingSettings = .init(),
  isStopped: @escaping @Sendable () -> Bool = { false }
) throws -> Carved {
  let directory = try TemporaryDirectory(inMemory: true)
  return try carve(file: try directory.file(bytes), way, settings, isStopped: isStopped)
}

func carve(
  file: FilePath, _ way: CarvingWay = CarvingWay(), _ settings: DecodingSettings = .init(),
  isStopped: @escaping @Sendable () -> Bool = { false }
) throws -> Carved {
  let collector = Collector()
  var scan = Scan()
  scan.options.windowByteCount = way.windowByteCount
  scan.options.tileByteCount = way.tileByteCount
  scan.options.jobs = way.jobs
  let ticket = scan.add(MagicScan(), label: "magic") { places, recall in
    if collector.carver == nil {
      collector.carver = FrameCarver(CarvingInput(recall, isStopped: isStopped), settings) {
        collector.frames.append($0)
      }
    }
    do throws(CarvingStop) { try collector.carver!.take(places) } catch {
      collector.failure = error
      return .enough
    }
    return .goOn
  }
  let report = try scan.run(over: Source(file, maps: way.maps))
  if let failure = collector.failure { throw failure }
  guard report.outcome == .complete, report[ticket] != nil else {
    throw MappingFailure(outcome: report.outcome)
  }
  return Carved(
    frames: collector.frames, unexaminedCount: collector.carver?.unexaminedCount ?? 0)
}

struct MappingFailure: Error {
  let outcome: Outcome
}

/// What a carved frame is, in short, as tables of tests have it.
func words(_ frame: CarvedFrame) -> String {
  var words = "\(frame.offset)+\(frame.byteCount) \(frame.confidence)"
  if frame.isSkippable { words += " skippable" }
  if let purpose = frame.purpose { words += " \(purpose.rawValue)" }
  switch frame.relation {
  case .separate: break
  case .nested(let offset): words += " in \(offset)"
  case .overlapping(let offset): words += " over \(offset)"
  }
  return words
}

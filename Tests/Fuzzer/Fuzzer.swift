// What libFuzzer runs on any bytes: everything that reads what somebody else wrote, and the engine. Built only by
// Scripts/fuzz, since the entry point comes with libFuzzer.
import FileMapping
import ScanEngine
import SystemPackage
import ZstdFrames

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What is tried.
enum Target: String {
  case walk, verify, carve, engine, pattern, hex, record, name, size, list

  /// The one that `MMSCAN_FUZZ_TARGET` names; the walk if it names none.
  static let chosen: Target =
    unsafe getenv("MMSCAN_FUZZ_TARGET").flatMap { unsafe Target(rawValue: String(cString: $0)) }
    ?? .walk
}

/// A file that is filled anew for each input.
enum InputFile {
  static let path: String = {
    let directory = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
    return "\(directory)/mmscan-fuzz-\(getpid())"
  }()

  static func source(
    _ bytes: UnsafeRawBufferPointer, _ opening: Source.Opening = Source.Opening()
  ) -> Source {
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_TRUNC, 0o600)
    precondition(descriptor >= 0)
    defer { close(descriptor) }
    precondition(unsafe write(descriptor, bytes.baseAddress, bytes.count) == bytes.count)
    do { return try Source(path, opening) } catch { preconditionFailure("\(error)") }
  }
}

/// Feeds a walk tiles of uneven sizes.
func walk(_ bytes: [UInt8], step: Int) -> FrameList {
  var walk = FrameWalk()
  var start = 0
  while start < bytes.count, !walk.isSettled {
    let end = min(bytes.count, start + step)
    // SAFETY: every byte of an array of UInt8 is initialised.
    walk.update(
      unsafe Tile(
        surroundings: bytes.span.bytes, start: start, end: end, offset: UInt64(start)))
    start = end
  }
  return walk.finalize()
}

func check(_ bytes: [UInt8]) {
  let whole = walk(bytes, step: max(1, bytes.count))
  precondition(whole == walk(bytes, step: 7), "the walk depends on tiles")
  precondition(whole.byteCount <= UInt64(bytes.count), "frames are longer than the input")
}

/// Bombs are another matter.
let settings = {
  var settings = DecodingSettings()
  settings.contentByteCountLimit = 1 << 20
  settings.windowByteCountLimit = 8 << 20
  return settings
}()

func verify(_ input: UnsafeRawBufferPointer) {
  func result(jobs: Int) -> (Verification, [String]) {
    var findings: [String] = []
    do {
      let found = try unsafe FrameVerifier(settings, jobs: jobs).run(
        over: InputFile.source(input), report: { findings.append("\($0)") })
      return (found, findings)
    } catch { preconditionFailure("\(error)") }
  }
  let (found, findings) = result(jobs: 1)
  precondition(found.goodByteCount <= UInt64(input.count))
  precondition(findings == result(jobs: 3).1, "the verdict depends on the number of jobs")
}

func carve(_ input: UnsafeRawBufferPointer) {
  final class State: @unchecked Sendable {
    var carver: FrameCarver?
    var last: UInt64 = 0
  }
  let state = State()
  var scan = Scan()
  _ = scan.add(MagicScan(), label: "magic") { places, recall in
    let input = CarvingInput(recall) { false }
    let carver =
      state.carver
      ?? FrameCarver(input, settings) { [unowned state] frame throws(CarvingStop) in
        precondition(frame.offset >= state.last, "frames do not ascend")
        precondition(frame.endOffset <= input.byteCount || frame.confidence == .damaged)
        state.last = frame.offset
      }
    state.carver = carver
    do throws(CarvingStop) { try carver.take(places) } catch { preconditionFailure("\(error)") }
    return .goOn
  }
  do { _ = try unsafe scan.run(over: InputFile.source(input)) } catch {
    preconditionFailure("\(error)")
  }
}

private typealias Callback = @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt

/// libFuzzer's own `main`, as a function.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
  _ callback: Callback
) -> CInt

private func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  // Files without bytes are read as streams.
  guard count > 0 else { return 0 }
  let bytes = unsafe UnsafeRawBufferPointer(start: start, count: count)
  switch Target.chosen {
  case .walk: check(unsafe Array(bytes))
  case .verify: unsafe verify(bytes)
  case .carve: unsafe carve(bytes)
  case .engine: unsafe engine(bytes)
  case .pattern: unsafe pattern(bytes)
  case .hex: hex(unsafe Array(bytes))
  case .record: unsafe record(bytes)
  case .name: unsafe name(bytes)
  case .size: size(unsafe Array(bytes))
  case .list: list(unsafe Array(bytes))
  }
  return 0
}

/// What the package manager makes `main` of.
@_cdecl("fuzzer_main")
public func fuzzerMain(
  _ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  var (count, arguments) = unsafe (count, arguments)
  return unsafe runDriver(&count, &arguments) { unsafe fuzzOne($0, $1) }
}

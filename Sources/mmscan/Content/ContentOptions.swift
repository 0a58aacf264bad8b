import Arguments
import ArgumentParser

/// The arguments that have the content of zstd files scanned.
struct ContentOptions: ParsableArguments {
  @Flag(
    name: [.customShort("z"), .customLong("decompress")],
    help: "Ask of what zstd files hold; files that are not zstd are taken as they are.")
  var decompress = false

  @Option(
    name: .customLong("content-range"),
    help: ArgumentHelp(
      "With -z: only the content from byte A up to B, B not included: A-B, or A- for the rest.",
      valueName: "range"), transform: ByteRange.init(parsing:))
  var contentRange: ByteRange?

  @OptionGroup var decoding: DecodingOptions

  func validate() throws {
    if !decompress, contentRange != nil {
      throw ValidationError("--content-range says what to take of the content: add -z")
    }
    if !decompress, !decoding.isStandard {
      throw ValidationError("--long, --dictionary and --max-content say how to decode: add -z")
    }
  }
}

/// `A-B`: bytes from A up to B, not including B. `A-` goes on to the end.
struct ByteRange: Equatable {
  let bytes: Range<UInt64>

  /// - Throws: `ValidationError`, which says what a range looks like.
  init(parsing argument: String) throws {
    let ends = argument.split(separator: "-", omittingEmptySubsequences: false)
    let start, end: ByteSize
    do throws(ByteSize.Mistake) {
      guard ends.count == 2 else { throw .malformed }
      start = try ByteSize(parsing: String(ends[0]))
      end = ends[1].isEmpty ? ByteSize(.max) : try ByteSize(parsing: String(ends[1]))
    } catch .malformed {
      throw ValidationError("write A-B or A-, such as 0-1MiB or 4096-")
    }
    guard start.byteCount < end.byteCount else {
      throw ValidationError("it holds no byte: B is not included, and must be larger than A")
    }
    bytes = start.byteCount..<end.byteCount
  }
}

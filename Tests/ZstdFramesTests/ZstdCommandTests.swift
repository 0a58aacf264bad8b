import Foundation
import ScanEngine
import SystemPackage
import TestSupport
import Testing
import ZstdFrames

/// What `zstd -lv` says of files that the `zstd` command made.
@Suite(.enabled(if: ZstdCommand.isInstalled, "the zstd command is not installed"))
struct ZstdCommandTests {
  struct Row: CustomTestStringConvertible, Sendable {
    var name: String
    /// The options that make each frame; nil makes a skippable frame.
    var frames: [[String]?]
    var testDescription: String { name }
  }

  static let rows: [Row] = [
    Row(name: "one frame", frames: [["-3"]]),
    Row(name: "one frame without checksum", frames: [["-1", "--no-check"]]),
    Row(name: "no content size", frames: [["-3", "--no-content-size"]]),
    Row(name: "a long window", frames: [["-3", "--long=25", "--no-content-size"]]),
    Row(name: "two frames", frames: [["-1"], ["-9"]]),
    Row(name: "one of two without checksum", frames: [["-1"], ["-9", "--no-check"]]),
    Row(name: "frames between skippable ones", frames: [nil, ["-1"], nil, ["-5"], nil]),
  ]

  @Test(arguments: rows)
  func saysWhatTheCommandSays(row: Row) throws {
    let directory = try TemporaryDirectory()
    try compare(row, in: URL(fileURLWithPath: directory.path.string))
  }

  func compare(_ row: Row, in directory: URL) throws {
    let content = directory.appendingPathComponent("content")
    try Data((0..<30_000).flatMap { Array("\($0 * $0)\n".utf8) }).write(to: content)
    var file: [UInt8] = []
    for options in row.frames {
      guard let options else {
        file += skippableFrame(Array("a note".utf8), variant: 1)
        continue
      }
      let frame = directory.appendingPathComponent("frame.zst")
      _ = try ZstdCommand.run(options + ["-q", "-f", content.path, "-o", frame.path])
      file += [UInt8](try Data(contentsOf: frame))
    }
    let whole = directory.appendingPathComponent("whole.zst")
    try Data(file).write(to: whole)
    let said = try Report(try ZstdCommand.run(["-lv", whole.path]))

    let list = try TestSupport.whole(FrameWalk(), file)
    #expect(list.trailing == nil)
    #expect(String(list.zstdFrameCount) == said["# Zstandard Frames"])
    #expect(
      (list.skippableFrameCount == 0 ? nil : String(list.skippableFrameCount))
        == said["# Skippable Frames"])
    #expect(list.lastZstdFrame?.header?.windowByteCount == said.byteCount("Window Size"))
    #expect(list.byteCount == said.byteCount("Compressed Size"))
    #expect(list.contentByteCount == said.byteCount("Decompressed Size"))
    let check = try #require(said["Check"])
    if list.checksummedFrameCount == 0 {
      #expect(check == "None")
    } else if list.zstdFrameCount == 1 {
      let checksum = try #require(list.lastZstdFrame?.checksum)
      #expect(check == "XXH64 " + hexadecimal(checksum))
    } else {
      #expect(check == "XXH64")
    }
  }

  @Test func readsTheDictionaryAFrameNeeds() throws {
    let directory = try TemporaryDirectory()
    try compareDictionary(in: URL(fileURLWithPath: directory.path.string))
  }

  func compareDictionary(in directory: URL) throws {
    var samples: [String] = []
    for number in 0..<200 {
      let sample = directory.appendingPathComponent("sample\(number)")
      try Data((number..<number + 300).flatMap { Array("\($0)\n".utf8) }).write(to: sample)
      samples.append(sample.path)
    }
    let dictionary = directory.appendingPathComponent("dictionary")
    _ = try ZstdCommand.run(
      ["-q", "--train", "--dictID=70000", "--maxdict=4096", "-o", dictionary.path] + samples)
    let frame = directory.appendingPathComponent("frame.zst")
    _ = try ZstdCommand.run(["-q", "-D", dictionary.path, samples[0], "-o", frame.path])

    let list = try whole(FrameWalk(), [UInt8](try Data(contentsOf: frame)))
    #expect(list.lastZstdFrame?.header?.dictionaryID == 70000)
    #expect(try Report(try ZstdCommand.run(["-lv", frame.path]))["DictID"] == "70000")
  }

  func hexadecimal(_ checksum: UInt32) -> String {
    let digits = String(checksum, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}

/// The lines `Key: value` that `zstd -lv` prints.
private struct Report {
  private var values: [String: String] = [:]

  init(_ output: String) throws {
    for line in output.split(separator: "\n") {
      guard let colon = line.firstIndex(of: ":") else { continue }
      values[String(line[..<colon])] = line[line.index(after: colon)...]
        .trimmingCharacters(in: .whitespaces)
    }
    try #require(values["# Zstandard Frames"] != nil, "unexpected output: \(output)")
  }

  subscript(key: String) -> String? { values[key] }

  /// The exact number in a value such as "1.50 KiB (1536 B)".
  func byteCount(_ key: String) -> UInt64? {
    guard let value = values[key], let open = value.lastIndex(of: "(") else { return nil }
    return UInt64(value[value.index(after: open)...].prefix { $0.isNumber })
  }
}

enum ZstdCommand {
  static let isInstalled = Program.isInstalled("zstd")

  /// What the command prints to standard output.
  static func run(_ arguments: [String]) throws -> String {
    let program = try Program.shell("zstd \"$@\"", arguments)
    try #require(program.status == 0, "zstd \(arguments): \(program.errorText)")
    return program.text
  }
}

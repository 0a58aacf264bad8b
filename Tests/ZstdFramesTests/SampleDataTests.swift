import Foundation
import ScanEngine
import TestSupport
import Testing
import ZstdFrames

/// The figures that SampleData/README.md gives are those of the files.
@Suite struct SampleDataTests {
  static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("SampleData")

  func file(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: Self.directory.appendingPathComponent(name)))
  }

  /// Expects the README to say `text`, however it is wrapped.
  func expectStated(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let readme = String(decoding: try file("README.md"), as: UTF8.self)
      .replacingOccurrences(of: "\n", with: " ")
    if !readme.contains(text) {
      Issue.record("SampleData/README.md does not say: \(text)", sourceLocation: sourceLocation)
    }
  }

  func grouped(_ number: some BinaryInteger) -> String {
    var digits = Substring(String(number))
    var groups: [Substring] = []
    while !digits.isEmpty {
      groups.insert(digits.suffix(3), at: 0)
      digits = digits.dropLast(3)
    }
    return groups.joined(separator: ",")
  }

  func hexadecimal(_ number: UInt32) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }

  /// A frame as a row of the README's tables.
  func row(_ frame: Frame) -> String {
    let place = "\(grouped(frame.offset)) | \(grouped(frame.byteCount))"
    switch frame.kind {
    case .skippable(let magicNumber, let contentByteCount):
      let kind = "skippable \(hexadecimal(magicNumber))"
      return "| \(place) | \(kind) | \(grouped(contentByteCount)) | | |"
    case .zstd(let header, let blocks, let checksum):
      let content = header.contentByteCount.map { grouped($0) } ?? ""
      let stored = checksum.map { hexadecimal($0) } ?? "none"
      return "| \(place) | zstd | \(content) | \(blocks.total) | \(stored) |"
    }
  }

  @Test func multiFrameHoldsTheFramesItIsSaidTo() throws {
    let bytes = try file("multi-frame.zst")
    let list = try whole(FrameWalk(), bytes)
    #expect(list.trailing == nil)
    #expect(list.frames.count == 6)
    #expect(list.zstdFrameCount == 4)
    #expect(list.checksummedFrameCount == 4)
    for frame in list.frames { try expectStated(row(frame)) }
    try expectStated("`multi-frame.zst` | \(grouped(bytes.count))")
    // Its content is the log.
    #expect(list.contentByteCount == UInt64(try file("server.log").count))
  }

  @Test func damagedIsMultiFrameWithAFlippedBitAndWithoutItsEnd() throws {
    let good = try file("multi-frame.zst")
    let bytes = try file("damaged.zst")
    try expectStated("`damaged.zst` | \(grouped(bytes.count))")

    let changed = zip(good, bytes).enumerated().filter { $1.0 != $1.1 }
    #expect(changed.count == 1)
    let (offset, (before, after)) = try #require(changed.first)
    #expect(before ^ after == 0x10)
    try expectStated("bit 4 of the byte at \(grouped(offset)) is flipped")

    // Headers do not show the bit, but they show the end.
    let list = try whole(FrameWalk(), bytes)
    #expect(list.frames == Array(try whole(FrameWalk(), good).frames.prefix(4)))
    #expect(list.frames[2].offset < offset && offset < list.frames[3].offset)
    let trailing = try #require(list.trailing)
    guard case .truncated(.blockContent, let missing?) = trailing.reason else {
      Issue.record("\(trailing)")
      return
    }
    try expectStated(
      "the frame at \(grouped(trailing.offset)) lacks \(grouped(missing)) bytes of its last block")
  }

  /// The rows of the table under firmware.bin's heading: offset and the row itself.
  func firmwareRows() throws -> [(offset: Int, row: String)] {
    let text = String(decoding: try file("README.md"), as: UTF8.self)
    let section = try #require(text.components(separatedBy: "## firmware.bin").last)
    return section.split(separator: "\n").compactMap { line in
      guard line.hasPrefix("| ") else { return nil }
      let cell = line.split(separator: "|")[0].filter { $0.isNumber }
      return Int(cell).map { ($0, String(line)) }
    }
  }

  @Test func firmwareHoldsWhatItIsSaidTo() throws {
    let image = try file("firmware.bin")
    let rows = try firmwareRows()
    #expect(rows.count == 8)
    for (offset, stated) in rows {
      let list = try whole(FrameWalk(listLimit: 1), Array(image[offset...]))
      if var frame = list.frames.first {
        frame.offset = UInt64(offset)
        #expect(stated.hasPrefix(row(frame)), "\(row(frame))")
      } else {
        switch list.trailing?.reason {
        case .corrupt(.reservedBit): #expect(stated.hasSuffix("| reserved bit set |"))
        case .corrupt(.reservedBlockType): #expect(stated.hasSuffix("| reserved block type |"))
        case .truncated(.frameHeader, _): #expect(stated.hasSuffix("| the file ends |"))
        default: Issue.record("\(stated): \(list)")
        }
      }
    }
    // No zstd magic number lies anywhere else.
    let found = image.indices.filter { image[$0...].starts(with: zstdMagic) }
    #expect(found == rows.filter { !$0.row.contains("skippable") }.map(\.offset))
  }

  @Test func theLogHasTheFiguresItIsSaidToHave() throws {
    let bytes = try file("server.log")
    let text = try #require(String(validating: bytes, as: UTF8.self))
    let lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
    #expect(lines.last?.isEmpty == true)
    #expect(bytes.contains(13) == false)
    try expectStated("`server.log` | \(grouped(bytes.count))")
    try expectStated("\(grouped(lines.count - 1)) lines")
    try expectStated("\(grouped(text.unicodeScalars.count)) characters")

    let words = lines.map { $0.split(separator: 32) }
    for level in ["INFO", "WARN", "ERROR"] {
      let count = words.filter { $0.count > 1 && $0[1].elementsEqual(level.utf8) }.count
      try expectStated("\(grouped(count)) \(level)")
    }
    let incident = words[3199..<3419].filter { $0[1].elementsEqual("ERROR".utf8) }.count
    try expectStated("\(incident) of the errors lie in lines 3,200 to 3,419")
    let foreign = lines.filter { $0.contains { $0 >= 0x80 } }.count
    try expectStated("\(grouped(foreign)) lines are not plain ASCII")

    let needles = bytes.indices.filter { bytes[$0...].starts(with: "NEEDLE".utf8) }
    #expect(needles.count == 1)
    let line = bytes[..<needles[0]].filter { $0 == 10 }.count + 1
    try expectStated("once, at offset \(grouped(needles[0])) in line \(grouped(line))")
  }
}

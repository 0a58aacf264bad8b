import Foundation
import SystemPackage
import TestSupport

/// Contents that search tools are compared on, each made the same way every time.
enum FindCorpus: String, CaseIterable, Sendable {
  case log, source, binary, windows, latin1, unicode
  /// About 3 MiB on one line: without a newline, and with short lines around it.
  case endless, hugeLine
  /// Lines of which the last has no newline.
  case unfinished
  case empty, newlines

  /// Those that are valid UTF-8.
  static let text: [FindCorpus] = [
    .log, .source, .windows, .unicode, .unfinished, .empty, .newlines,
  ]
  /// Whether there would be a match, or a message, for each of millions of bytes.
  var isHuge: Bool { [.endless, .hugeLine].contains(self) }

  /// Whether the last line has no newline.
  var isUnfinished: Bool { [.binary, .endless, .unfinished].contains(self) }

  /// What it is.
  var bytes: [UInt8] {
    switch self {
    case .log: lines(logLines, "\n")
    case .source: lines(planted(sourceLines, every: 9), "\n")
    case .binary: noise
    case .windows: lines(planted(logLines, every: 5), "\r\n")
    case .latin1: accented
    case .unicode: lines(unicodeLines, "\n")
    case .endless: longLine
    case .hugeLine: Array("foo bar\nx\n".utf8) + longLine + Array("\nerror: foo\n\nbar foo\n".utf8)
    case .unfinished: Array(lines(plants, "\n").dropLast()) + Array("last foo".utf8)
    case .empty: []
    case .newlines: Array(repeating: 10, count: 70)
    }
  }

  /// Writes it, under its own name, and what the rows name beside it: another file, a directory,
  /// files of patterns and a list of files.
  func write(in directory: borrowing TemporaryDirectory) throws {
    _ = try directory.file(bytes, named: rawValue)
    let others = [
      ("two", "foo\nbar foo\n\nplain\nerror: bar\nlast"), ("none.pat", ""), ("blank.pat", "\n"),
      ("several.pat", "foo b\nerror\nbar\n"), ("open.pat", "foo\nbar"),
      ("inner.pat", "foo\n\nbar\n"),
      ("one.pat", "fo+\n"), ("list", "\(rawValue)\ntwo\n"),
    ]
    for (name, text) in others { _ = try directory.file(text.utf8, named: name) }
    try FileManager.default.createDirectory(
      atPath: directory.path.appending("folder").string, withIntermediateDirectories: false)
  }
}

/// Lines that the patterns of the rows find, or just do not find.
private let plants = [
  "foo bar foo", "Foo FOO", "foobar foo_bar bar", "xfoo foox foo", "", "  ", "-foo", "--",
  "a.b aXb",
  "error: foo", "bar", "abcabc abc", "foo\tbar foo1", "xx foo xx", "x", "Error ERROR error", "foo",
  "foofoo foo", "last bar-foo.",
]

private func lines(_ lines: [String], _ end: String) -> [UInt8] {
  Array(lines.map { $0 + end }.joined().utf8)
}

/// The plants in turn, one after every few lines.
private func planted(_ lines: [String], every step: Int) -> [String] {
  lines.enumerated().flatMap { index, line in
    index % step == 0 ? [line, plants[index / step % plants.count]] : [line]
  }
}

/// A few hundred lines of a server's log, some of them long.
private var logLines: [String] {
  var generator = SeededGenerator(seed: 1)
  let levels = ["INFO", "INFO", "WARN", "ERROR", "debug"]
  let words = [
    "timeout", "foo", "bar", "request", "done", "error", "foo_bar", "retry", "x", "10ms", "GET",
    "/foo",
  ]
  let log = (0..<300).map { index in
    let count = index % 50 == 7 ? 2000 : Int.random(in: 0...9, using: &generator)
    let text = (0..<count).map { _ in words.randomElement(using: &generator)! }
    return "2026-03-02T06:\(index / 60 + 10):\(index % 60 + 10) "
      + "\(levels.randomElement(using: &generator)!) " + text.joined(separator: " ")
  }
  return planted(log, every: 7)
}

/// These tests themselves.
private var sourceLines: [String] {
  let text = try? String(contentsOfFile: #filePath, encoding: .utf8)
  return text?.components(separatedBy: "\n").dropLast() ?? []
}

/// Random bytes of every value with words in them.
private var noise: [UInt8] {
  // No byte order mark: tools that look for one would read the rest as UTF-16.
  var bytes = Array("start\0foo\n".utf8)
  for index in 0..<120 {
    bytes += randomBytes(500, seed: UInt64(index))
    bytes += Array(plants[index % plants.count].utf8)
    bytes += [[10], [0], []][index % 3]
  }
  return bytes
}

/// Words with letters that are no ASCII, in one byte each.
private var accented: [UInt8] {
  let words: [[UInt8]] = [
    [0xE9, 0x74, 0xE9], [0xC9, 0x74, 0xE9], [0x66, 0x6F, 0x6F, 0xE9], [0xE9, 0x66, 0x6F, 0x6F],
    Array("foo".utf8), Array("caf".utf8) + [0xE9], [0xFF], [0xC3, 0xA9], Array("bar".utf8), [0xA0],
  ]
  var generator = SeededGenerator(seed: 3)
  let lists = (0..<80).map { _ -> [UInt8] in
    let count = Int.random(in: 1...6, using: &generator)
    let line = (0..<count).map { _ in words.randomElement(using: &generator)! }
    return Array(line.joined(separator: [0x20])) + [10]
  }
  return lists.flatMap { $0 } + lines(plants, "\n")
}

private let unicodeLines =
  [
    "é", "École", "école foo", "café 12", "café12", "٣", "\u{A0}x", "straße STRASSE", "Ελλάς ελλάς",
    "Привет мир", "привет foo", "naïve", "日本語 foo", "foo日本", "🙂 foo 🙂", "e\u{301}t\u{e9}",
    "foo\u{2028}bar", "ÉTÉ été Été",
  ] + plants

/// Words without a newline among them; the planted ones are some thousand bytes apart.
private var longLine: [UInt8] {
  var generator = SeededGenerator(seed: 4)
  let words = ["lorem", "ipsum", "dolor", "sit", "amet", "47", "elit"].map { Array("\($0) ".utf8) }
  let rare = (plants.filter { !$0.isEmpty } + ["timeout"]).map { Array("\($0) ".utf8) }
  var text: [UInt8] = []
  while text.count < 3 << 20 {
    for _ in 0..<500 { text += words.randomElement(using: &generator)! }
    text += rare.randomElement(using: &generator)!
  }
  return text
}

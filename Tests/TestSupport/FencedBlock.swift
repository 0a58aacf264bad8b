import Foundation
public import SystemPackage

/// A fenced block of a page of Markdown.
public struct FencedBlock: Sendable {
  /// What stands behind the opening fence.
  public let language: String
  /// The last line of text between it and what is above it: a heading or another block.
  public let caption: String?
  /// The heading that it stands under, without the marks.
  public let heading: String?
  /// What is in it; every line ends with a newline.
  public let content: String

  /// Every block of a page, from top to bottom.
  public static func all(in page: FilePath) throws -> [FencedBlock] {
    var blocks: [FencedBlock] = []
    var (heading, caption): (String?, String?)
    var open: (language: String, lines: [Substring])?
    let text = String(
      decoding: try Data(contentsOf: URL(fileURLWithPath: page.string)), as: UTF8.self)
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if let (language, lines) = open {
        guard line == "```" else {
          open = (language, lines + [line])
          continue
        }
        blocks.append(
          FencedBlock(
            language: language, caption: caption, heading: heading,
            content: lines.map { $0 + "\n" }.joined()))
        (open, caption) = (nil, nil)
      } else if line.hasPrefix("```") {
        open = (String(line.dropFirst(3)), [])
      } else if line.hasPrefix("#") {
        heading = String(line.drop { $0 == "#" }.dropFirst())
        caption = nil
      } else if !line.isEmpty {
        caption = String(line)
      }
    }
    return blocks
  }
}

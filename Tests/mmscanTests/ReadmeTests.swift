import Foundation
import SystemPackage
import TestSupport
import Testing

/// What the README and the pages of Documentation show is what the command prints.
@Suite struct ReadmeTests {
  struct Example: Sendable, CustomTestStringConvertible {
    var command: String
    var output: String
    var testDescription: String { command }
    var needsJQ: Bool { command.contains("| jq ") }
  }

  /// Every `$ command` of a page's console blocks, with the lines below it.
  static func parse(_ page: String) -> [Example] {
    guard let blocks = try? FencedBlock.all(in: FilePath(packageRoot + "/" + page)) else {
      return []
    }
    return blocks.filter { $0.language == "console" }.flatMap { block in
      block.content.split(
        separator: #/^\$ /#.anchorsMatchLineEndings(), omittingEmptySubsequences: true
      ).map { part in
        let lines = part.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        return Example(command: String(lines[0]), output: lines.count > 1 ? String(lines[1]) : "")
      }
    }
  }

  static let examples = parse("README.md") + pipelines.filter { !$0.needsJQ }
  static let pipelines = parse("Documentation/pipelines.md")

  @Test func thePagesHaveExamples() {
    #expect(ReadmeTests.examples.count >= 30 && ReadmeTests.pipelines.count >= 10)
  }

  @Test(
    .enabled(if: Program.isInstalled("jq"), "needs jq"), arguments: pipelines.filter { $0.needsJQ })
  func anExampleWithJQPrintsWhatThePageSays(_ example: Example) throws {
    try anExamplePrintsWhatThePageSays(example)
  }

  @Test(arguments: examples) func anExamplePrintsWhatThePageSays(_ example: Example) throws {
    // The script would build first what is built already.
    let command = example.command.replacing("Scripts/mmscan", with: "mmscan")
    let path =
      "\(productDirectory):\(ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")"
    // Scans of other tests are none of its business, and what they ignore is not ignored in a terminal.
    let directory = try TemporaryDirectory()
    let program = try Program.shell(
      "exec env --default-signal=PIPE bash -c \"$1\"", [command], in: packageRoot,
      environment: ["PATH": path, "XDG_RUNTIME_DIR": directory.path.string])
    #expect(program.text == example.output)
    #expect(program.errors.isEmpty, "\(program.errorText)")
  }

  @Test func everyScriptThatItNamesIsThereAndExplainsItself() throws {
    let text = try String(contentsOfFile: packageRoot + "/README.md", encoding: .utf8)
    let scripts = Set(text.matches(of: #/Scripts/[a-z-]+/#).map { String($0.output) })
    #expect(scripts.contains("Scripts/mmscan") && scripts.contains("Scripts/test"))
    for script in scripts where script != "Scripts/mmscan" {
      let program = try Program.shell("\(script) --help", in: packageRoot)
      #expect(program.status == 0 && program.text.contains("usage: \(script)"), "\(script)")
    }
  }

  @Test func everyLinkLeadsSomewhere() throws {
    for page in [
      "README.md", "Documentation/architecture.md", "Documentation/json.md",
      "Documentation/mapping-semantics.md", "Documentation/pipelines.md",
      "Documentation/writing-an-analyzer.md",
    ] {
      let text = try String(contentsOfFile: "\(packageRoot)/\(page)", encoding: .utf8)
      let folder = URL(fileURLWithPath: "\(packageRoot)/\(page)").deletingLastPathComponent()
      for link in text.matches(of: #/\]\(([^)#:]+)\)/#) {
        let target = folder.appendingPathComponent(String(link.output.1)).path
        #expect(FileManager.default.fileExists(atPath: target), "\(page): \(link.output.1)")
      }
    }
  }
}

import Foundation
import SystemPackage
import TestSupport
import Testing

/// What the README shows is what the command prints.
@Suite struct ReadmeTests {
  struct Example: Sendable, CustomTestStringConvertible {
    var command: String
    var output: String
    var testDescription: String { command }
  }

  /// Every `$ command` of the README's console blocks, with the lines below it.
  static let examples: [Example] = {
    guard let text = try? String(contentsOfFile: packageRoot + "/README.md", encoding: .utf8)
    else { return [] }
    return text.matches(of: #/(?s)```console\n(.*?)```/#).flatMap { block in
      block.output.1.split(
        separator: #/^\$ /#.anchorsMatchLineEndings(), omittingEmptySubsequences: true
      ).map { part in
        let lines = part.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        return Example(command: String(lines[0]), output: lines.count > 1 ? String(lines[1]) : "")
      }
    }
  }()

  @Test func theReadmeHasExamples() { #expect(ReadmeTests.examples.count >= 5) }

  @Test(arguments: examples) func anExamplePrintsWhatTheReadmeSays(_ example: Example) throws {
    // The script would build first what is built already.
    let command = example.command.replacing("Scripts/mmscan", with: "mmscan")
    let path =
      "\(productDirectory):\(ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")"
    // Scans of other tests are none of its business.
    let directory = try TemporaryDirectory()
    let program = try Program.shell(
      command, in: packageRoot,
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

import Foundation
import SystemPackage
import TestSupport
import Testing

/// What is run, how it ends, and what it says.
struct Ending: CustomTestStringConvertible, Sendable {
  var script: String
  var status: Int32
  /// What stderr says, or the beginning of it.
  var message: String
  /// What stdout has, among other things.
  var answer = ""

  init(_ script: String, _ status: Int32, _ message: String = "", answer: String = "") {
    (self.script, self.status, self.message, self.answer) = (script, status, message, answer)
  }

  var testDescription: String { script }
}

/// Runs a script in a directory of its own, where `text` has three lines, with mmscan in the path.
func run(_ script: String) throws -> Program {
  let directory = try TemporaryDirectory()
  return try Program.shell(
    "printf 'one\\ntwo\\nthree\\n' >text; \(script)", in: directory.path.string,
    environment: [
      "PATH": "\(productDirectory):\(ProcessInfo.processInfo.environment["PATH"] ?? "/bin")",
      "PACKAGE": packageRoot,
    ])
}

func check(_ ending: Ending) throws {
  let program = try run(ending.script)
  #expect(program.status == ending.status, "\(program.errorText)")
  if ending.message.isEmpty {
    #expect(program.errors.isEmpty, "\(program.errorText)")
  } else {
    #expect(program.errorText.contains(ending.message), "\(program.errorText)")
  }
  #expect(ending.answer.isEmpty || program.text.contains(ending.answer), "\(program.text)")
}

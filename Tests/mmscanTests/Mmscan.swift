import Foundation
import TestSupport

/// Runs the built command.
///
/// - Parameters:
///   - arguments: Words of a shell command line, `$1` ... being `files`.
///   - directory: Where it runs.
func mmscan(
  _ arguments: String, _ files: [String] = [], input: [UInt8] = [], before: String = "",
  in directory: String = packageRoot
) throws -> Program {
  try Program.shell(
    "\(before) '\(productDirectory)/mmscan' \(arguments)", files, input: input, in: directory)
}

/// The objects that `--json` printed.
func objects(_ program: Program) throws -> [[String: Any]] {
  try program.text.split(separator: "\n").map { line in
    guard let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
    else { throw CocoaError(.propertyListReadCorrupt) }
    return object
  }
}

/// Follows keys and indices into a JSON value.
func value(_ json: Any?, _ path: Any...) -> Any? {
  path.reduce(json) { value, step in
    if let key = step as? String { return (value as? [String: Any])?[key] }
    if let index = step as? Int, let list = value as? [Any], list.indices.contains(index) {
      return list[index]
    }
    return nil
  }
}

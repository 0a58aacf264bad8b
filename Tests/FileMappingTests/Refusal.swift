import SystemPackage
import TestSupport
import Testing

/// Code that the compiler must refuse, and the same code as it should be.
///
/// Both are bodies of a function that has a `file: OpenedFile`, an `object: MappingObject`, a
/// `view: MappedView`, a `writable: MutableMappedView` and a `pointer: UnsafeMutableRawPointer`, and may
/// throw.
struct Refusal: Sendable {
  /// Types are checked before it is followed who owns what, and only if all of them are right.
  enum Stage: String, CaseIterable { case types, ownership }

  let stage: Stage
  let refused: String
  /// What the error says.
  let diagnostic: String
  let accepted: String

  init(_ refused: String, _ diagnostic: String, at stage: Stage = .types, accepted: String) {
    self.stage = stage
    self.refused = refused
    self.diagnostic = diagnostic
    self.accepted = accepted
  }

  static let hasCompiler = Program.isInstalled("swiftc")

  /// Checks what the compiler said about the case with this id.
  func check(_ id: String) throws {
    let said = try Refusal.errors.get()
    #expect(said["refused \(id)"]?.contains { $0.contains(diagnostic) } == true, "\(said)")
    #expect(said["accepted \(id)"] == nil)
    #expect(said["elsewhere"] == nil)
  }

  /// The errors in each function. The compiler runs three times at once for all the cases.
  private static let errors = Result { try compile() }

  private static func compile() throws -> [String: [String]] {
    let directory = try TemporaryDirectory()
    /// For each file, where each function ends.
    var functions: [String: [(name: String, lastLine: Int)]] = [:]
    func write(_ name: String, _ bodies: [(id: String, body: String)]) throws {
      var lines = ["import FileMapping"]
      for (id, body) in bodies {
        lines.append(
          """
          func \(id)(
            file: consuming OpenedFile, object: MappingObject, view: consuming MappedView,
            writable: consuming MutableMappedView, pointer: UnsafeMutableRawPointer
          ) throws {
          \(body)
          }
          """)
        let lineCount = lines.reduce(0) { $0 + 1 + $1.count { $0 == "\n" } }
        functions[name, default: []].append(
          ("\(name == "accepted" ? name : "refused") \(id)", lineCount))
      }
      _ = try directory.file(lines.joined(separator: "\n").utf8, named: "\(name).swift")
    }
    let cases = MappingCase.all.compactMap { item in item.refusal.map { (item.id, $0) } }
    for stage in Stage.allCases {
      try write(stage.rawValue, cases.filter { $0.1.stage == stage }.map { ($0.0, $0.1.refused) })
    }
    try write("accepted", cases.map { ($0.0, $0.1.accepted) })

    let run = try Program.shell(
      """
      compile() {
        swiftc -emit-sil -o /dev/null -diagnostic-style llvm -I "$1/Modules" -swift-version 6 \
          -Xcc -fmodule-map-file="$1/CFaultGuard.build/module.modulemap" \
          -Xcc -fmodule-map-file="$1/CLinux.build/module.modulemap" \
          -Xcc -fmodule-map-file="$1/../../checkouts/swift-system/Sources/CSystem/include/module.modulemap" \
          "$2.swift" 2>&1 | grep -F ' error: '
      }
      for file in types ownership accepted; do compile "$1" "$file" >"$file.errors" & done
      wait
      cat ./*.errors
      """, [productDirectory], in: directory.path.string)
    var errors: [String: [String]] = [:]
    for line in run.text.split(separator: "\n") {
      // types.swift:12:3: error: ...
      let parts = line.split(separator: ":", maxSplits: 4, omittingEmptySubsequences: false)
      var place = "elsewhere"
      if parts.count == 5, parts[0].hasSuffix(".swift"), let number = Int(parts[1]) {
        place =
          functions[String(parts[0].dropLast(6))]?.first { number <= $0.lastLine }?.name ?? place
      }
      errors[place, default: []].append(String(line))
    }
    return errors
  }
}

import SystemPackage

/// The arguments of the process, with every byte kept.
///
/// File names and patterns are bytes, and Swift's strings would replace those that are not UTF-8. An
/// argument that is not UTF-8 is handed to the parser as a stand-in, from which the bytes come back.
struct RawArguments {
  /// What the parser gets, without the command's own name.
  private(set) var strings: [String] = []
  private var standIns: [String: [UInt8]] = [:]

  /// Makes arguments of their bytes.
  init(_ arguments: [[UInt8]]) {
    for (index, bytes) in arguments.enumerated() {
      if let string = String(validating: bytes, as: UTF8.self) {
        strings.append(string)
      } else {
        // What may be an option's name stays as it is: `--name=` or `-x`.
        let isLong = bytes.starts(with: Array("--".utf8))
        let nameCount =
          isLong
          ? bytes.firstIndex(of: UInt8(ascii: "=")).map { $0 + 1 } ?? 0
          : bytes.first == UInt8(ascii: "-") && bytes[1] < 0x80 ? 2 : 0
        let name = String(decoding: bytes[..<nameCount], as: UTF8.self)
        let standIn = "\u{10FFFD}argument \(index)"
        standIns[standIn] = Array(bytes[nameCount...])
        strings.append(name + standIn)
      }
    }
  }

  /// Takes away the names of files at the end, since the parser's time grows with the square of their number.
  ///
  /// - Returns: All but the first of the last arguments that do not begin with a hyphen; none if they are few. The
  ///   first ones may be an option's value and a pattern.
  mutating func takeLastOperands() -> [String] {
    let start = (strings.lastIndex { $0.hasPrefix("-") } ?? 0) + 1 + Self.parsedOperandCount
    guard strings.count > start + Self.parsedOperandCount else { return [] }
    defer { strings.removeSubrange(start...) }
    return Array(strings[start...])
  }

  /// How many operands behind the last option the parser gets at the least.
  private static let parsedOperandCount = 16

  /// The bytes that an argument of the parser stands for.
  func bytes(of argument: String) -> [UInt8] { standIns[argument] ?? Array(argument.utf8) }

  /// The file that an argument of the parser names.
  func path(of argument: String) -> FilePath {
    let bytes = bytes(of: argument) + [0]
    // SAFETY: the bytes end in NUL.
    return unsafe bytes.withUnsafeBytes { bytes in
      unsafe FilePath(platformString: bytes.bindMemory(to: CChar.self).baseAddress!)
    }
  }

  /// The arguments this process was started with.
  static var ofProcess: RawArguments {
    // SAFETY: argv holds argc strings that NUL ends, and nothing changes them.
    let arguments = (1..<max(1, Int(CommandLine.argc))).compactMap { index in
      unsafe CommandLine.unsafeArgv[index].map { argument in
        unsafe Array(UnsafeRawBufferPointer(start: argument, count: strlen(argument)))
      }
    }
    guard arguments.first == Array("find".utf8) else { return RawArguments(arguments) }
    return RawArguments(arguments.prefix(1) + FindArguments.expanded(Array(arguments.dropFirst())))
  }
}

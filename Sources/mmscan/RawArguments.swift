import ArgumentParser
import SystemPackage

#if os(Linux)
  import CLinux
#endif

/// The arguments of the process, with every byte kept.
///
/// File names and patterns are bytes, and Swift's strings would replace those that are not UTF-8. An
/// argument that is not UTF-8 is handed to the parser as a stand-in, from which the bytes come back.
struct RawArguments {
  /// What the parser gets, without the command's own name.
  private(set) var strings: [String] = []
  private var standIns: [String: [UInt8]] = [:]
  /// What the environment adds, as it stands there; nil if it adds nothing.
  private(set) var environmentWords: String?
  /// Why what the environment says cannot be taken.
  private(set) var failure: CommandError?

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
  func path(of argument: String) -> FilePath { FilePath(bytes: bytes(of: argument)) }

  /// The arguments this process was started with.
  static var ofProcess: RawArguments {
    // SAFETY: argv holds argc strings that NUL ends, and nothing changes them.
    #if os(Linux)
      let (count, values) = unsafe (linux_argument_count(), linux_arguments()!)
    #else
      let (count, values) = unsafe (CommandLine.argc, CommandLine.unsafeArgv)
    #endif
    let arguments = (1..<max(1, Int(count))).compactMap { index in
      unsafe values[index].map { argument in
        unsafe Array(UnsafeRawBufferPointer(start: argument, count: strlen(argument)))
      }
    }
    let added = environment(before: arguments.first)
    let names = Mmscan.configuration.subcommands.map { $0.configuration.commandName ?? "" }
    let first = arguments.first.map { String(decoding: $0, as: UTF8.self) } ?? ""
    let commandCount = names.contains(first) ? 1 : 0
    var rest = added.words + arguments.dropFirst(commandCount)
    if first == "find" { rest = FindArguments.expanded(rest) }
    var raw = RawArguments(Array(arguments.prefix(commandCount)) + rest)
    raw.environmentWords = added.text
    raw.failure = added.failure
    return raw
  }

  /// The words of `MMSCAN_OPTIONS`.
  ///
  /// - Parameter first: The first argument. Whoever asks for help or for nothing gets it without them.
  private static func environment(
    before first: [UInt8]?
  ) -> (words: [[UInt8]], text: String?, failure: CommandError?) {
    guard let first, let value = unsafe getenv("MMSCAN_OPTIONS"),
      !unaffected.contains(String(decoding: first, as: UTF8.self))
    else { return ([], nil, nil) }
    // SAFETY: NUL ends it, and nothing changes the environment.
    let bytes = unsafe Array(UnsafeRawBufferPointer(start: value, count: strlen(value)))
    do throws(OptionWords.OpenQuote) {
      let words = try OptionWords(bytes).words
      return (words, words.isEmpty ? nil : SafeText.escaped(bytes), nil)
    } catch {
      return ([], nil, CommandError("MMSCAN_OPTIONS: a quote is not closed"))
    }
  }

  private static let unaffected: Set<String> = [
    "help", "--help", "-h", "--help-hidden", "--version", "--generate-completion-script",
    "--experimental-dump-help", "watch",
  ]
}

extension FilePath {
  /// The file that bytes name. With a slash at the end they name a directory or nothing, which a path forgets.
  init(bytes: [UInt8]) {
    let slash = UInt8(ascii: "/")
    let isOfDirectory = bytes.last == slash && bytes.contains { $0 != slash }
    // SAFETY: the bytes end in NUL.
    self = unsafe (bytes + (isOfDirectory ? [UInt8(ascii: "."), 0] : [0])).withUnsafeBytes {
      bytes in
      unsafe FilePath(platformString: bytes.bindMemory(to: CChar.self).baseAddress!)
    }
  }
}

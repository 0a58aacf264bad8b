/// Makes the arguments of `find` fit for the parser: short options may stand together and be followed by
/// their value, as in `-inm1`, and a value may begin with a hyphen.
enum FindArguments {
  private static let hyphen = UInt8(ascii: "-")
  private static let equals = UInt8(ascii: "=")

  /// Short options that take a value, with their long names.
  private static let valued: [UInt8: String] = [
    UInt8(ascii: "e"): "regexp", UInt8(ascii: "f"): "file", UInt8(ascii: "m"): "max-count",
    UInt8(ascii: "A"): "after-context", UInt8(ascii: "B"): "before-context",
    UInt8(ascii: "C"): "context", UInt8(ascii: "j"): "jobs",
  ]
  /// Long options that take a value.
  private static let longValued = Set(
    valued.values + [
      "pattern", "hex", "files-from", "max-match-length", "bytes", "finder", "progress", "window",
      "label",
    ])

  /// - Parameter arguments: What stands behind `find`.
  static func expanded(_ arguments: [[UInt8]]) -> [[UInt8]] {
    var expanded: [[UInt8]] = []
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      if argument == Array("--".utf8) { return expanded + [argument] + rest }
      if argument.starts(with: Array("--".utf8)) {
        expanded += long(argument, &rest)
      } else if argument.first == hyphen, argument.count > 1 {
        expanded += cluster(argument.dropFirst(), &rest)
      } else {
        expanded.append(argument)
      }
    }
    return expanded
  }

  private static func long(_ argument: [UInt8], _ rest: inout ArraySlice<[UInt8]>) -> [[UInt8]] {
    let name = argument.dropFirst(2).prefix { $0 != equals }
    let value = argument[(2 + name.count)...]
    switch String(decoding: name, as: UTF8.self) {
    case "color", "colour":
      return [Array("--color".utf8) + (value.isEmpty ? Array("=auto".utf8) : Array(value))]
    case let name where value.isEmpty && longValued.contains(name):
      guard let value = rest.popFirst() else { return [argument] }
      return joined(argument, value)
    case let name where value.elementsEqual([equals]) && longValued.contains(name):
      return joined(argument.dropLast(), [])
    default: return [argument]
    }
  }

  /// The parser takes a value behind `=` whatever it begins with, but not an empty one.
  private static func joined(_ name: [UInt8], _ value: [UInt8]) -> [[UInt8]] {
    value.isEmpty ? [name, value] : [name + [equals] + value]
  }

  private static func cluster(
    _ letters: ArraySlice<UInt8>, _ rest: inout ArraySlice<[UInt8]>
  ) -> [[UInt8]] {
    var options: [[UInt8]] = []
    var letters = letters
    while let letter = letters.first {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(letter) else {
        letters.removeFirst()
        guard let name = valued[letter] else {
          // What is not ASCII belongs to a character that stands for no option.
          guard letter < 0x80 else { return options + [[hyphen, letter] + Array(letters)] }
          options.append([hyphen, letter])
          continue
        }
        guard !letters.isEmpty || !rest.isEmpty else { return options + [[hyphen, letter]] }
        let value = letters.isEmpty ? rest.removeFirst() : Array(letters)
        return options + joined(Array("--\(name)".utf8), value)
      }
      // Digits are a number of lines of context; a zero alone is -0.
      let digits = letters.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      letters = letters.dropFirst(digits.count)
      options.append(
        digits.elementsEqual("0".utf8)
          ? [hyphen, letter] : Array("--context=".utf8) + digits)
    }
    return options
  }
}

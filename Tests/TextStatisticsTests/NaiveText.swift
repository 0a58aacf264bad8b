#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
import TextStatistics

/// What the C library says of characters in the locale C.UTF-8. Swift does not import these functions.
enum CLibrary {
  #if canImport(Glibc)
    private static let characterMask: Int32 = 1 << LC_CTYPE
  #else
    private static let characterMask = LC_CTYPE_MASK
  #endif
  // SAFETY: a locale never changes.
  nonisolated(unsafe) private static let locale = unsafe newlocale(characterMask, "C.UTF-8", nil)

  private typealias Function = @convention(c) (UInt32) -> Int32

  private static func function(_ name: String) -> Function {
    // SAFETY: each of them takes a number of 32 bits and gives one.
    unsafe unsafeBitCast(dlsym(dlopen(nil, RTLD_NOW), name), to: Function.self)
  }

  private static let isPrinted = function("iswprint")
  private static let isSpace = function("iswspace")
  private static let width = function("wcwidth")

  private static func ask(_ function: Function, _ character: UInt32) -> Int {
    let before = unsafe uselocale(locale)
    defer { unsafe _ = uselocale(before) }
    return Int(function(character))
  }

  static func isPrinted(_ character: UInt32) -> Bool { ask(isPrinted, character) != 0 }
  static func isSpace(_ character: UInt32) -> Bool { ask(isSpace, character) != 0 }
  static func width(_ character: UInt32) -> Int { ask(width, character) }
}

/// The naive twin of everything that counts in text: a character at a time, each of which the C library is asked for.
struct NaiveText {
  var counted = WordCount.Output()
  var longestLine: UInt64 = 0

  /// - Parameter isUTF8: Whether characters are those of the locale C.UTF-8; otherwise those of the C locale.
  init(_ bytes: [UInt8], isUTF8: Bool) {
    var (column, isInWord, place): (UInt64, Bool, Int) = (0, false, 0)
    while place < bytes.count {
      var (character, length) = (UInt32(bytes[place]), 1)
      if isUTF8, character >= 0x80 {
        guard let found = NaiveText.character(bytes[place...]) else {
          place += 1
          continue
        }
        (character, length) = found
      }
      place += length
      counted.characters += 1
      let isPrinted: Bool
      var (isSpace, width) = (false, 1)
      if character < 0x80 {
        isPrinted = (32..<127).contains(character)
        isSpace = character == 32 || (9...13).contains(character)
      } else if isUTF8 {
        isPrinted = CLibrary.isPrinted(character)
        isSpace =
          isPrinted
          && (CLibrary.isSpace(character) || [0xA0, 0x2007, 0x202F, 0x2060].contains(character))
        width = CLibrary.width(character)
      } else {
        isPrinted = false
      }
      switch character {
      case 9: column += 8 - column % 8
      case 10, 12, 13: column = 0
      default: if isPrinted { column += UInt64(max(0, width)) }
      }
      longestLine = max(longestLine, column)
      if character == 10 { counted.newlines += 1 }
      if isSpace {
        isInWord = false
      } else if isPrinted {
        if !isInWord { counted.words += 1 }
        isInWord = true
      }
    }
  }

  /// The character that the bytes begin with, as the C library sees it: up to six bytes.
  private static func character(_ bytes: ArraySlice<UInt8>) -> (UInt32, Int)? {
    let first = bytes.first!
    let (length, least): (Int, UInt32) =
      switch first {
      case 0xC0..<0xE0: (2, 0x80)
      case 0xE0..<0xF0: (3, 0x800)
      case 0xF0..<0xF8: (4, 0x10000)
      case 0xF8..<0xFC: (5, 0x200000)
      case 0xFC..<0xFE: (6, 0x400_0000)
      default: (0, 0)
      }
    guard length > 0, bytes.count >= length else { return nil }
    var value = UInt32(first) & (0x7F >> UInt32(length))
    for byte in bytes.dropFirst().prefix(length - 1) {
      guard byte & 0xC0 == 0x80 else { return nil }
      value = value << 6 | UInt32(byte & 0x3F)
    }
    return value >= least && !(0xD800..<0xE000).contains(value) ? (value, length) : nil
  }
}

extension TextHealth.Output {
  /// The naive twin of the health: what Swift's own decoder and a split into lines say.
  init(naive bytes: [UInt8]) {
    self.init()
    guard !bytes.isEmpty else { return }
    var place = 0
    var seesBeyondASCII = false
    while place < bytes.count {
      if bytes[place] < 0x80 {
        place += 1
        continue
      }
      seesBeyondASCII = true
      let length = (2...4).first { length in
        place + length <= bytes.count
          && String(validating: bytes[place..<place + length], as: UTF8.self)?.unicodeScalars.count
            == 1
      }
      if length == nil {
        invalidBytes += 1
        firstInvalid = firstInvalid ?? UInt64(place)
      }
      place += length ?? 1
    }
    nuls = UInt64(bytes.count { $0 == 0 })
    let pairs = zip(bytes, bytes.dropFirst()).count { $0 == 13 && $1 == 10 }
    crlf = UInt64(pairs)
    lf = UInt64(bytes.count { $0 == 10 } - pairs)
    cr = UInt64(bytes.count { $0 == 13 } - pairs)
    endsWithNewline = bytes.last == 10
    var start = 0
    for (index, line) in bytes.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
      let isLine = start < bytes.count || index == 0
      if isLine, longestLine == nil || UInt64(line.count) > longestLine!.byteCount {
        longestLine = TextHealth.Line(
          offset: UInt64(start), byteCount: UInt64(line.count), number: UInt64(index + 1))
      }
      start += line.count + 1
    }
    let marks: [([UInt8], TextHealth.Encoding)] = [
      ([0xFF, 0xFE, 0, 0], .utf32LittleEndian), ([0, 0, 0xFE, 0xFF], .utf32BigEndian),
      ([0xEF, 0xBB, 0xBF], .utf8), ([0xFF, 0xFE], .utf16LittleEndian),
      ([0xFE, 0xFF], .utf16BigEndian),
    ]
    if let mark = marks.first(where: { bytes.starts(with: $0.0) }) {
      (hasByteOrderMark, encoding) = (true, mark.1)
      return
    }
    let even = stride(from: 0, to: bytes.count, by: 2).count { bytes[$0] == 0 }
    let odd = stride(from: 1, to: bytes.count, by: 2).count { bytes[$0] == 0 }
    if 2 * odd > bytes.count / 2, 8 * even < odd {
      encoding = .utf16LittleEndian
    } else if 2 * even > bytes.count / 2, 8 * odd < even {
      encoding = .utf16BigEndian
    } else if invalidBytes > 0 {
      encoding = nuls > 0 ? .binary : .unknown8Bit
    } else {
      encoding = seesBeyondASCII ? .utf8 : .ascii
    }
  }
}

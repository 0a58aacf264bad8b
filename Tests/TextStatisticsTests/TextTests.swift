import ScanEngine
import TestSupport
import Testing
import TextStatistics

/// Words, characters, columns and health, by every kernel of this processor.
@Suite struct TextTests {
  /// What texts are made of: white space of every kind, what is not printed, characters of one to six bytes, pieces
  /// of characters, and bytes of none.
  static let pieces: [[UInt8]] =
    [
      "a", "bc", " ", "\t", "\n", "\r", "\r\n", "\u{C}", "\u{B}", "\u{1}", "\0", "\u{7F}", "é",
      "\u{A0}", "\u{2060}", "\u{2028}", "\u{3000}", "中", "😀", "\u{301}", "\u{FEFF}", "\u{FFFF}",
    ].map { Array($0.utf8) } + [
      [0xF4, 0x90, 0x80, 0x80], [0xF7, 0xBF, 0xBF, 0xBF], [0xF8, 0x88, 0x80, 0x80, 0x80],
      [0xFC, 0x84, 0x80, 0x80, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xC0, 0x80], [0xE0, 0x80, 0x80],
      [0xF0, 0x80, 0x80, 0x80], [0xC3], [0xE4, 0xB8], [0xF0, 0x9F, 0x98], [0x80], [0xFF], [0xE2],
      [0xFD], [0xF8, 0x88, 0x80],
    ]

  /// About `count` bytes of those pieces; of four texts one is of any bytes, and one mostly ASCII.
  static func text(_ count: Int, seed: UInt64) -> [UInt8] {
    guard seed % 4 != 0 else { return randomBytes(count, seed: seed) }
    var generator = SeededGenerator(seed: seed)
    var bytes: [UInt8] = []
    while bytes.count < count {
      let choice =
        seed % 4 == 1 && Int.random(in: 0..<8, using: &generator) > 0 ? 0..<8 : pieces.indices
      bytes += pieces[Int.random(in: choice, using: &generator)]
    }
    return bytes
  }

  static let unicode = try? CharacterRules(ofLocale: "C.UTF-8")
  static var rules: [CharacterRules] { [.bytes] + (unicode.map { [$0] } ?? []) }

  @Test func thereIsALocaleForUTF8() throws {
    #expect(try CharacterRules(ofLocale: "C.UTF-8").isUTF8)
    #expect(try !CharacterRules(ofLocale: "C").isUTF8)
    #expect(try !CharacterRules(ofLocale: "xx_XX.nothing").isUTF8)
  }

  @Test(arguments: TextKernel.available)
  func everyKernelAnswersAsTheTwin(kernel: TextKernel) throws {
    for seed in 0..<2000 as Range<UInt64> {
      let bytes = TextTests.text(Int(seed % 270), seed: seed)
      for rules in TextTests.rules {
        let twin = NaiveText(bytes, isUTF8: rules.isUTF8)
        #expect(try whole(WordCount(rules, kernel), bytes) == twin.counted, "\(bytes)")
        let characters = try whole(CharacterCount(rules, kernel), bytes)
        #expect(characters.characters == twin.counted.characters, "\(bytes)")
        #expect(characters.newlines == twin.counted.newlines, "\(bytes)")
        #expect(try whole(LongestLine(rules, kernel), bytes) == twin.longestLine, "\(bytes)")
      }
      #expect(
        try whole(TextHealth(kernel), bytes) == TextHealth.Output(naive: bytes), "\(bytes)")
    }
  }

  @Test(arguments: TextKernel.available) func obeysTheLaw(kernel: TextKernel) throws {
    for seed in 0..<40 as Range<UInt64> {
      // Short texts are cut in pairs of places as well, long ones span blocks.
      let bytes = TextTests.text(seed % 5 == 0 ? 150 : 24, seed: seed)
      for rules in TextTests.rules {
        try checkEveryMerge(WordCount(rules, kernel), bytes)
        try checkEveryMerge(CharacterCount(rules, kernel), bytes)
        try checkEveryMerge(LongestLine(rules, kernel), bytes)
      }
      try checkEveryMerge(TextHealth(kernel), bytes)
    }
  }

  @Test func zerosNeedNotBeSeen() throws {
    for rules in TextTests.rules {
      try checkZeros(WordCount(rules))
      try checkZeros(CharacterCount(rules))
      try checkZeros(LongestLine(rules))
    }
    try checkZeros(TextHealth())
  }

  @Test(arguments: [
    ("", 0), ("a", 1), (" a", 1), ("a b", 2), ("a\u{1}b", 1), ("\u{1}", 0), ("a \u{1} b", 2),
    ("a\u{A0}b", 2), ("é", 1), ("a\u{2028}b", 1), ("中 文", 2),
  ])
  func whiteSpacePartsWords(text: String, words: UInt64) throws {
    let rules = try CharacterRules(ofLocale: "C.UTF-8")
    #expect(try whole(WordCount(rules), Array(text.utf8)).words == words)
  }

  @Test func noBreakSpacesJoinWordsWherePOSIXIsMeant() throws {
    let rules = try CharacterRules(ofLocale: "C.UTF-8", noBreakSpacesPartWords: false)
    #expect(try whole(WordCount(rules), Array("a\u{A0}b".utf8)).words == 1)
  }

  @Test(arguments: [
    ("", 0), ("abc\nde", 3), ("\tx", 9), ("1234567\tx", 9), ("12345678\tx", 17), ("中", 2),
    ("abc\rde", 3), ("a\u{1}b", 2), ("e\u{301}", 1),
  ])
  func aLineTakesColumns(text: String, columns: UInt64) throws {
    let rules = try CharacterRules(ofLocale: "C.UTF-8")
    #expect(try whole(LongestLine(rules), Array(text.utf8)) == columns)
  }

  @Test(
    arguments: [
      ([], .empty), (Array("a\n".utf8), .ascii), (Array("é".utf8), .utf8),
      ([0xE9, 10], .unknown8Bit),
      ([0xE9, 0, 1, 0xFF, 2, 3], .binary), ([0x61, 0, 0x62, 0], .utf16LittleEndian),
      ([0, 0x61, 0, 0x62], .utf16BigEndian), ([0xFF, 0xFE, 0x61, 0], .utf16LittleEndian),
      ([0xFF, 0xFE, 0, 0], .utf32LittleEndian), ([0xEF, 0xBB, 0xBF], .utf8),
    ] as [([UInt8], TextHealth.Encoding)])
  func anEncodingIsTold(bytes: [UInt8], encoding: TextHealth.Encoding) throws {
    #expect(try whole(TextHealth(), bytes).encoding == encoding)
  }

  @Test func theLongestLineIsFound() throws {
    let health = try whole(TextHealth(), Array("a\r\nlonger\n\nlonger".utf8))
    #expect(health.longestLine == TextHealth.Line(offset: 3, byteCount: 6, number: 2))
    #expect(health.crlf == 1 && health.lf == 2 && health.cr == 0)
    #expect(health.endsWithNewline == false)
  }
}

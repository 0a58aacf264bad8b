import Arguments
import Testing

@Suite struct ByteSizeTests {
  @Test(
    arguments: [
      ("0", 0), ("65536", 65_536), ("7b", 7), ("64KiB", 65_536), ("64k", 65_536), ("16M", 16 << 20),
      ("2gib", 2 << 30), ("3T", 3 << 40), ("4KB", 4000), ("4mb", 4_000_000), ("4GB", 4_000_000_000),
      ("1TB", 1_000_000_000_000), ("1.5GiB", 3 << 29), (".5k", 512), ("5.k", 5120), ("7.", 7),
      ("0.0001k", 0), ("0.1M", 104_857), ("000000000000000000000001", 1),
      ("0.00000000000000000000000000001T", 0), ("8388608T", 1 << 63),
      ("18446744073709551615", .max), ("1PiB", 1 << 50), ("2pb", 2_000_000_000_000_000),
      ("15.5E", 31 << 59),
      ("18EB", 18_000_000_000_000_000_000),
      ("16777215.9999999999T", UInt64.max - 109), ("18014398509481983.999K", UInt64.max - 1),
    ] as [(String, UInt64)])
  func isRead(text: String, byteCount: UInt64) throws {
    #expect(try ByteSize(parsing: text) == ByteSize(byteCount))
  }

  @Test(arguments: [
    "18446744073709551616", "16EiB", "19eb", "16777216T", "16777216.0T", "18014398509481984.5K",
    "99999999999T",
    String(repeating: "9", count: 5000), "18446744073709551616.",
  ])
  func whatDoesNotFitIsTooLarge(text: String) {
    #expect(throws: ByteSize.Mistake.tooLarge) { try ByteSize(parsing: text) }
  }

  @Test(arguments: [
    "", ".", "k", ".k", "1..5M", "1.2.3", "-1", "+1", " 1", "1 ", "1 k", "1e5", "0x10", "1,5k",
    "1_000",
    "inf", "nan", "1kk", "1ZiB", "1.9", "1.5b", "1k\0", "\u{664}", "½M", "²", "１", "1\u{212A}",
    "1\u{301}",
  ])
  func whatIsNoSizeIsMalformed(text: String) {
    #expect(throws: ByteSize.Mistake.malformed) { try ByteSize(parsing: text) }
  }

  @Test(
    arguments: [
      (0, "0 B"), (1023, "1023 B"), (1024, "1 KiB"), (1536, "1.5 KiB"), (573_133, "559.7 KiB"),
      (16 << 20, "16 MiB"), (.max, "16 EiB"),
    ] as [(UInt64, String)])
  func isShownWithOneDecimal(byteCount: UInt64, text: String) {
    #expect("\(ByteSize(byteCount))" == text)
  }
}

import ScanEngine
import TestSupport
import Testing
import TextStatistics

@Suite struct LineCountTests {
  /// The naive twin.
  func naive(_ bytes: [UInt8]) -> LineCount.Output {
    LineCount.Output(
      newlines: UInt64(bytes.filter { $0 == 10 }.count),
      endsWithNewline: bytes.last.map { $0 == 10 })
  }

  @Test(arguments: ["", "\n", "a", "a\n", "a\nb", "\n\n\n", "one\r\ntwo\r\n", "no end"])
  func countsAsTheNaiveTwin(text: String) throws {
    let bytes = Array(text.utf8)
    #expect(try whole(LineCount(), bytes) == naive(bytes))
  }

  @Test(arguments: 0..<300)
  func countsRandomBytesOfEveryLength(length: Int) throws {
    let bytes = randomBytes(length, seed: UInt64(length), alphabet: [10, 0, 255, 138])
    #expect(try whole(LineCount(), bytes) == naive(bytes))
  }

  @Test func countsALaneFullOfNewlines() throws {
    let bytes = [UInt8](repeating: 10, count: 1 << 20)
    #expect(try whole(LineCount(), bytes).newlines == 1 << 20)
  }

  @Test(arguments: ["a\nbb\n\nccc", "\n\n", "line\nline\nline\nline\n", "x"])
  func obeysTheLaw(text: String) throws {
    try checkEveryMerge(LineCount(), Array(text.utf8))
  }

  @Test func zerosNeedNotBeSeen() throws { try checkZeros(LineCount()) }

  @Test func aLastLineWithoutNewlineIsALine() throws {
    #expect(try whole(LineCount(), Array("a\nb".utf8)).lines == 2)
    #expect(try whole(LineCount(), []).lines == 0)
  }
}

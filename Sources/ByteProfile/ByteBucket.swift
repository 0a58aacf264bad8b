#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the bytes of a part of an input are.
public struct ByteBucket: Equatable, Sendable {
  /// How many bytes there are.
  public var byteCount: UInt64 = 0
  /// Newlines, which are among ``whitespace``.
  public var newlines: UInt64 = 0
  /// Bytes of value 0.
  public var zeros: UInt64 = 0
  /// Tabs, newlines, vertical tabs, form feeds, returns and spaces.
  public var whitespace: UInt64 = 0
  /// ASCII characters that print something: values 0x21 to 0x7E.
  public var printable: UInt64 = 0
  /// The other bytes below 0x80.
  public var control: UInt64 = 0
  /// Bytes from 0x80 on: parts of characters beyond ASCII, or no text.
  public var high: UInt64 = 0
  /// Shannon's entropy of the values, in bits a byte: 0 where all bytes are equal, 8 where all values are equally
  /// frequent. Nil for no bytes, and for several buckets together.
  public var entropy: Double?

  /// No bytes.
  public init() {}

  /// - Parameter counts: How often each of the 256 values occurs.
  public init(_ counts: [UInt64]) {
    precondition(counts.count == 256)
    func sum(_ values: ClosedRange<Int>) -> UInt64 { counts[values].reduce(0, +) }
    byteCount = sum(0...255)
    newlines = counts[0x0A]
    zeros = counts[0]
    whitespace = sum(0x09...0x0D) + counts[0x20]
    printable = sum(0x21...0x7E)
    high = sum(0x80...0xFF)
    control = byteCount - zeros - whitespace - printable - high
    entropy = ByteBucket.entropy(of: counts, byteCount)
  }

  private static func entropy(of counts: [UInt64], _ byteCount: UInt64) -> Double? {
    guard byteCount > 0 else { return nil }
    var entropy = 0.0
    for count in counts where count > 0 {
      let share = Double(count) / Double(byteCount)
      entropy -= share * log2(share)
    }
    // Not the negative zero of one value alone.
    return max(0, entropy)
  }

  /// Counts the bytes of another part, too.
  public mutating func add(_ other: ByteBucket) {
    byteCount += other.byteCount
    newlines += other.newlines
    zeros += other.zeros
    whitespace += other.whitespace
    printable += other.printable
    control += other.control
    high += other.high
    entropy = nil
  }
}

/// Appends the fields of a record, little end first.
struct FieldWriter {
  private(set) var bytes: [UInt8] = []

  mutating func write(_ number: some FixedWidthInteger) {
    for index in 0..<number.bitWidth / 8 {
      bytes.append(UInt8(truncatingIfNeeded: number >> (8 * index)))
    }
  }

  /// A flag, and the number if there is one.
  mutating func write(_ number: UInt64?) {
    write(UInt8(number == nil ? 0 : 1))
    if let number { write(number) }
  }

  /// A length of two bytes, and as many bytes.
  mutating func write(_ field: [UInt8]) {
    write(UInt16(field.count))
    bytes += field
  }

  /// Text, cut to whole characters of at most so many bytes.
  mutating func write(_ text: String, atMost limit: Int) {
    write(ClippedText(startOf: Array(text.utf8), limit: limit).bytes)
  }

  /// A flag and the bytes.
  mutating func write(_ text: ClippedText) {
    write(UInt8(text.isClipped ? 1 : 0))
    write(text.bytes)
  }
}

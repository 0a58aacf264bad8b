/// Takes the fields of a record off its front. Whoever wrote it is not trusted: nil means that the
/// record is none.
struct FieldReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func number<Number: FixedWidthInteger>() -> Number? {
    let byteCount = Number.bitWidth / 8
    guard rest.count >= byteCount else { return nil }
    var number: Number = 0
    for (index, byte) in rest.prefix(byteCount).enumerated() {
      number |= Number(truncatingIfNeeded: byte) << (8 * index)
    }
    rest = rest.dropFirst(byteCount)
    return number
  }

  mutating func flag() -> Bool? {
    guard let byte: UInt8 = number(), byte <= 1 else { return nil }
    return byte == 1
  }

  mutating func optionalNumber() -> UInt64?? {
    guard let isThere = flag() else { return nil }
    guard isThere else { return .some(nil) }
    guard let number: UInt64 = number() else { return nil }
    return number
  }

  mutating func bytes(atMost limit: Int) -> [UInt8]? {
    guard let byteCount: UInt16 = number(), byteCount <= limit, byteCount <= rest.count
    else { return nil }
    defer { rest = rest.dropFirst(Int(byteCount)) }
    return Array(rest.prefix(Int(byteCount)))
  }

  mutating func text(atMost limit: Int) -> String? {
    bytes(atMost: limit).flatMap { String(validating: $0, as: UTF8.self) }
  }

  mutating func clippedText(atMost limit: Int) -> ClippedText? {
    guard let isClipped = flag(), let bytes = bytes(atMost: limit) else { return nil }
    return ClippedText(bytes, isClipped: isClipped)
  }

  /// A list of at most `limit` elements.
  mutating func list<Element>(
    atMost limit: Int, _ element: (inout FieldReader) -> Element?
  ) -> [Element]? {
    guard let count: UInt8 = number(), count <= limit else { return nil }
    var list: [Element] = []
    for _ in 0..<count {
      guard let next = element(&self) else { return nil }
      list.append(next)
    }
    return list
  }
}

import Arguments

private func isWhole(_ bytes: [UInt8]) -> Bool { bytes.allSatisfy { (0x30...0x39).contains($0) } }

/// Reads a size, and compares with what plainer ways to read numbers make of it.
func size(_ bytes: [UInt8]) {
  let text = String(decoding: bytes, as: UTF8.self)
  do throws(ByteSize.Mistake) {
    let size = try ByteSize(parsing: text)
    precondition(bytes.allSatisfy { $0 < 0x80 }, "takes what is not ASCII")
    precondition((try? ByteSize(parsing: "\(size.byteCount)")) == size, "loses what it took")
    if isWhole(bytes) { precondition(size.byteCount == UInt64(text)) }
    let digits = text.prefix { $0.isNumber || $0 == "." }
    guard let number = Double(digits) else { preconditionFailure("takes what is no number") }
    // The largest unit is 2^60; what is less than a byte is dropped.
    let count = Double(size.byteCount)
    precondition(count <= number * 0x1p60 * 1.000001 && count >= number * 0.999999 - 1)
  } catch .tooLarge {
    let digits = text.prefix { $0.isNumber || $0 == "." }
    guard let number = Double(digits) else { preconditionFailure("calls large what is no number") }
    precondition(number * 0x1p60 >= 0x1p63, "refuses what is not too large")
  } catch {
    precondition(!isWhole(bytes), "refuses what is right")
  }
}

/// Reads a list of names: the first byte says whether only NULs end them.
func list(_ bytes: [UInt8]) {
  let hasNulls = bytes[0] & 1 == 1
  let rest = Array(bytes.dropFirst())
  let names = NameList(rest, endedByNull: hasNulls).names
  let end: UInt8 = hasNulls || rest.contains(0) ? 0 : 10
  precondition(
    names.allSatisfy { !$0.isEmpty && !$0.contains(end) }, "a name goes on behind its end")
  precondition(Array(names.joined()) == rest.filter { $0 != end }, "bytes of names are lost")
  let again = names.flatMap { $0 + [end] }
  precondition(
    NameList(again, endedByNull: end == 0).names == names, "names change by being written")
  let pieces = NameList.pieces(of: rest, endedBy: end)
  precondition(pieces.filter { !$0.isEmpty } == names)
  precondition(pieces.count(where: \.isEmpty) <= rest.count(where: { $0 == end }))
}

/// Writes bytes that somebody else chose as JSON, without a value in between.
extension OutputBuffer {
  /// `{"text":...}` if the bytes are UTF-8, else `{"bytes":base64}`.
  ///
  /// - Parameter isForTerminal: Whether characters are escaped that a terminal must not get.
  func append(jsonText bytes: UnsafeRawBufferPointer, isForTerminal: Bool) {
    guard !isForTerminal else {
      append(JSON.text(unsafe Array(bytes)).line)
      return
    }
    if unsafe isUTF8(bytes) {
      append("{\"text\":\"")
      unsafe append(jsonEscaped: bytes)
    } else {
      append("{\"bytes\":\"")
      append(text: JSON.base64(unsafe Array(bytes)))
    }
    append("\"}")
  }

  /// As serde_json does it, which ripgrep uses.
  private func append(jsonEscaped bytes: UnsafeRawBufferPointer) {
    var start = 0
    for index in 0..<bytes.count {
      let byte = unsafe bytes[index]
      guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else {
        continue
      }
      unsafe append(UnsafeRawBufferPointer(rebasing: bytes[start..<index]))
      start = index + 1
      append(UInt8(ascii: "\\"))
      switch byte {
      case 8: append(UInt8(ascii: "b"))
      case 9: append(UInt8(ascii: "t"))
      case 10: append(UInt8(ascii: "n"))
      case 12: append(UInt8(ascii: "f"))
      case 13: append(UInt8(ascii: "r"))
      case 0..<0x20:
        append("u00")
        append(UInt8(ascii: "0") + byte >> 4)
        append(byte & 15 < 10 ? UInt8(ascii: "0") + byte & 15 : UInt8(ascii: "a") + byte & 15 - 10)
      default: append(byte)
      }
    }
    unsafe append(UnsafeRawBufferPointer(rebasing: bytes[start...]))
  }

  private func isUTF8(_ bytes: UnsafeRawBufferPointer) -> Bool {
    // SAFETY: every byte is initialised, and the span ends with the call.
    let span = unsafe Span<UInt8>(_unsafeBytes: bytes)
    return (try? UTF8Span(validating: span)) != nil
  }
}

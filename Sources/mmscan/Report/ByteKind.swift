import ByteProfile

/// The kinds of bytes that plots tell apart, in the order in which they are stacked.
enum ByteKind: String, CaseIterable {
  case printable, whitespace, control, zeros, high

  /// What people call it.
  var name: String {
    switch self {
    case .printable: "printable"
    case .whitespace: "white space"
    case .control: "control"
    case .zeros: "zeros"
    case .high: "0x80 to 0xFF"
    }
  }

  func count(_ bucket: ByteBucket) -> UInt64 {
    switch self {
    case .printable: bucket.printable
    case .whitespace: bucket.whitespace
    case .control: bucket.control
    case .zeros: bucket.zeros
    case .high: bucket.high
    }
  }
}

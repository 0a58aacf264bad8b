/// How common bytes are in the files people search: logs, source text, tables, some binaries.
///
/// Only the order matters, and only for speed: the literal scan compares the two rarest bytes of
/// its needle first.
enum ByteFrequency {
  /// 0 for a byte that hardly ever occurs, 255 for the most common one.
  static let weights: [UInt8] = {
    var weights = [UInt8](repeating: 12, count: 256)
    for byte in 128...255 { weights[byte] = 70 }
    weights[0] = 150
    weights[255] = 90
    weights[9] = 120
    weights[10] = 190
    weights[13] = 100
    let common =
      " e0taoinsr1l2d3c-u5m4:p.6/879hfgb=,_y\"vwTESIk)(A]C[NDOR;xMPLF'BzGj{}H>U<|q+WVK*Y#&@XJ%$QZ?!\\~`^"
    var weight = 255
    for byte in common.utf8 {
      weights[Int(byte)] = UInt8(weight)
      weight -= 2
    }
    return weights
  }()

  static func weight(_ byte: UInt8, foldsCase: Bool) -> Int {
    let own = Int(weights[Int(byte)])
    guard foldsCase, isLetter(byte) else { return own }
    return max(own, Int(weights[Int(byte ^ 0x20)])) + 5
  }
}

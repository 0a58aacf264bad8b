/// A small repeatable generator (SplitMix64, Steele et al. 2014), so that a failing case can be named
/// by its seed.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// `count` bytes drawn from `alphabet` (all byte values if nil).
public func randomBytes(_ count: Int, seed: UInt64, alphabet: [UInt8]? = nil) -> [UInt8] {
  var generator = SeededGenerator(seed: seed)
  return (0..<count).map { _ in
    if let alphabet {
      alphabet.randomElement(using: &generator)!
    } else {
      UInt8.random(in: 0...255, using: &generator)
    }
  }
}

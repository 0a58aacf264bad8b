/// How fast bytes went by in the last seconds.
struct Pace {
  private var samples: [(instant: ContinuousClock.Instant, byteCount: UInt64)]

  private static let memory = Duration.seconds(2)

  /// Begins with no bytes, now.
  init() { samples = [(.now, 0)] }

  /// Takes note of how many bytes went by in all.
  ///
  /// - Returns: Bytes a second.
  mutating func update(_ byteCount: UInt64) -> UInt64 {
    let now = ContinuousClock.now
    samples.append((now, byteCount))
    // The first one is as old as the memory reaches, or a little older.
    while samples.count > 2, now - samples[1].instant >= Pace.memory { samples.removeFirst() }
    let seconds = (now - samples[0].instant) / .seconds(1)
    guard seconds > 0, byteCount > samples[0].byteCount else { return 0 }
    return UInt64(min(Double(byteCount - samples[0].byteCount) / seconds, 0x1p60))
  }
}

/// The part of a long range that is shown: so many bytes around something in it.
struct ClippedRange {
  let range: Range<UInt64>
  let isClipped: Bool

  /// - Parameters:
  ///   - place: What to show of it; the start if nil. What lies outside does not count.
  ///   - limit: How many bytes to show at the most.
  init(_ whole: Range<UInt64>, around place: Range<UInt64>?, limit: UInt64) {
    isClipped = UInt64(whole.count) > limit
    guard isClipped else {
      range = whole
      return
    }
    let place = (place ?? whole.lowerBound..<whole.lowerBound).clamped(to: whole)
    // As much before as after, or a quarter before what fills it all.
    let spare = limit - min(limit, UInt64(place.count))
    let lead = max(spare / 2, limit / 4)
    var start = place.lowerBound - min(place.lowerBound - whole.lowerBound, lead)
    start = min(start, whole.upperBound - limit)
    range = start..<start + limit
  }
}

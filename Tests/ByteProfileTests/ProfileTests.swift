import ByteProfile
import ScanEngine
import TestSupport
import Testing

@Suite struct ProfileTests {
  /// The naive twin: one bucket after the other, one byte after the other.
  func naive(_ bytes: [UInt8], limit: Int, smallest: Int) -> (size: Int, buckets: [ByteBucket]) {
    var size = smallest
    while (bytes.count + size - 1) / size > limit { size *= 2 }
    return (
      size,
      stride(from: 0, to: bytes.count, by: size).map { start in
        var counts = [UInt64](repeating: 0, count: 256)
        for byte in bytes[start..<min(bytes.count, start + size)] { counts[Int(byte)] += 1 }
        return ByteBucket(counts)
      }
    )
  }

  @Test(arguments: [0, 1, 2, 3, 7, 8, 9, 63, 64, 65, 127, 129, 1000, 4095, 4097, 100_001])
  func findsWhatTheNaiveTwinFinds(length: Int) throws {
    for (limit, smallest) in [(1, 1), (3, 2), (4, 1), (5, 64), (1024, 1024)] {
      let bytes = randomBytes(length, seed: UInt64(length))
      let found = try whole(
        Profile(BucketScale(limit: limit, smallestByteCount: UInt64(smallest))), bytes)
      let expected = naive(bytes, limit: limit, smallest: smallest)
      #expect(found.buckets == expected.buckets)
      #expect(found.bucketByteCount == UInt64(expected.size))
      #expect(found.byteCount == UInt64(length))
      #expect(found.buckets.count <= limit)
    }
  }

  /// The kernel takes blocks of 64 bytes, and those of one value at once.
  @Test(arguments: 0..<40)
  func runsOfOneValueAreCounted(seed: Int) throws {
    var bytes: [UInt8] = []
    for run in randomBytes(60, seed: UInt64(seed)) {
      bytes += Array(repeating: run % 3, count: Int(run))
    }
    let found = try whole(Profile(BucketScale(limit: 8, smallestByteCount: 1)), bytes)
    #expect(found.buckets == naive(bytes, limit: 8, smallest: 1).buckets)
  }

  @Test func everyValueIsOfOneKind() {
    for value in 0..<256 {
      var counts = [UInt64](repeating: 0, count: 256)
      counts[value] = 5
      let bucket = ByteBucket(counts)
      let isSpace = value == 32 || (9...13).contains(value)
      #expect(bucket.byteCount == 5)
      #expect(bucket.zeros == (value == 0 ? 5 : 0))
      #expect(bucket.newlines == (value == 10 ? 5 : 0))
      #expect(bucket.whitespace == (isSpace ? 5 : 0))
      #expect(bucket.printable == ((33...126).contains(value) ? 5 : 0))
      #expect(bucket.high == (value >= 128 ? 5 : 0))
      #expect(
        bucket.control
          == (value > 0 && value < 32 && !isSpace || value == 127 ? 5 : 0))
      #expect(bucket.entropy == 0)
    }
  }

  @Test(arguments: [(1, 0.0), (2, 1.0), (4, 2.0), (16, 4.0), (256, 8.0)])
  func entropyIsThatOfEvenlyFrequentValues(values: Int, entropy: Double) {
    let counts = (0..<256).map { UInt64($0 < values ? 7 : 0) }
    #expect(abs((ByteBucket(counts).entropy ?? -1) - entropy) < 1e-12)
  }

  @Test(arguments: [
    (1, 1, 40), (2, 1, 41), (3, 1, 64), (4, 1, 33), (5, 2, 60), (1024, 1, 50), (4, 8, 300),
  ])
  func obeysTheLaw(limit: Int, smallest: UInt64, length: Int) throws {
    let input = randomBytes(length, seed: UInt64(limit), alphabet: [0, 10, 65, 200])
    try checkEveryMerge(
      Profile(BucketScale(limit: limit, smallestByteCount: smallest)), input)
  }

  @Test(arguments: [1, 3, 4, 1000])
  func zerosNeedNotBeSeen(limit: Int) throws {
    try checkZeros(Profile(BucketScale(limit: limit, smallestByteCount: 1)))
  }

  @Test func anEmptyInputHasNoBuckets() throws {
    let found = try whole(Profile(), [])
    #expect(found.buckets.isEmpty && found.byteCount == 0)
  }
}

import Checksums
import ScanEngine
import SystemPackage
import TestSupport
import Testing

@Suite struct BLAKE3Tests {
  private static let key = Array("whats the Elvish word for friend".utf8)
  private static let context = "BLAKE3 2019-12-27 16:29:52 test vectors context"

  /// Of the vectors that the authors publish (test_vectors.json).
  struct Vector: CustomTestStringConvertible {
    let inputByteCount: Int
    let hash: String
    let keyedHash: String
    let derivedKey: String
    var testDescription: String { "\(inputByteCount)" }
  }

  static let vectors = [
    Vector(
      inputByteCount: 0,
      hash: "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262e00f03e7b69af26b"
        + "7faaf09fcd333050338ddfe085b8cc869ca98b206c08243a26f5487789e8f660afe6c99ef9e0c52b"
        + "92e7393024a80459cf91f476f9ffdbda7001c22e159b402631f277ca96f2defdf1078282314e7636"
        + "99a31c5363165421cce14d",
      keyedHash: "92b2b75604ed3c761f9d6f62392c8a9227ad0ea3f09573e783f1498a4ed60d26b18171a2f22a4b94"
        + "822c701f107153dba24918c4bae4d2945c20ece13387627d3b73cbf97b797d5e59948c7ef788f543"
        + "72df45e45e4293c7dc18c1d41144a9758be58960856be1eabbe22c2653190de560ca3b2ac4aa692a"
        + "9210694254c371e851bc8f",
      derivedKey: "2cc39783c223154fea8dfb7c1b1660f2ac2dcbd1c1de8277b0b0dd39b7e50d7d905630c8be290dfc"
        + "f3e6842f13bddd573c098c3f17361f1f206b8cad9d088aa4a3f746752c6b0ce6a83b0da81d596492"
        + "57cdf8eb3e9f7d4998e41021fac119deefb896224ac99f860011f73609e6e0e4540f93b273e56547"
        + "dfd3aa1a035ba6689d89a0"),
    Vector(
      inputByteCount: 1024,
      hash: "42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af71cf8107265ecdaf8"
        + "505b95d8fcec83a98a6a96ea5109d2c179c47a387ffbb404756f6eeae7883b446b70ebb144527c20"
        + "75ab8ab204c0086bb22b7c93d465efc57f8d917f0b385c6df265e77003b85102967486ed57db5c5c"
        + "a170ba441427ed9afa684e",
      keyedHash: "75c46f6f3d9eb4f55ecaaee480db732e6c2105546f1e675003687c31719c7ba4a78bc838c72852d4"
        + "f49c864acb7adafe2478e824afe51c8919d06168414c265f298a8094b1ad813a9b8614acabac321f"
        + "24ce61c5a5346eb519520d38ecc43e89b5000236df0597243e4d2493fd626730e2ba17ac4d8824d0"
        + "9d1a4a8f57b8227778e2de",
      derivedKey: "7356cd7720d5b66b6d0697eb3177d9f8d73a4a5c5e968896eb6a6896843027066c23b601d3ddfb39"
        + "1e90d5c8eccdef4ae2a264bce9e612ba15e2bc9d654af1481b2e75dbabe615974f1070bba84d5685"
        + "3265a34330b4766f8e75edd1f4a1650476c10802f22b64bd3919d246ba20a17558bc51c199efdec6"
        + "7e80a227251808d8ce5bad"),
    Vector(
      inputByteCount: 1025,
      hash: "d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444f4c4a22b4b399155"
        + "358a994e52bf255de60035742ec71bd08ac275a1b51cc6bfe332b0ef84b409108cda080e6269ed4b"
        + "3e2c3f7d722aa4cdc98d16deb554e5627be8f955c98e1d5f9565a9194cad0c4285f93700062d9595"
        + "adb992ae68ff12800ab67a",
      keyedHash: "357dc55de0c7e382c900fd6e320acc04146be01db6a8ce7210b7189bd664ea69362396b77fdc0d26"
        + "34a552970843722066c3c15902ae5097e00ff53f1e116f1cd5352720113a837ab2452cafbde4d540"
        + "85d9cf5d21ca613071551b25d52e69d6c81123872b6f19cd3bc1333edf0c52b94de23ba772cf8263"
        + "6cff4542540a7738d5b930",
      derivedKey: "effaa245f065fbf82ac186839a249707c3bddf6d3fdda22d1b95a3c970379bcb5d31013a167509e9"
        + "066273ab6e2123bc835b408b067d88f96addb550d96b6852dad38e320b9d940f86db74d398c770f4"
        + "62118b35d2724efa13da97194491d96dd37c3c09cbef665953f2ee85ec83d88b88d11547a6f911c8"
        + "217cca46defa2751e7f3ad"),
    Vector(
      inputByteCount: 8193,
      hash: "bab6c09cb8ce8cf459261398d2e7aef35700bf488116ceb94a36d0f5f1b7bc3bb2282aa69be08935"
        + "9ea1154b9a9286c4a56af4de975a9aa4a5c497654914d279bea60bb6d2cf7225a2fa0ff5ef56bbe4"
        + "b149f3ed15860f78b4e2ad04e158e375c1e0c0b551cd7dfc82f1b155c11b6b3ed51ec9edb30d1336"
        + "53bb5709d1dbd55f4e1ff6",
      keyedHash: "954a2a75420c8d6547e3ba5b98d963e6fa6491addc8c023189cc519821b4a1f5f03228648fd983ae"
        + "f045c2fa8290934b0866b615f585149587dda2299039965328835a2b18f1d63b7e300fc76ff260b5"
        + "71839fe44876a4eae66cbac8c67694411ed7e09df51068a22c6e67d6d3dd2cca8ff12e3275384006"
        + "c80f4db68023f24eebba57",
      derivedKey: "af1e0346e389b17c23200270a64aa4e1ead98c61695d917de7d5b00491c9b0f12f20a01d6d622edf"
        + "3de026a4db4e4526225debb93c1237934d71c7340bb5916158cbdafe9ac3225476b6ab57a12357db"
        + "3abbad7a26c6e66290e44034fb08a20a8d0ec264f309994d2810c49cfba6989d7abb095897459f54"
        + "25adb48aba07c5fb3c83c0"),
    Vector(
      inputByteCount: 102400,
      hash: "bc3e3d41a1146b069abffad3c0d44860cf664390afce4d9661f7902e7943e085e01c59dab908c04c"
        + "3342b816941a26d69c2605ebee5ec5291cc55e15b76146e6745f0601156c3596cb75065a9c57f355"
        + "85a52e1ac70f69131c23d611ce11ee4ab1ec2c009012d236648e77be9295dd0426f29b764d65de58"
        + "eb7d01dd42248204f45f8e",
      keyedHash: "1c35d1a5811083fd7119f5d5d1ba027b4d01c0c6c49fb6ff2cf75393ea5db4a7f9dbdd3e1d81dcbc"
        + "a3ba241bb18760f207710b751846faaeb9dff8262710999a59b2aa1aca298a032d94eacfadf1aa19"
        + "2418eb54808db23b56e34213266aa08499a16b354f018fc4967d05f8b9d2ad87a7278337be9693fc"
        + "638a3bfdbe314574ee6fc4",
      derivedKey: "4652cff7a3f385a6103b5c260fc1593e13c778dbe608efb092fe7ee69df6e9c6d83a3e041bc3a48d"
        + "f2879f4a0a3ed40e7c961c73eff740f3117a0504c2dff4786d44fb17f1549eb0ba585e40ec29bf77"
        + "32f0b7e286ff8acddc4cb1e23b87ff5d824a986458dcc6a04ac83969b80637562953df51ed1a7e90"
        + "a7926924d2763778be8560"),
  ]

  /// What the vectors are made from.
  private static func input(_ byteCount: Int) -> [UInt8] {
    (0..<byteCount).map { UInt8($0 % 251) }
  }

  private static let kernels = BLAKE3Tree.Kernel.allCases.filter {
    $0.rawValue <= BLAKE3Tree.Kernel.best.rawValue
  }

  private func answer(
    _ mode: BLAKE3.Mode, _ input: [UInt8], _ byteCount: Int, _ kernel: BLAKE3Tree.Kernel = .best
  ) throws -> [UInt8] {
    let fresh = BLAKE3(mode, kernel)
    guard !input.isEmpty else { return fresh.output(byteCount: byteCount) }
    return try feed(fresh, input, window: 0..<input.count).output(byteCount: byteCount)
  }

  private func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  @Test(arguments: vectors, kernels)
  func agreesWithTheVectors(_ vector: Vector, kernel: BLAKE3Tree.Kernel) throws {
    let input = Self.input(vector.inputByteCount)
    #expect(try hex(answer(.hash, input, 131, kernel)) == vector.hash)
    #expect(try hex(answer(.keyed(Self.key), input, 131, kernel)) == vector.keyedHash)
    #expect(
      try hex(answer(.derivedKey(context: Self.context), input, 131, kernel)) == vector.derivedKey)
  }

  @Test(arguments: vectors)
  func theTwinAgreesWithTheVectors(_ vector: Vector) {
    let input = Self.input(vector.inputByteCount)
    #expect(hex(NaiveBLAKE3.hash(input, byteCount: 131)) == vector.hash)
    #expect(
      hex(NaiveBLAKE3.keyedHash(input, key: Self.key, byteCount: 131)) == vector.keyedHash)
    #expect(
      hex(NaiveBLAKE3.derivedKey(input, context: Self.context, byteCount: 131))
        == vector.derivedKey)
  }

  /// Around chunks, batches of every width, and trees that are complete or nearly so.
  @Test(arguments: kernels)
  func agreesWithTheTwinAtEveryLength(kernel: BLAKE3Tree.Kernel) throws {
    let whole = randomBytes(300 << 10, seed: 31)
    var byteCounts = [0, 1, 63, 64, 65, 127, 128, 129]
    for chunks in [
      1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 24, 31, 32, 33, 48, 64, 100, 255, 256, 257,
    ] {
      byteCounts += [1024 * chunks - 1, 1024 * chunks, 1024 * chunks + 1]
    }
    for byteCount in byteCounts {
      let input = Array(whole[..<byteCount])
      #expect(
        try answer(.hash, input, 32, kernel) == NaiveBLAKE3.hash(input), "\(byteCount) bytes")
    }
  }

  /// A value may cover any part of the input, and be merged with its neighbours in any order.
  @Test func partsOfAnySizeMerge() throws {
    let input = randomBytes(40 << 10, seed: 32)
    let expected = NaiveBLAKE3.hash(input)
    for (index, size) in [1, 100, 1023, 1024, 1025, 2048, 3000, 4096, 5000, 8192, 16384, 20000]
      .enumerated()
    {
      for first in [0, 1, 512, 1024, 2047] where first < size || index % 2 == 0 {
        var cuts = first == 0 ? [] : [first]
        while (cuts.last ?? 0) + size < input.count { cuts.append((cuts.last ?? 0) + size) }
        let bounds = [0] + cuts + [input.count]
        var parts = try zip(bounds, bounds.dropFirst()).map { start, end in
          try feed(BLAKE3(), input, window: start..<end)
        }
        // Neighbours first, as lanes do that go on side by side.
        while parts.count > 1 {
          var merged: [BLAKE3] = []
          for start in stride(from: 0, to: parts.count, by: 2) {
            var part = parts[start]
            if start + 1 < parts.count { part.merge(parts[start + 1]) }
            merged.append(part)
          }
          parts = merged
        }
        #expect(parts[0].output(byteCount: 32) == expected, "parts of \(size), the first \(first)")
      }
    }
  }

  @Test func longerAnswersBeginWithShorterOnes() throws {
    for input in [[], randomBytes(5000, seed: 33)] {
      let long = try answer(.hash, input, 1000)
      for byteCount in [0, 1, 31, 32, 33, 64, 65, 999] {
        #expect(try answer(.hash, input, byteCount) == Array(long.prefix(byteCount)))
      }
    }
  }

  @Test(
    .enabled(if: Program.succeeds("b3sum --version"), "b3sum is not installed"),
    arguments: [0, 1, 1024, 1025, 10_000, 1 << 20, 1 << 20 + 1, 3 << 20 - 7])
  func agreesWithB3Sum(byteCount: Int) throws {
    let input = randomBytes(byteCount, seed: 34)
    let directory = try TemporaryDirectory()
    let path = try directory.file(input).string
    let key = try directory.file(Self.key, named: "key").string
    let cases: [(BLAKE3.Mode, String)] = [
      (.hash, ""), (.keyed(Self.key), "--keyed <'\(key)'"),
      (.derivedKey(context: "mmscan test"), "--derive-key 'mmscan test'"),
    ]
    for (mode, options) in cases {
      let theirs = try Program.shell("b3sum --no-names --length 100 '\(path)' \(options)")
      #expect(try hex(answer(mode, input, 100)) + "\n" == theirs.text, "\(options)")
    }
  }
}

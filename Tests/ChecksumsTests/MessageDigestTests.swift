import Checksums
import TestSupport
import Testing

@Suite struct MessageDigestTests {
  /// The test suite of RFC 1321, section A.5.
  @Test(arguments: [
    ("", "d41d8cd98f00b204e9800998ecf8427e"),
    ("a", "0cc175b9c0f1b6a831c399e269772661"),
    ("abc", "900150983cd24fb0d6963f7d28e17f72"),
    ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
    ("abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"),
    (
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
      "d174ab98d277d9f5a5611c2c9f419d9f"
    ),
    (String(repeating: "1234567890", count: 8), "57edf4a22be3c955ac49da2e2107b67a"),
  ])
  func md5HasTheValuesOfItsStandard(text: String, expected: String) throws {
    #expect(try whole(MD5(), Array(text.utf8)).hex == expected)
  }

  /// The examples of NIST for FIPS 180-4: no block, one block, and a padding that fills another.
  private static let empty = ""
  private static let oneBlock = "abc"
  private static let twoBlocks = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"
  private static let twoLongBlocks =
    "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
    + "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu"
  private static let millionTimesA = String(repeating: "a", count: 1_000_000)

  @Test(arguments: [
    (empty, "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
    (oneBlock, "a9993e364706816aba3e25717850c26c9cd0d89d"),
    (twoBlocks, "84983e441c3bd26ebaae4aa1f95129e5e54670f1"),
    (millionTimesA, "34aa973cd4c4daa4f61eeb2bdbad27316534016f"),
  ])
  func sha1HasTheValuesOfItsStandard(text: String, expected: String) throws {
    #expect(try whole(SHA1(), Array(text.utf8)).hex == expected)
  }

  @Test(arguments: [
    (empty, "d14a028c2a3a2bc9476102bb288234c415a2b01f828ea62ac5b3e42f"),
    (oneBlock, "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7"),
    (twoBlocks, "75388b16512776cc5dba5da1fd890150b0c6455cb4f58b1952522525"),
    (millionTimesA, "20794655980c91d8bbb4c1ea97618a4bf03f42581948b2ee4ee7ad67"),
  ])
  func sha224HasTheValuesOfItsStandard(text: String, expected: String) throws {
    #expect(try whole(SHA224(), Array(text.utf8)).hex == expected)
  }

  /// The examples of GB/T 32905-2016, appendix A.
  @Test(arguments: [
    (oneBlock, "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
    (
      String(repeating: "abcd", count: 16),
      "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
    ),
  ])
  func sm3HasTheValuesOfItsStandard(text: String, expected: String) throws {
    #expect(try whole(SM3(), Array(text.utf8)).hex == expected)
  }

  @Test(arguments: [
    (empty, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    (oneBlock, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (twoBlocks, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"),
    (millionTimesA, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
  ])
  func sha256HasTheValuesOfItsStandard(text: String, expected: String) throws {
    #expect(try whole(SHA256(), Array(text.utf8)).hex == expected)
  }

  @Test(arguments: [
    (
      empty,
      "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da"
        + "274edebfe76f65fbd51ad2f14898b95b"
    ),
    (
      oneBlock,
      "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
        + "8086072ba1e7cc2358baeca134c825a7"
    ),
    (
      twoLongBlocks,
      "09330c33f71147e83d192fc782cd1b4753111b173b3b05d22fa08086e3b0f712"
        + "fcc7c71a557e2db966c3e9fa91746039"
    ),
  ])
  func sha384HasTheValuesOfItsStandard(text: String, expected: String) throws {
    #expect(try whole(SHA384(), Array(text.utf8)).hex == expected)
  }

  @Test(arguments: [
    (
      empty,
      "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
        + "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"
    ),
    (
      oneBlock,
      "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
    ),
    (
      twoLongBlocks,
      "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018"
        + "501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909"
    ),
  ])
  func sha512HasTheValuesOfItsStandard(text: String, expected: String) throws {
    #expect(try whole(SHA512(), Array(text.utf8)).hex == expected)
  }
}

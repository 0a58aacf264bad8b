/// The plainest way to each answer, a byte at a time.
enum Twin {
  static func newlines(_ bytes: [UInt8]) -> UInt64 {
    var count: UInt64 = 0
    for byte in bytes where byte == 10 { count += 1 }
    return count
  }

  static func printable(_ bytes: [UInt8]) -> UInt64 {
    var counts = [UInt64](repeating: 0, count: 256)
    for byte in bytes { counts[Int(byte)] += 1 }
    return counts[0x21...0x7E].reduce(0, +)
  }

  static func words(_ bytes: [UInt8]) -> UInt64 {
    var (count, isInWord) = (UInt64(0), false)
    for byte in bytes {
      if byte == 32 || byte &- 9 <= 4 {
        isInWord = false
      } else if byte &- 33 <= 93 {
        count += isInWord ? 0 : 1
        isInWord = true
      }
    }
    return count
  }

  static func characters(_ bytes: [UInt8]) -> UInt64 {
    var count: UInt64 = 0
    for byte in bytes where byte & 0xC0 != 0x80 { count += 1 }
    return count
  }

  static func longestLine(_ bytes: [UInt8]) -> UInt64 {
    var (longest, column) = (UInt64(0), UInt64(0))
    for byte in bytes {
      switch byte {
      case 10, 12, 13: column = 0
      case 9: column += 8 - column % 8
      case 32...126: column += 1
      default: break
      }
      longest = max(longest, column)
    }
    return longest
  }

  private static let table: [UInt32] = (0..<256).map { number in
    (0..<8).reduce(UInt32(number)) { word, _ in word & 1 == 0 ? word >> 1 : word >> 1 ^ 0xEDB8_8320
    }
  }

  static func crc32(_ bytes: [UInt8]) -> UInt64 {
    var register = ~UInt32(0)
    for byte in bytes {
      register = register >> 8 ^ table[Int(UInt8(truncatingIfNeeded: register) ^ byte)]
    }
    return UInt64(~register)
  }

  static func lines(with needle: [UInt8], in bytes: [UInt8]) -> UInt64 {
    var (count, isFound, place) = (UInt64(0), false, 0)
    while place < bytes.count {
      if bytes[place] == 10 {
        count += isFound ? 1 : 0
        isFound = false
      } else if !isFound, bytes[place] == needle[0], bytes.count - place >= needle.count,
        (1..<needle.count).allSatisfy({ bytes[place + $0] == needle[$0] })
      {
        isFound = true
      }
      place += 1
    }
    return count + (isFound ? 1 : 0)
  }

  static func magicNumbers(_ bytes: [UInt8]) -> UInt64 {
    var count: UInt64 = 0
    for place in 0..<max(0, bytes.count - 3) {
      let rest = bytes[place + 1] == 0xB5 && bytes[place + 2] == 0x2F && bytes[place + 3] == 0xFD
      let skips = bytes[place + 1] == 0x2A && bytes[place + 2] == 0x4D && bytes[place + 3] == 0x18
      if bytes[place] == 0x28 && rest || bytes[place] & 0xF0 == 0x50 && skips { count += 1 }
    }
    return count
  }

  /// The rounds of BLAKE3 over every block, without its tree: what a plain program pays at the least.
  static func rounds(_ bytes: [UInt8]) -> UInt64 {
    var v = [UInt32](repeating: 0x6A09_E667, count: 16)
    func turn(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }
    unsafe v.withUnsafeMutableBufferPointer { v in
      for block in stride(from: 0, to: bytes.count - 63, by: 64) {
        for round in 0..<7 {
          for step in 0..<8 {
            let a = step & 3
            let shift = step < 4 ? 0 : 1
            let b = 4 + (a + shift) % 4
            let c = 8 + (a + 2 * shift) % 4
            let d = 12 + (a + 3 * shift) % 4
            for half in 0..<2 {
              let place = block + (round * 5 + step * 2 + half) % 16 * 4
              let word =
                UInt32(bytes[place]) | UInt32(bytes[place + 1]) << 8
                | UInt32(bytes[place + 2]) << 16 | UInt32(bytes[place + 3]) << 24
              unsafe v[a] = v[a] &+ v[b] &+ word
              unsafe v[d] = turn(v[d] ^ v[a], half == 0 ? 16 : 8)
              unsafe v[c] = v[c] &+ v[d]
              unsafe v[b] = turn(v[b] ^ v[c], half == 0 ? 12 : 7)
            }
          }
        }
      }
    }
    return UInt64(v[0])
  }
}

import CTextScan
import ScanEngine

/// The C scans, as analyzers call them.
enum TextScan {
  /// Lends a tile to a scan, with what stands around it.
  static func scan(
    _ tile: borrowing Tile, classes: OpaquePointer?,
    _ body: (UnsafePointer<text_scan_input>) -> Void
  ) {
    var input = unsafe text_scan_input()
    let (before, after) = (tile.before, tile.after)
    func byte(before distance: Int) -> UInt8 {
      before.byteCount < distance ? 0 : before.byte(at: before.byteCount - distance)
    }
    func byte(after place: Int) -> UInt8 {
      place < after.byteCount ? after.byte(at: place) : 0
    }
    unsafe input.before = (byte(before: 3), byte(before: 2), byte(before: 1))
    unsafe input.after = (
      byte(after: 0), byte(after: 1), byte(after: 2), byte(after: 3), byte(after: 4)
    )
    unsafe input.classes = classes
    // SAFETY: a tile has bytes, and they stay while `body` runs.
    unsafe tile.bytes.withUnsafeBytes { bytes in
      unsafe input.bytes = bytes.baseAddress!.assumingMemoryBound(to: UInt8.self)
      unsafe input.count = bytes.count
      unsafe body(&input)
    }
  }
}

/// Which instructions scans use.
package enum TextKernel: UInt32, CaseIterable, Sendable {
  case baseline, avx2, avx512

  /// The fastest that this processor has.
  package static let best = TextKernel(rawValue: UInt32(text_scan_best_kernel().rawValue))!

  /// All that this processor has.
  package static var available: [TextKernel] { allCases.filter { $0.rawValue <= best.rawValue } }

  var number: text_scan_kernel { text_scan_kernel(rawValue) }
}

import Synchronization

/// The most memory without pages of files that was seen. The system keeps no such peak, so it is
/// looked at now and then.
final class AnonymousMemoryGauge: Sendable {
  private let peakByteCount = Atomic<UInt64>(0)

  /// Looks at what it is now.
  func look() {
    guard let now = AnonymousMemoryGauge.byteCount else { return }
    peakByteCount.max(now, ordering: .relaxed)
  }

  /// The largest of what was seen, in bytes; nil where the system does not tell.
  var peak: UInt64? {
    let peak = peakByteCount.load(ordering: .relaxed)
    return peak == 0 ? nil : peak
  }

  /// `RssAnon` of `/proc/self/status`.
  private static var byteCount: UInt64? {
    let descriptor = unsafe open("/proc/self/status", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = unsafe buffer.withUnsafeMutableBytes {
      unsafe read(descriptor, $0.baseAddress, $0.count)
    }
    guard count > 0 else { return nil }
    for line in buffer.prefix(count).split(separator: 10) where line.starts(with: "RssAnon:".utf8) {
      let digits = String(decoding: line, as: UTF8.self).filter(\.isNumber)
      return UInt64(digits).map { $0 * 1024 }
    }
    return nil
  }
}

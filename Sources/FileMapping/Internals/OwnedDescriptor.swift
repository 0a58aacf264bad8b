/// A file descriptor. Closed exactly once, when its owner ends, unless it was only lent.
struct OwnedDescriptor: ~Copyable, Sendable {
  let number: CInt
  private let isLent: Bool
  private let system: SystemCalls

  /// Takes over `number`; a lent one stays open.
  init(_ number: CInt, isLent: Bool, system: SystemCalls) {
    self.number = number
    self.isLent = isLent
    self.system = system
  }

  deinit { if !isLent { system.close(number) } }
}

/// A file descriptor. Closed exactly once, when its owner ends.
struct Descriptor: ~Copyable, Sendable {
  let number: CInt
  private let system: SystemCalls

  /// Takes over `number`.
  init(owning number: CInt, _ system: SystemCalls) {
    self.number = number
    self.system = system
  }

  deinit { system.close(number) }
}

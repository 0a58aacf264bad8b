/// The claim to a lock's name, which the lock and everybody who holds it share: a lock that is held keeps
/// its name, or somebody else could make another one.
final class LockClaim: Sendable {
  let hold: NameHold

  init(_ hold: consuming NameHold) { self.hold = hold }
}

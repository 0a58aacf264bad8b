import ScanEngine
import ScanStates
import Synchronization
import SystemPackage

/// Ends scans on ctrl-C and the like: with a word about it if the scan notices soon, and in any case
/// as whoever waits for the process expects it: by that signal.
///
/// The signals are blocked in every thread and a thread of their own waits for them, so no code runs
/// in a signal handler and no read or write is interrupted.
final class Interruption: Sendable {
  /// The control of every scan of this process.
  let control = ScanControl()
  private let received = Atomic<Int32>(0)
  private let isAnswering = Atomic<Bool>(false)
  private let lastAct = Mutex<(@Sendable () -> Void)?>(nil)
  private let publisher = Mutex<ScanPublisher?>(nil)

  /// The signals that people and shells end programs with.
  private static let signals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]
  /// The signal that asks how far it is.
  private static let question = SIGUSR1
  /// How long a scan may take to notice: a read from a pipe may not return for hours.
  private static let patience = Duration.milliseconds(200)

  /// Starts waiting. Call it before any other thread exists, since threads inherit what is blocked.
  ///
  /// - Throws: ``CommandError`` if not even one thread can be started, for which Dispatch would wait for ever.
  init() throws(CommandError) {
    var awaited = sigset_t()
    unsafe sigemptyset(&awaited)
    for number in Interruption.signals + [Interruption.question] {
      if Interruption.restoreDefault(of: number) { unsafe sigaddset(&awaited, number) }
    }
    unsafe pthread_sigmask(SIG_BLOCK, &awaited, nil)
    do throws(Errno) {
      try Interruption.startThread { self.wait() }
    } catch { throw CommandError("cannot start a thread: \(error)") }
  }

  /// Has nobody die of being asked how far it is before it knows. To be called first of all.
  static func holdQuestions() {
    var question = sigset_t()
    unsafe sigemptyset(&question)
    unsafe sigaddset(&question, Interruption.question)
    unsafe pthread_sigmask(SIG_BLOCK, &question, nil)
  }

  /// Runs something in a new thread, which Dispatch would wait for if there is no room for it.
  private static func startThread(_ body: @escaping @Sendable () -> Void) throws(Errno) {
    final class Body: Sendable {
      let run: @Sendable () -> Void
      init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
    var thread = pthread_t()
    let context = unsafe Unmanaged.passRetained(Body(body))
    let failure = unsafe pthread_create(
      &thread, nil,
      { context in
        unsafe Unmanaged<Body>.fromOpaque(context!).takeRetainedValue().run()
        return nil
      }, context.toOpaque())
    guard failure == 0 else {
      unsafe context.release()
      throw Errno(rawValue: failure)
    }
    pthread_detach(thread)
  }

  /// Takes away whatever handles the signal. Somebody who started the process with the signal ignored
  /// (nohup) wants it to stay so.
  ///
  /// - Returns: Whether the signal has its usual effect now.
  @discardableResult
  static func restoreDefault(of number: Int32) -> Bool {
    let before = signal(number, SIG_DFL)
    guard unsafe unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) else {
      return true
    }
    signal(number, SIG_IGN)
    return false
  }

  private func wait() {
    var awaited = sigset_t()
    unsafe sigemptyset(&awaited)
    for number in Interruption.signals { unsafe sigaddset(&awaited, number) }
    var number: Int32 = 0
    unsafe sigaddset(&awaited, Interruption.question)
    while unsafe sigwait(&awaited, &number) != 0 || number == Interruption.question {
      if number == Interruption.question { answer() }
    }
    unsafe sigdelset(&awaited, Interruption.question)
    received.store(number, ordering: .relaxed)
    control.stop()
    waitForAnother(of: awaited, after: number)
    Interruption.end(by: number, within: timespec(tv_sec: 1, tv_nsec: 0))
    act()
    StandardError.say("mmscan: interrupted" + (line.map { "; until then: \($0)" } ?? ""))
    endIfReceived()
  }

  /// Waits as long as a scan may take to notice the first signal, or until there is a second one, which ends the process
  /// at once. A program that sends the same one again does not mean a second: timeout(1) sends each to the process and to
  /// the group that it is in, and passes on what the terminal has sent to both.
  private func waitForAnother(of awaited: sigset_t, after first: Int32) {
    let deadline = ContinuousClock.now + Interruption.patience
    var (awaited, sender) = (awaited, unsafe siginfo_t())
    while true {
      let left = ContinuousClock.now.duration(to: deadline)
      guard left > .zero else { return }
      var patience = timespec(
        tv_sec: Int(left.components.seconds),
        tv_nsec: Int(left.components.attoseconds / 1_000_000_000))
      let next = unsafe sigtimedwait(&awaited, &sender, &patience)
      let goesOn =
        unsafe next == -1 ? errno == EINTR : next == first && sender.si_code != CInt(SI_KERNEL)
      guard goesOn else { return }
    }
  }

  /// Says how far it is, in a thread of its own: whoever reads that, and lanes that are asked, may take their time, and
  /// the next signal must not wait for them.
  private func answer() {
    guard !isAnswering.exchange(true, ordering: .relaxed) else { return }
    do throws(Errno) {
      try Interruption.startThread { [self] in
        StandardError.say("mmscan: \(line ?? "nothing was read yet")")
        isAnswering.store(false, ordering: .relaxed)
      }
    } catch { isAnswering.store(false, ordering: .relaxed) }
  }

  /// Says to whoever asks how far it is, and what was found.
  func tellFrom(_ publisher: ScanPublisher) { self.publisher.withLock { $0 = publisher } }

  private var line: String? {
    guard let publisher = publisher.withLock({ $0 }) else { return nil }
    // Lanes are asked for what they found, and have it ready the second time.
    _ = publisher.current
    usleep(10_000)
    return publisher.current.map { ScanStateText($0).line }
  }

  /// Does something before the process is ended by a signal.
  func beforeEnding(_ act: @escaping @Sendable () -> Void) { lastAct.withLock { $0 = act } }

  /// Does it, once. Whoever else is about to end the process waits for that.
  private func act() {
    lastAct.withLock { act in
      act?()
      act = nil
    }
  }

  /// What was known when the process was sent a signal; nil if it was not.
  var partial: ScanState? {
    guard received.load(ordering: .relaxed) != 0 else { return nil }
    return publisher.withLock { $0 }?.current
  }

  /// Ends the process after a file without an answer, if it was sent a signal.
  func endIfReceived(after outcome: Outcome) {
    if case .interrupted = outcome { publisher.withLock { $0 }?.finish() }
    endIfReceived()
  }

  /// Ends the process by the signal it was sent, if it was sent one.
  func endIfReceived() {
    let number = received.load(ordering: .relaxed)
    guard number != 0 else { return }
    act()
    Interruption.letEnd(by: number)
    raise(number)
  }

  /// Gives a signal its usual effect, by way of this thread.
  private static func letEnd(by number: Int32) {
    signal(number, SIG_DFL)
    var ending = sigset_t()
    unsafe sigemptyset(&ending)
    unsafe sigaddset(&ending, number)
    unsafe pthread_sigmask(SIG_UNBLOCK, &ending, nil)
  }

  /// Has a signal end the process after a while, whatever this thread waits for until then: where no thread can be
  /// started, nobody says how far a scan is.
  private static func end(by number: Int32, within patience: timespec) {
    #if os(Linux)
      var event = unsafe sigevent()
      unsafe (event.sigev_notify, event.sigev_signo) = (CInt(SIGEV_SIGNAL), number)
      var timer: timer_t?
      guard unsafe timer_create(CLOCK_MONOTONIC, &event, &timer) == 0 else { return }
      letEnd(by: number)
      var moment = itimerspec()
      moment.it_value = patience
      // The first timer of a process has the number 0, for which Swift has nil.
      unsafe timer_settime(timer, 0, &moment, nil)
    #endif
  }
}

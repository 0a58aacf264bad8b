import FileMapping
import SystemPackage
import TestSupport
import Testing

/// Counts signals, which the whole process shares, so nothing else may fault meanwhile.
@Suite(.serialized) struct FaultGuardTests {
  @Test(arguments: [4096, -4096])
  func aCutFileCostsOneSignalAndNotOneAPageInWhateverOrder(stride step: Int) throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file([UInt8](repeating: 1, count: 16 << 20))
    let object = try MappingObject(readingFrom: file)
    var view = try SlidingView(over: object, capacity: 16 << 20)
    try view.move(to: 0)
    try resize(file, to: 0)
    let before = faultSignalCount()
    let span = view.bytes
    var sum = 0
    for index in stride(
      from: step > 0 ? 0 : span.byteCount + step, to: step > 0 ? span.byteCount : step, by: step)
    {
      sum += Int(span.loadByte(at: index))
    }
    #expect(sum == 0)
    #expect(view.fault == 0)
    // Tests that run beside this one may fault once or twice; 4096 pages would be 4096 signals.
    #expect((1...16).contains(faultSignalCount() - before))
  }

  /// A view's fault is the guard's; any other is for whoever was there before.
  @Test func whoHandledTheSignalBeforeGetsWhatIsNoViews() throws {
    let bench = try Bench()
    let file = try bench.directory.file([UInt8](repeating: 65, count: 8192))
    // The byte and the handler's signals after a fault in the view, then after one elsewhere; the view's fault.
    #expect(try bench.peer().ask("chain \(file)") == "0 0 0 1 0")
  }

  #if os(Linux)
    @Test func aHandlerThatWantsToBeCalledOnceIsAndThenTheProcessEnds() throws {
      let bench = try Bench()
      let file = try bench.directory.file([UInt8](repeating: 65, count: 8192))
      let program = try Program.shell(
        "echo once \(file) | SWIFT_BACKTRACE=enable=no timeout 20 '\(productDirectory)/mapping-peer'; echo $?"
      )
      #expect(program.text == "135\n" && program.errorText.hasPrefix("called\n"))
      #expect(program.errorText.split(separator: "\n").filter { $0 == "called" }.count == 1)
    }

    /// Whatever flags were given: none, SA_SIGINFO, SA_RESETHAND.
    @Test(arguments: [0, 4, 0x8000_0000])
    func whoIgnoresTheSignalIsNotEndedByOneThatIsSent(flags: Int) throws {
      let bench = try Bench()
      let file = try bench.directory.file([UInt8](repeating: 65, count: 8192))
      #expect(try bench.peer().ask("ignore \(file) \(flags)") == "alive")
    }
  #endif
}

public import FileMapping
public import ScanEngine

/// Decodes every frame of an input and tells which are sound.
///
/// Frames of a file are decoded side by side; those of a stream one after the other. A frame that is not
/// sound does not keep others from being verified: where its blocks do not lead to another frame, the next
/// one is searched for. The verdict depends neither on the number of jobs nor on the kind of source.
public struct FrameVerifier: Sendable {
  /// What decoding may use.
  public var settings: DecodingSettings
  /// How many frames are decoded at a time.
  public var jobs: Int

  public init(_ settings: DecodingSettings = DecodingSettings(), jobs: Int = 1) {
    precondition(jobs > 0)
    (self.settings, self.jobs) = (settings, jobs)
  }

  /// Verifies an input.
  ///
  /// - Parameters:
  ///   - report: Takes what is found, in the order of the input.
  /// - Throws: `MappingError` if the input cannot be read at all.
  public func run(
    over source: Source, control: ScanControl = ScanControl(),
    progress: @escaping (ScanProgress) -> Void = { _ in },
    report: @escaping (Verification.Finding) -> Void
  ) throws(MappingError) -> Verification {
    let input = try CarvingInput(source, control)
    let ahead =
      source.access == .stream
      ? nil : try VerificationAhead(source, settings, jobs: jobs, control)
    let pass = VerificationPass(
      input, settings, ahead, byteCount: source.byteCount, progress, report)
    var failure: (offset: UInt64, error: MappingError?)?
    var isStopped = false
    do throws(CarvingStop) { try pass.run() } catch {
      switch error {
      case .stopped: isStopped = true
      case .unreadable(let offset, let error): failure = (offset, error)
      }
    }
    ahead?.end()
    var found = pass.found
    found.byteCount = pass.offset - source.start
    found.outcome = source.outcome(
      end: pass.offset, isRead: failure == nil && !isStopped, failure: failure)
    if isStopped, found.outcome == .complete { found.outcome = .interrupted(at: pass.offset) }
    return found
  }
}

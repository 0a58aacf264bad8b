/// What one analyzer has found so far.
public struct Finding: Equatable, Sendable {
  /// A number for scripts.
  public struct Count: Equatable, Sendable {
    /// What was counted, as a key of JSON.
    public var key: String
    public var value: UInt64

    public init(_ key: String, _ value: UInt64) {
      self.key = key
      self.value = value
    }
  }

  /// The analyzer's label.
  public var analyzer: String
  /// What was looked for; nil if that goes without saying.
  public var subject: ClippedText?
  /// What was found, for people.
  public var words: String
  /// The same for scripts.
  public var counts: [Count]

  /// Makes a finding.
  ///
  /// - Parameter subject: As many bytes of it are kept as fit.
  public init(_ analyzer: String, subject: [UInt8]? = nil, words: String, counts: [Count]) {
    self.init(
      analyzer,
      clipped: subject.map { ClippedText(startOf: $0, limit: ScanState.Limits.subjectByteCount) },
      words: words, counts: counts)
  }

  init(_ analyzer: String, clipped subject: ClippedText?, words: String, counts: [Count]) {
    self.analyzer = analyzer
    self.subject = subject
    self.words = words
    self.counts = counts
  }
}

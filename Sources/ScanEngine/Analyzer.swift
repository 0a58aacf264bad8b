/// A value that is fed the bytes of one input in order and yields one output.
///
/// A fresh value is the description of the work; a value that has seen bytes is its progress. The
/// engine copies the fresh value, so a value must have value semantics: no shared mutable state.
///
/// **The law.** The output does not depend on where tiles and windows fall, on the number of
/// lanes, on the order in which windows finish, nor on the kind of source. `TestSupport` has a
/// check for it that feeds a value every cut of an input.
public protocol Analyzer<Output>: Sendable {
  associatedtype Output: Sendable

  /// Takes the next bytes. Tiles arrive in ascending order, are never empty, and leave no gaps unless
  /// every analyzer of the scan ``skipsHoles``.
  ///
  /// The first tile that a value sees starts where its window starts: at offset 0 for an analyzer
  /// that sees everything, anywhere for a copy that was made for one window.
  ///
  /// - Throws: ``AnalysisError`` when the work cannot go on; the scan then fails with it.
  mutating func update(_ tile: borrowing Tile) throws(AnalysisError)

  /// Ends the work and gives the answer. A value that saw no byte answers for an empty input.
  consuming func finalize() throws(AnalysisError) -> Output

  /// True when no further byte can change the output. When every analyzer of a scan says so, the
  /// engine stops reading. The default is false.
  var isSettled: Bool { get }

  /// Roughly how many gigabytes a second one core gets through. Used only to plan lanes; a wrong
  /// figure costs time, never correctness. The default is 5.
  var throughput: Double { get }

  /// True when the output is the same whether or not the zeros of holes are fed. When every analyzer
  /// of a scan says so, windows of a file that lie in holes altogether are not visited: tiles then
  /// still ascend, but may leave gaps, and a file of holes alone gives no tile. The default is false.
  var skipsHoles: Bool { get }

  /// True when the answer is worth something though some bytes could not be read and zeros took their place:
  /// a count, but no digest. The default is false.
  var toleratesGaps: Bool { get }

  /// True when a tile may end behind any newline with fewer bytes after it than the input will have, as long as
  /// ``Tile/isLast`` is false: what is found in a stream is told then before more of it comes. If the stream ends
  /// there, no tile is the last. The default is false.
  var takesLinesEarly: Bool { get }
}

extension Analyzer {
  public var isSettled: Bool { false }
  public var throughput: Double { 5 }
  public var skipsHoles: Bool { false }
  public var toleratesGaps: Bool { false }
  public var takesLinesEarly: Bool { false }
}

/// An analyzer whose parts can be computed apart, on any core and in any order, and then merged.
///
/// Ownership rule for things that span several bytes: **a line belongs to the window that holds its
/// first byte; whoever owns it reads on past the window's end.** A value says through ``isOpen``
/// that something it owns has not ended when its window does; the engine then feeds it the bytes
/// that follow through ``readOn(_:)`` until the thing ends or the input does.
public protocol MergeableAnalyzer<Output>: Analyzer {
  /// Appends what `next` found. `self` covers the bytes [a, b) and `next` covers [b, c).
  ///
  /// Merging is associative, and a fresh value is its identity on both sides.
  mutating func merge(_ next: consuming Self)

  /// True while something that began in this value's window has not ended. Must be false once a
  /// tile with an empty ``Tile/after`` was seen, since the input ends there. The default is false.
  var isOpen: Bool { get }

  /// Whether ``update(zeros:)`` does what tiles of zeros would do. When every analyzer of a scan says so, or
  /// ``Analyzer/skipsHoles``, windows of a file that lie in holes altogether are not visited. The default is
  /// false.
  var foldsZeros: Bool { get }

  /// Takes the next bytes, all of which are zeros, without seeing them. Called only if ``foldsZeros``.
  ///
  /// - Parameter range: Where they lie; not empty.
  mutating func update(zeros range: Range<UInt64>)

  /// Takes bytes past the end of the value's window, only to finish what is open. Nothing that
  /// begins in them belongs to this value. Called only while ``isOpen`` is true.
  mutating func readOn(_ tile: borrowing Tile) throws(AnalysisError)
}

extension MergeableAnalyzer {
  public var isOpen: Bool { false }
  public var foldsZeros: Bool { false }
  public mutating func update(zeros range: Range<UInt64>) {
    preconditionFailure("an analyzer that folds zeros takes them")
  }
  public mutating func readOn(_ tile: borrowing Tile) throws(AnalysisError) {}
}

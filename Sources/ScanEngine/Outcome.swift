public import FileMapping

/// How a scan ended. Only ``complete`` has answers that hold for the file.
public enum Outcome: Equatable, Sendable {
  /// How a file differs after a scan from what it was before.
  public enum Change: Equatable, Sendable {
    /// It has this many bytes more, which were not scanned.
    case grew(by: UInt64)
    /// Its contents or attributes were written.
    case rewritten
    /// The path names another file now, or none.
    case replaced
  }

  /// Every byte was read and the file stayed what it was.
  case complete
  /// The file changed while it was scanned.
  case changed(Change)
  /// The file lost bytes; `offset` is the first one that could not be read, all in bytes.
  case truncated(from: UInt64, to: UInt64, at: UInt64)
  /// The byte at `offset` could not be read, though the file did not shrink.
  case faulted(at: UInt64, reason: String)
  /// Some bytes could not be read and were skipped, as it was asked for. There are answers that leave them out.
  case incomplete(UnreadableBytes)
  /// Somebody asked the scan to stop when about `offset` bytes had been scanned.
  case interrupted(at: UInt64)

  /// A stream that was read cannot be told of once more.
  init(streamLost offset: UInt64, _ error: MappingError?) {
    self = .faulted(at: offset, reason: error?.sentence ?? "it can be read only once")
  }

  /// One word, as it stands in JSON.
  public var word: String {
    switch self {
    case .complete: "complete"
    case .changed: "changed"
    case .truncated: "truncated"
    case .faulted: "faulted"
    case .incomplete: "incomplete"
    case .interrupted: "interrupted"
    }
  }

  /// Where the scan ended; nil if it got to the end.
  public var offset: UInt64? {
    switch self {
    case .truncated(_, _, let offset), .faulted(let offset, _), .interrupted(let offset): offset
    case .complete, .changed, .incomplete: nil
    }
  }

  /// A sentence for people, without the file's name and without a full stop.
  public var sentence: String {
    switch self {
    case .complete: "scanned to the end"
    case .changed(.grew(let byteCount)):
      "grew by \(byteCount) bytes while it was scanned; they were not scanned"
    case .changed(.rewritten): "changed while it was scanned"
    case .changed(.replaced):
      "lost its name while it was scanned: the path names another file now, or none"
    case .truncated(let from, let to, let offset):
      "was truncated from \(from) to \(to) bytes while it was scanned, noticed at offset \(offset)"
    case .faulted(let offset, let reason): "could not be read at offset \(offset): \(reason)"
    case .incomplete(let bytes): bytes.sentence
    case .interrupted(let offset): "interrupted at offset \(offset)"
    }
  }
}

extension Outcome {
  /// What two looks at one file say: one before the scan and one after it.
  public init(before: FileStatus, after: FileStatus) {
    if after.size < before.size {
      self = .truncated(
        from: before.size.rawValue, to: after.size.rawValue, at: after.size.rawValue)
    } else if after.size > before.size {
      self = .changed(.grew(by: after.size.rawValue - before.size.rawValue))
    } else {
      self = after == before ? .complete : .changed(.rewritten)
    }
  }
}

extension MappingObject {
  /// What became of the file since it was opened.
  ///
  /// - Parameters:
  ///   - failed: The offset of a byte that could not be read; nil if all could.
  ///   - error: What the system said about it, if anything.
  func outcome(
    failedAt failed: UInt64? = nil, error: MappingError? = nil
  ) -> Outcome {
    var after: FileStatus
    do throws(MappingError) {
      after = try currentStatus()
      // The system reads size and times one after the other: a look in the middle of a cut can have the size from
      // before and the times from after. The next look has both.
      if Outcome(before: status, after: after) == .changed(.rewritten) {
        after = try currentStatus()
      }
    } catch {
      return .faulted(at: failed ?? 0, reason: error.sentence)
    }
    let seen = Outcome(before: status, after: after)
    if case .truncated(let from, let to, let offset) = seen {
      return .truncated(from: from, to: to, at: max(failed ?? 0, offset))
    }
    // Another file in its place mostly takes a link from this one, which alters its status but no content.
    var change = seen
    if seen == .changed(.rewritten) || seen == .complete && !isRemote, !isStillNamed() {
      change = .changed(.replaced)
    }
    if let failed {
      // A byte that is there was not lost but written.
      if error == nil, seen == .changed(.rewritten), hasByte(at: min(failed, size.rawValue - 1)) {
        return change
      }
      return .faulted(at: failed, reason: reasonOfFault(at: failed, error))
    }
    if seen == .complete, isRemote, size == status.size, hasByte(at: size.rawValue) {
      // A file system in another process or on another machine may be wrong.
      return .faulted(
        at: size.rawValue, reason: "the file system gives more bytes than it claims to have")
    }
    return change
  }

  private func hasByte(at offset: UInt64) -> Bool {
    var byte: UInt8 = 0
    return unsafe withUnsafeMutableBytes(of: &byte) { buffer in
      unsafe readPart(into: buffer, at: FileOffset(offset)).byteCount > 0
    }
  }

  /// A mapped read cannot say why it failed; reading the same byte the other way can.
  private func reasonOfFault(at offset: UInt64, _ error: MappingError?) -> String {
    if let error { return error.sentence }
    var byte: UInt8 = 0
    do throws(MappingError) {
      var count = 0
      var failure: MappingError?
      unsafe withUnsafeMutableBytes(of: &byte) { buffer in
        do throws(MappingError) {
          count = try unsafe read(into: buffer, at: FileOffset(offset))
        } catch { failure = error }
      }
      if let failure { throw failure }
      return count == 1
        ? "it was lost for a moment, perhaps cut and grown again"
        : "the file system claims more bytes than it has"
    } catch {
      return error.sentence
    }
  }
}

extension Source.Stream {
  /// What became of the input. Only a regular file has an identity to compare.
  ///
  /// - Parameters:
  ///   - end: The offset after the last byte that it gave.
  ///   - isRead: Whether it was read as far as it goes.
  func outcome(end: UInt64, isRead: Bool) -> Outcome {
    guard file.status.kind == .regular else { return .complete }
    let after: FileStatus
    do throws(MappingError) { after = try file.currentStatus() } catch {
      return .faulted(at: end, reason: error.sentence)
    }
    let seen = Outcome(before: file.status, after: after)
    if isRead, seen == .complete || seen == .changed(.rewritten), let size, start < size, end < size
    {
      return .faulted(at: end, reason: "the file system claims more bytes than it has")
    }
    return seen
  }
}

extension Source {
  /// What became of the input, for who reads it without a scan.
  ///
  /// - Parameters:
  ///   - end: The offset after the last byte of a stream that was read.
  ///   - isRead: Whether it was read as far as it goes.
  ///   - failure: Where a byte could not be read, and what the system said.
  package func outcome(
    end: UInt64, isRead: Bool, failure: (offset: UInt64, error: MappingError?)?
  ) -> Outcome {
    switch origin {
    case .object(let object, _):
      return object.outcome(failedAt: failure?.offset, error: failure?.error)
    case .stream(let stream):
      if let failure {
        let reason = failure.error?.sentence ?? "it was lost after it had been read"
        return .faulted(at: failure.offset, reason: reason)
      }
      return stream.outcome(end: end, isRead: isRead)
    }
  }
}

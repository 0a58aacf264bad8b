// How a state is written into memory that processes share, little end first:
//
//   u16 version, i32 pid, u64 start, text command, clipped file, u64 file number, u64 file count,
//   u64 bytes done, flag and u64 byte count, u64 bytes a second, list of text: analyzers,
//   list of findings: text analyzer, flag and clipped subject, text words, list of (text key, u64);
//   u64 findings omitted, text ending (empty while it runs)
//
// A text or clipped text has a length of two bytes, a list a length of one; clipped texts begin with a
// flag. A reader of another version does not read it.

extension ScanState {
  /// What a record has room for. All limits reached, it is still smaller than ``byteCount``.
  package enum Limits {
    package static let version: UInt16 = 1
    package static let byteCount = Int(memoryByteCount) - SharedRecord.headByteCount
    package static let word = 32
    package static let label = 48
    package static let analyzers = 64
    package static let findings = 64
    package static let subjectByteCount = 256
    package static let words = 128
    package static let counts = 4
  }

  /// The state as a record.
  package var record: [UInt8] {
    var writer = FieldWriter()
    writer.write(Limits.version)
    writer.write(pid)
    writer.write(start)
    writer.write(command.rawValue, atMost: Limits.word)
    writer.write(file)
    writer.write(fileNumber)
    writer.write(fileCount)
    writer.write(bytesDone)
    writer.write(byteCount)
    writer.write(bytesPerSecond)
    writer.write(UInt8(min(Limits.analyzers, analyzers.count)))
    for label in analyzers.prefix(Limits.analyzers) { writer.write(label, atMost: Limits.label) }
    writer.write(UInt8(min(Limits.findings, findings.count)))
    for finding in findings.prefix(Limits.findings) {
      writer.write(finding.analyzer, atMost: Limits.label)
      writer.write(UInt8(finding.subject == nil ? 0 : 1))
      if let subject = finding.subject { writer.write(subject) }
      writer.write(finding.words, atMost: Limits.words)
      writer.write(UInt8(min(Limits.counts, finding.counts.count)))
      for count in finding.counts.prefix(Limits.counts) {
        writer.write(count.key, atMost: Limits.label)
        writer.write(count.value)
      }
    }
    let (omitted, overflow) = findingsOmitted.addingReportingOverflow(
      UInt64(max(0, findings.count - Limits.findings)))
    writer.write(overflow ? .max : omitted)
    writer.write(ending?.rawValue ?? "", atMost: Limits.word)
    return writer.bytes
  }

  /// The state that a record holds; nil if it is no record, or goes beyond any limit.
  package init?(record: [UInt8]) {
    var reader = FieldReader(record)
    guard reader.number() == Limits.version, let pid: Int32 = reader.number(),
      let start: UInt64 = reader.number(),
      let command = reader.text(atMost: Limits.word).flatMap(Command.init),
      let file = reader.clippedText(atMost: ClippedText.limit),
      let fileNumber: UInt64 = reader.number(), let fileCount: UInt64 = reader.number(),
      let bytesDone: UInt64 = reader.number(), let byteCount = reader.optionalNumber(),
      let bytesPerSecond: UInt64 = reader.number(),
      let analyzers = reader.list(
        atMost: Limits.analyzers, { reader in reader.text(atMost: Limits.label) }),
      let findings = reader.list(atMost: Limits.findings, Finding.init(from:)),
      let omitted: UInt64 = reader.number(), let ending = reader.text(atMost: Limits.word),
      ending.isEmpty || Ending(rawValue: ending) != nil, reader.isAtEnd
    else { return nil }
    self.init(
      pid: pid, start: start, command: command, file: file, fileNumber: fileNumber,
      fileCount: fileCount, bytesDone: bytesDone, byteCount: byteCount,
      bytesPerSecond: bytesPerSecond, analyzers: analyzers, findings: findings,
      findingsOmitted: omitted, ending: Ending(rawValue: ending))
  }
}

extension Finding {
  fileprivate init?(from reader: inout FieldReader) {
    guard let analyzer = reader.text(atMost: ScanState.Limits.label), let hasSubject = reader.flag()
    else { return nil }
    var subject: ClippedText?
    if hasSubject {
      guard let text = reader.clippedText(atMost: ScanState.Limits.subjectByteCount)
      else { return nil }
      subject = text
    }
    guard let words = reader.text(atMost: ScanState.Limits.words),
      let counts = reader.list(
        atMost: ScanState.Limits.counts,
        { reader -> Count? in
          guard let key = reader.text(atMost: ScanState.Limits.label),
            let value: UInt64 = reader.number()
          else { return nil }
          return Count(key, value)
        })
    else { return nil }
    self.init(analyzer, clipped: subject, words: words, counts: counts)
  }
}

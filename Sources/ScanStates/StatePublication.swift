public import FileMapping

/// The named memory in which this process says what it is doing. Its name ends with its owner, or with
/// the process.
public struct StatePublication: ~Copyable, Sendable {
  private let object: MappingObject
  private var view: MutableMappedView

  /// Makes the memory, under the name `Local\scan-PID`.
  ///
  /// - Throws: `MappingError` if the system refuses, or something else has the name.
  public init(pid: Int32) throws(MappingError) { try self.init(pid: pid, system: .live) }

  package init(pid: Int32, system: SystemCalls) throws(MappingError) {
    let name = try ScanState.objectName(pid: pid)
    let object = try MappingObject(
      anonymousOf: FileOffset(ScanState.memoryByteCount), name: name, system: system)
    // A process of another container may have the same number, and may publish in the same place.
    guard object.disposition == .created else {
      throw MappingError(.accessDenied, operation: .linkat, path: object.path)
    }
    view = try object.writableView()
    self.object = object
  }

  /// Writes a state over the one before.
  public mutating func publish(_ state: ScanState) {
    let record = state.record
    view.withMutableBytes { SharedRecord.write(record, to: &$0) }
  }
}

extension ScanState {
  /// Size of the memory that holds a state, in bytes.
  package static let memoryByteCount: UInt64 = 65536

  private static let namePrefix = Array("scan-".utf8)

  /// The name of the memory in which a process publishes its state.
  static func objectName(pid: Int32) throws(MappingError) -> ObjectName {
    try ObjectName("scan-\(pid)")
  }

  /// The process that publishes under a name; nil if it is another kind of name.
  static func pid(in name: ObjectName) -> Int32? {
    guard name.bytes.starts(with: namePrefix) else { return nil }
    let digits = name.bytes.dropFirst(namePrefix.count)
    guard digits.first != UInt8(ascii: "0"),
      digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    else { return nil }
    return Int32(String(decoding: digits, as: UTF8.self))
  }
}

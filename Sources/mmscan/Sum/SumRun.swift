import Arguments
import Checksums
import FileMapping
import Manifests
import ScanEngine
import ScanStates
import SystemPackage

/// Computes or checks the checksums of one command line.
struct SumRun {
  private let command: SumCommand
  private let arguments: RawArguments
  private let algorithms: [ChecksumAlgorithm]
  private let template: ManifestTemplate?
  private let interruption: Interruption

  init(_ command: SumCommand, _ arguments: RawArguments) throws(CommandError) {
    self.command = command
    self.arguments = arguments
    var algorithms = try SumRun.algorithms(command, arguments)
    if let text = command.answers.format {
      do throws(ManifestTemplate.Mistake) {
        let template = try ManifestTemplate(arguments.bytes(of: text))
        algorithms += template.algorithms.filter { !algorithms.contains($0) }
        self.template = template
      } catch { throw CommandError("--format: \(error)") }
    } else {
      template = nil
      if algorithms.isEmpty, !command.checking.check { algorithms = [.sha256] }
    }
    if command.answers.raw, algorithms.count > 1 {
      throw CommandError("the --raw option is not supported with multiple algorithms")
    }
    self.algorithms = algorithms
    interruption = try Interruption()
  }

  /// The algorithms that were named, BLAKE2b with the length that was asked for.
  private static func algorithms(
    _ command: SumCommand, _ arguments: RawArguments
  ) throws(CommandError) -> [ChecksumAlgorithm] {
    let named = try Catalogue.algorithms(command.answers.algorithms, option: "-a", arguments)
    let isOfSums = named.contains(.sysv) || named.contains(.bsd)
    guard !command.checking.check else {
      // As GNU, whose lines of these tell no file from a thousand others. Lines with a tag are taken.
      if isOfSums { throw CommandError("--check is not supported with --algorithm={bsd,sysv}") }
      return named
    }
    if isOfSums, command.answers.blocks != nil {
      throw CommandError(
        "--blocks is not supported with --algorithm={bsd,sysv}: --check would not read the list")
    }
    guard let length = command.answers.digestLength else {
      if named.contains(.blake2b()), command.inputs.part.length != nil {
        throw CommandError(
          "--length says how much of each file is read; say -l, too, how many bits the digest has, or -l 0"
        )
      }
      return named
    }
    guard let bitCount = Int(length), bitCount >= 0 else {
      throw CommandError("-l: invalid length: '\(SafeText.escaped(arguments.bytes(of: length)))'")
    }
    if bitCount == 0 { return named }
    guard named.contains(.blake2b()) else {
      throw CommandError("-l is only supported with --algorithm=blake2b")
    }
    guard let shortened = ChecksumAlgorithm(blake2bBitCount: bitCount) else {
      throw CommandError(
        "-l: invalid length: '\(bitCount)': "
          + (bitCount % 8 == 0
            ? "maximum digest length for 'BLAKE2b' is 512 bits" : "length is not a multiple of 8"))
    }
    var algorithms: [ChecksumAlgorithm] = []
    for algorithm in named.map({ $0 == .blake2b() ? shortened : $0 })
    where !algorithms.contains(algorithm) {
      algorithms.append(algorithm)
    }
    return algorithms
  }

  /// Computes and prints, file by file.
  ///
  /// - Throws: ``CommandError`` if results cannot be written.
  func run() throws(CommandError) -> ExitStatus {
    let names = try command.list.names(command.files, arguments).map(\.bytes)
    if command.answers.raw, names.count > 1 {
      throw CommandError("the --raw option is not supported with multiple files")
    }
    let lists = command.checking.check ? names.map(list) : []
    try refuseToOverwrite(names, lists)
    let passing = try divertResults()
    let publisher = ScanPublisher(.sum, fileCount: names.count)
    defer { publisher.finish() }
    interruption.tellFrom(publisher)
    let scanner = try SumScanner(
      command, arguments, interruption, publisher, passing: passing, listCount: names.count)
    let output = SumOutput(command, interruption, publisher)
    var status = ExitStatus.fine
    if command.checking.check {
      for (name, list) in zip(names, lists) {
        let check = SumCheck(name, list, command, algorithms, scanner, output)
        status = status.merged(with: try check.run())
      }
    } else {
      status = try sum(names, scanner, output)
    }
    try output.flush()
    try passing?.close()
    scanner.finish()
    return status
  }

  private func list(_ name: [UInt8]) -> SumCheck.ListReading {
    let input = InputName(bytes: name)
    return Result { () throws(ArgumentFile.Failure) in
      CheckList(
        try ArgumentFile.bytes(of: input.path), algorithms.isEmpty ? nil : algorithms,
        isStandardInput: input.isStandardInput,
        isOfParts: command.inputs.part.beginsLater || command.content.contentRange != nil)
    }
  }

  /// What is read must not be lost to what is written of it.
  private func refuseToOverwrite(
    _ names: [[UInt8]], _ lists: [SumCheck.ListReading]
  ) throws(CommandError) {
    guard let output = command.answers.output,
      let target = try? FileStatus(of: arguments.path(of: output)), target.kind == .regular
    else { return }
    let from = command.list.filesFrom.map { arguments.bytes(of: $0) }
    let listed = lists.compactMap { try? $0.get() }.flatMap { $0.files.map(\.wish.name) }
    for name in names + from + listed {
      if InputName(bytes: name).names(target) {
        let name = SafeText.escaped(arguments.bytes(of: output))
        throw CommandError("--output: \(name): is a file that is read: give another name")
      }
    }
  }

  /// Has results go where they should.
  ///
  /// - Returns: What passes the standard input on, if that was asked for.
  private func divertResults() throws(CommandError) -> PassThrough? {
    guard command.answers.tee || command.answers.output != nil else { return nil }
    let name =
      command.answers.output.map { SafeText.escaped(arguments.bytes(of: $0)) }
      ?? "the standard error"
    do throws(Errno) {
      let path = command.answers.output.map { arguments.path(of: $0) }
      let before = try StandardDescriptors.divertResults(to: path, named: name)
      if command.answers.tee { return PassThrough(descriptor: before) }
      try? before.close()
      return nil
    } catch {
      throw CommandError("--output: \(name): \(error)")
    }
  }

  private func sum(
    _ names: [[UInt8]], _ scanner: SumScanner, _ output: SumOutput
  ) throws(CommandError) -> ExitStatus {
    let block = command.answers.blocks?.byteCount
    let wishes = names.map { name in
      var wish = SumWish(name: name)
      if let block {
        (wish.blockAlgorithms, wish.blockByteCount) = (algorithms, block)
      } else {
        wish.algorithms = algorithms
      }
      return wish
    }
    let printer = SumPrinter(command, algorithms, template)
    let ahead = scanner.ahead(wishes)
    var status = ExitStatus.fine
    for (number, wish) in wishes.enumerated() {
      if !ahead.isReady(number) { try output.flush() }
      let sums: FileSums
      do throws(SumFailure) { sums = try scanner.take(number, of: wishes, ahead) } catch {
        status = status.merged(with: try output.report(error, of: wish.name))
        continue
      }
      output.end(sums.report.outcome)
      try print(sums, wish.name, printer, output)
    }
    return status
  }

  private func print(
    _ sums: FileSums, _ name: [UInt8], _ printer: SumPrinter, _ output: SumOutput
  ) throws(CommandError) {
    if command.ways.json {
      try output.print(sums, printer.answer(sums), of: name)
    } else {
      output.append(printer.text(sums, name))
      if let statistics = sums.statistics {
        try output.flush()
        StandardError.print(statistics.text)
      }
    }
  }
}

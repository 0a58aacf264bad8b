// A process for tests of what processes share. Reads commands, one a line, and answers each with one
// line. It ends with its input, or when it is killed.
import FileMapping
import Synchronization
import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

final class Peer {
  private var object: MappingObject?
  private var kept: [MappingObject] = []
  private var lock: NamedLock?
  private var held: HeldLock?

  /// Answers a command; what cannot be done is answered with `error` and the reason.
  func answer(_ line: String) -> String {
    let words = line.split(separator: " ").map(String.init)
    do {
      return try perform(words)
    } catch let error as MappingError {
      return "error \(error.reason)"
    } catch {
      return "error \(error)"
    }
  }

  private func perform(_ words: [String]) throws -> String {
    switch words.first {
    case "create", "create-filled":
      // create NAME SIZE
      let made = try MappingObject(
        anonymousOf: FileOffset(UInt64(words[2])!),
        allocation: words[0] == "create" ? .onDemand : .atCreation,
        name: ObjectName(words[1]))
      object = made
      return "\(made.disposition == .created ? "created" : "existing") \(made.size)"
    case "create-file":
      // create-file NAME|- PATH [SIZE]
      let made = try MappingObject(
        file: OpenedFile(FilePath(words[2]), for: .readWrite), protection: .readWrite,
        size: FileOffset(words.count > 3 ? UInt64(words[3])! : 0),
        name: words[1] == "-" ? nil : ObjectName(words[1]))
      object = made
      return "\(made.disposition == .created ? "created" : "existing") \(made.size)"
    case "open":
      // open NAME read|readWrite|copyOnWrite
      let access: Access =
        switch words[2] {
        case "readWrite": .readWrite
        case "copyOnWrite": .copyOnWrite
        default: .read
        }
      let opened = try MappingObject.open(named: ObjectName(words[1]), access: access)
      object = opened
      return "opened \(opened.size)"
    case "map-file":
      // map-file PATH
      let made = try MappingObject(readingFrom: FilePath(words[1]))
      object = made
      return "opened \(made.size)"
    case "chain":
      // chain PATH: a handler of its own for SIGBUS, then a view of the file, which is cut; and then a
      // page that is no view's. Answers how many signals the view took, and how many the handler.
      _ = signal(SIGBUS) { _ in
        // Gone pages come back as zeros, so that the instruction can go on.
        foreignFaults.add(1, ordering: .sequentiallyConsistent)
        _ = unsafe mmap(
          foreignPage, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0)
      }
      let made = try MappingObject(readingFrom: FilePath(words[1]))
      let view = try made.view()
      let descriptor = unsafe open(words[1], O_RDONLY)
      unsafe foreignPage = mmap(nil, 4096, PROT_READ, MAP_SHARED, descriptor, 0)
      guard unsafe truncate(words[1], 0) == 0 else { return "error \(errno)" }
      let last = view.withBytes { bytes in
        unsafe bytes.unsafeLoad(fromByteOffset: view.byteCount - 1, as: UInt8.self)
      }
      // The compiler does not know that reading a byte can change the number: adding orders what is before and behind.
      let own = foreignFaults.add(0, ordering: .sequentiallyConsistent).newValue
      let first = unsafe foreignPage!.load(as: UInt8.self)
      let all = foreignFaults.add(0, ordering: .sequentiallyConsistent).newValue
      return "\(last) \(own) \(first) \(all) \(view.fault.map { "\($0)" } ?? "none")"
    #if os(Linux)
      case "once":
        // once PATH: a handler of SIGBUS that wants to be called once and returns, a view, and then a page that is no view's.
        // Does not come back.
        var action = sigaction()
        unsafe action.__sigaction_handler.sa_handler = { _ in unsafe write(2, "called\n", 7) }
        action.sa_flags = CInt(bitPattern: SA_RESETHAND)
        _ = unsafe sigaction(SIGBUS, &action, nil)
        return try touchForeignPage(words[1])
    #endif
    case "ignore":
      // ignore PATH FLAGS: ignores SIGBUS and makes a view; then the signal is sent, twice.
      var action = sigaction()
      unsafe action.__sigaction_handler.sa_handler = SIG_IGN
      action.sa_flags = CInt(truncatingIfNeeded: Int(words[2])!)
      _ = unsafe sigaction(SIGBUS, &action, nil)
      _ = try MappingObject(readingFrom: FilePath(words[1])).view()
      raise(SIGBUS)
      raise(SIGBUS)
      return "alive"
    case "extent":
      // extent PATH: size and what the file takes on its device
      var status = stat()
      guard unsafe stat(words[1], &status) == 0 else { return "error \(errno)" }
      return "extent \(status.st_size) \(status.st_blocks * 512)"
    case "race":
      // race PREFIX ROUNDS SIZE START INTERVAL: creates PREFIX-0, PREFIX-1, ... one every INTERVAL
      // microseconds from the moment START on, and keeps them. Answers a letter a round: c created,
      // e existing, w of a wrong size.
      let (rounds, size) = (Int(words[2])!, UInt64(words[3])!)
      let (start, interval) = (Int(words[4])!, Int(words[5])!)
      var letters = ""
      for round in 0..<rounds {
        let moment = start + round * interval
        while true {
          let left = moment - now()
          if left <= 0 { break }
          if left > 200 { usleep(UInt32(left - 200)) }
        }
        let made = try MappingObject(
          anonymousOf: FileOffset(size), allocation: .onDemand,
          name: ObjectName("\(words[1])-\(round)"))
        let view = try made.view()
        letters +=
          made.size.rawValue != size || view.byteCount != Int(size)
          ? "w" : made.disposition == .created ? "c" : "e"
        kept.append(made)
      }
      return letters
    case "churn":
      // churn NAME ROUNDS: creates and closes a name again and again. Answers how often it was created.
      var created = 0
      for _ in 0..<Int(words[2])! {
        let made = try MappingObject(anonymousOf: 70_000, name: ObjectName(words[1]))
        guard made.size == 70_000, try made.view().byteCount == 70_000 else { return "wrong size" }
        if made.disposition == .created { created += 1 }
      }
      return "created \(created)"
    case "memory":
      return "memory \(ProcessLimits.memoryByteCount.map { "\($0)" } ?? "unlimited")"
    case "names":
      return "names \(try ObjectName.existing().count)"
    case "close":
      object = nil
      kept = []
      return "closed"
    case "write":
      // write OFFSET TEXT
      let offset = UInt64(words[1])!
      let granularity = MappingObject.allocationGranularity
      var view = try object!.writableView(at: FileOffset(offset / granularity * granularity))
      view.withMutableBytes { bytes in
        for (index, byte) in words[2].utf8.enumerated() {
          bytes.storeBytes(
            of: byte, toByteOffset: Int(offset % granularity) + index, as: UInt8.self)
        }
      }
      try view.flush(.durable)
      try view.unmap()
      return "written"
    case "read":
      // read OFFSET COUNT
      let (offset, count) = (UInt64(words[1])!, Int(words[2])!)
      let granularity = MappingObject.allocationGranularity
      let view = try object!.view(at: FileOffset(offset / granularity * granularity))
      let text = view.withBytes { bytes in
        (0..<count).map { index in
          unsafe bytes.unsafeLoad(
            fromByteOffset: Int(offset % granularity) + index, as: UInt8.self)
        }
      }
      return "read \(String(decoding: text, as: UTF8.self))"
    case "add":
      // add TIMES: adds one to the number at the start of the object, under the lock
      var view = try object!.writableView(at: 0, length: 8)
      for _ in 0..<Int(words[1])! {
        let held = try lock!.acquire()
        view.withMutableBytes { bytes in
          let number = unsafe bytes.unsafeLoad(as: UInt64.self)
          bytes.storeBytes(of: number + 1, as: UInt64.self)
        }
        _ = consume held
      }
      return "added"
    case "make-lock":
      // make-lock NAME
      let made = try NamedLock(ObjectName(words[1]))
      let isNew = made.disposition == .created
      lock = consume made
      return isNew ? "created" : "existing"
    case "open-lock":
      // open-lock NAME
      lock = try NamedLock.open(ObjectName(words[1]))
      return "opened"
    case "list":
      return try "names " + ObjectName.existing().map(\.description).sorted().joined(separator: " ")
    case "lock", "try-lock":
      let taken = words[0] == "lock" ? try lock!.acquire() : try lock!.tryAcquire()
      guard let taken else { return "busy" }
      let wasAbandoned = taken.wasAbandoned
      held = consume taken
      return wasAbandoned ? "abandoned" : "locked"
    case "unlock":
      held = nil
      return "unlocked"
    default:
      return "error what is '\(words.first ?? "")'?"
    }
  }
}

/// Makes a view of a file, and reads a page of it that is no view's and that the file lost.
func touchForeignPage(_ path: String) throws -> String {
  _ = try MappingObject(readingFrom: FilePath(path)).view()
  let descriptor = unsafe open(path, O_RDONLY)
  let page = unsafe mmap(nil, 4096, PROT_READ, MAP_SHARED, descriptor, 0)
  guard unsafe truncate(path, 0) == 0 else { return "error \(errno)" }
  return unsafe "\(page!.load(as: UInt8.self))"
}

// SAFETY: only the `chain` command touches it, in one thread and the handler that interrupts it.
nonisolated(unsafe) var foreignPage: UnsafeMutableRawPointer?
let foreignFaults = Atomic<Int>(0)

/// Microseconds since 1970.
func now() -> Int {
  var time = timespec()
  unsafe clock_gettime(CLOCK_REALTIME, &time)
  return time.tv_sec * 1_000_000 + time.tv_nsec / 1000
}

/// Answers until the input ends, and lets go of everything.
func converse() {
  let peer = Peer()
  while let line = readLine() {
    print(peer.answer(line))
    fflush(nil)
  }
}

converse()

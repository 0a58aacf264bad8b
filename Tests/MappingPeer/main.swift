// A process for tests of what processes share. Reads commands, one a line, and answers each with one
// line. It ends with its input, or when it is killed.
import FileMapping
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
    case "create":
      // create NAME SIZE
      let made = try MappingObject(
        anonymousOf: FileOffset(UInt64(words[2])!), allocation: .onDemand,
        name: ObjectName(words[1]))
      object = made
      return "\(made.disposition == .created ? "created" : "existing") \(made.size)"
    case "create-file":
      // create-file NAME PATH
      let made = try MappingObject(
        file: OpenedFile(FilePath(words[2]), for: .readWrite), protection: .readWrite,
        name: ObjectName(words[1]))
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

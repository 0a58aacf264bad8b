// Random searches, compared with their naive twin: the work of Scripts/check-patterns.
import PatternSearch
import PatternTwin
import TestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Seconds of some clock.
func seconds(_ clock: clockid_t) -> Double {
  var time = timespec()
  unsafe clock_gettime(clock, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// Compares sets of patterns with their twin until the time is up.
struct Comparison {
  var writer: PatternWriter
  var sets = 0
  var cases = 0
  var differences = 0
  /// Cases in which PCRE2 gave up.
  var undecided = 0

  mutating func run(until end: Double, atMost limit: Int) {
    while seconds(CLOCK_MONOTONIC) < end, differences < limit { compareSet() }
  }

  private mutating func compareSet() {
    var form = SearchForm()
    form.spansLines = writer.oneIn(6)
    form.endsLinesWithCRLF = writer.oneIn(4)
    form.watchesEveryStep = writer.oneIn(3)
    let patterns = writer.patterns(spansLines: form.spansLines)
    guard let twin = TwinSearch(patterns, form) else { return }
    var compiled: [(SearchForm.Finder, PatternSet)] = []
    var refusal: PatternError?
    for finder in SearchForm.Finder.allCases {
      form.finder = finder
      do {
        compiled.append((finder, try PatternSet(patterns, form: form)))
      } catch {
        if finder != .hyperscan || error.situation != .unsupported { refusal = error }
      }
    }
    if let refusal {
      // Either the expression is refused, whatever the finder, or it is one PCRE2 should take.
      if !compiled.isEmpty || refusal.situation == .malformed {
        differences += 1
        print("REFUSED by some: \(patterns.map { quoted($0.bytes) }): \(refusal)")
      }
      return
    }
    sets += 1
    for _ in 0..<12 {
      let text = writer.text(isCRLF: form.endsLinesWithCRLF)
      for _ in 0..<4 {
        let options = Trial.options(&writer, form)
        guard let expected = twin.search(text, options) else {
          undecided += 1
          continue
        }
        let cuts = (0..<4).map { _ in Trial.cut(&writer, text.count) }
        for (finder, set) in compiled {
          form.finder = finder
          for cut in cuts {
            let trial = Trial(patterns, form, options, text, cut)
            cases += 1
            guard let found = trial.selection(of: set) else {
              undecided += 1
              continue
            }
            if found != expected { return report(trial) }
          }
        }
      }
    }
  }

  private mutating func report(_ trial: Trial) {
    differences += 1
    let small = trial.shrunk()
    let (expected, found) = small.difference ?? (nil, nil)
    print(
      """
      DIFFERENCE \(differences)
      \(small)
      expected: \(expected.map(\.description) ?? "(does not show again)")
      found:    \(found.map(\.description) ?? "")

      """)
    fflush(nil)
  }
}

/// Searches one hostile text for one hostile set of patterns, and says what it took.
func searchHostile(_ hostile: HostileSearch.Patterns, _ text: HostileSearch.Text) {
  let patterns = hostile.make()
  let input = text.make(1 << 20)
  let begun = seconds(CLOCK_PROCESS_CPUTIME_ID)
  let outcome = HostileSearch.outcome(patterns, input)
  let time = seconds(CLOCK_PROCESS_CPUTIME_ID) - begun
  var usage = rusage()
  #if canImport(Glibc)
    unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  #else
    unsafe getrusage(RUSAGE_SELF, &usage)
  #endif
  let hundredths = Int(time * 100)
  print(
    "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100) s",
    "\(usage.ru_maxrss / 1024) MiB", hostile.name, text.name, outcome, separator: "\t")
}

let arguments = Array(CommandLine.arguments.dropFirst())
if arguments.first == "--hostile" {
  if arguments.count == 3, let set = Int(arguments[1]), let text = Int(arguments[2]) {
    searchHostile(HostileSearch.patterns[set], HostileSearch.texts[text])
  } else {
    print(HostileSearch.patterns.count, HostileSearch.texts.count)
  }
} else if let length = arguments.first.flatMap({ Double($0) }) {
  let seed = arguments.dropFirst().first.flatMap { UInt64($0) } ?? UInt64(time(nil))
  let limit = arguments.dropFirst(2).first.flatMap { Int($0) } ?? 10
  print("seed \(seed)")
  var comparison = Comparison(writer: PatternWriter(seed: seed))
  comparison.run(until: seconds(CLOCK_MONOTONIC) + length, atMost: limit)
  print(
    "\(comparison.cases) cases of \(comparison.sets) pattern sets, \(comparison.undecided) undecided, "
      + "\(comparison.differences) differences")
  exit(comparison.differences == 0 ? 0 : 1)
} else {
  print("usage: pattern-cases SECONDS [SEED [DIFFERENCES]] | --hostile [PATTERNS TEXT]")
  exit(2)
}

import Foundation
import SystemPackage
import TestSupport
import Testing

private let hasWc = Program.succeeds(
  "test \"$(wc --version | head -1)\" = 'wc (GNU coreutils) 9.1'")

/// `mmscan count` prints the bytes, the messages and the exit status of wc.
@Suite(.enabled(if: hasWc, "needs wc of GNU coreutils 9.1")) struct CountToolTests {
  /// Files with all that wc treats in its own way, in their contents and in their names.
  private static let making = #"""
    printf 'one two\nthree\n' >a; printf 'no end' >b; : >empty; mkdir directory
    printf 'tab\tstop\n\t\tx\rcarriage\fform\vfeed\n' >tabs
    printf 'caf\303\251 \344\270\255\346\226\207\302\240x \342\201\240 \342\200\250y e\314\201\n' >unicode
    printf 'bad \377\200 \303 \344\270 \360\237\230 \355\240\200 \300\200 \364\220\200\200 \370\210\200\200\200x\n' >invalid
    printf 'cut \360\237\230' >cut; printf '\1 \2 a\1b\0 \177\n\0\0' >control
    seq 1 30000 >numbers; head -c 300000 /dev/zero >zeros
    perl -e 'srand 7; print map { chr int rand 256 } 1..400000' >random
    perl -e 'srand 8; @p = ("a","b "," ","\n","\t","\xc3\xa9","\xe4\xb8\xad","\xf0\x9f\x98\x80","\xc2\xa0","\xff","\1"); print map { $p[rand @p] } 1..200000' >mixed
    printf x >$'new\nline'; printf x >'back\slash'; printf x >$'ta\tb'; printf x >$'inv\377alid'
    printf x >"it's"; printf x >$'it\'s\nnew'; printf x >'two words'; printf x >caf$'\303\251'; printf x >-dash
    printf 'a\0b\0numbers\0' >list; printf 'a\0\0missing\0' >odd; printf 'a' >unended; : >nothing
    """#

  static let flags = [
    "", "-l", "-w", "-m", "-c", "-L", "-lw", "-lm", "-mc", "-wL", "-lwmcL",
    "--max-line-length --chars",
  ]

  /// Operands, and whole lines of the shell in which COUNT stands for the program.
  static let inputs = [
    "COUNT F a", "COUNT F b", "COUNT F empty", "COUNT F tabs", "COUNT F unicode", "COUNT F invalid",
    "COUNT F cut", "COUNT F control", "COUNT F numbers", "COUNT F zeros", "COUNT F random",
    "COUNT F mixed", "COUNT F a b tabs unicode invalid control", "COUNT F missing a",
    "COUNT F missing", "COUNT F directory", "COUNT F a directory numbers", "COUNT F <mixed",
    "cat mixed | COUNT F", "cat random | COUNT F - a", "COUNT F - - <a", "COUNT F </dev/null",
    "COUNT F /dev/null a", "COUNT F -- -dash", "COUNT F $'new\\nline' 'back\\slash'",
    "COUNT F $'inv\\377alid' $'ta\\tb' \"it's\" $'it\\'s\\nnew'", "COUNT F --files0-from=list",
    "COUNT F --files0-from=odd", "COUNT F --files0-from=unended", "COUNT F --files0-from=nothing",
    "COUNT F --files0-from=- <list", "cat list | COUNT F --files0-from=-",
    "printf 'a\\0-\\0' | COUNT F --files0-from=-", "COUNT F ''", "COUNT F '' a",
    "COUNT F <directory", "COUNT F <&-", "COUNT F - <&-",
    "COUNT F /proc/version", "COUNT F a a a a a a a a a a a a numbers",
    "COUNT F --files0-from=list --words",
  ]

  /// Names that messages quote, or not.
  static let names =
    "COUNT a:b 'a b' 'a?' 'a=b' 'a\\b' \"a'b\" \"a'b!\" '~a' a~ '#a' a# '{' '{}' ']' '[' '%' '^a' $'\\n' $'a\\nb' $'\\1\\2x' $'x\\377' $'caf\\303\\251' $'a\\302\\205' $'\\'\\n'"

  @Test(arguments: ["C", "C.UTF-8"]) func printsWhatWcPrints(locale: String) throws {
    let directory = try TemporaryDirectory()
    let made = try Program.shell(Self.making, in: directory.path.string)
    #expect(made.status == 0, "\(made.errorText)")
    // Each input meets a third of the flags, in each locale others; MMSCAN_ALL_ROWS has all of them asked.
    let asksAll = ProcessInfo.processInfo.environment["MMSCAN_ALL_ROWS"] != nil
    let turn = locale == "C" ? 0 : 1
    var lines = Self.inputs.enumerated().flatMap { number, input in
      Self.flags.enumerated().filter { asksAll || ($0.offset + number + turn) % 3 == 0 }.map {
        input.replacing(" F", with: $0.element.isEmpty ? "" : " \($0.element)")
      }
    }
    lines += [Self.names, "POSIXLY_CORRECT=1 COUNT -w unicode mixed"]
    let script = lines.enumerated().map { index, line in
      """
      { \(line.replacing("COUNT", with: "mine"))
      } >mine.out 2>mine.err; mine=$?
      { \(line.replacing("COUNT", with: "wc"))
      } >tool.out 2>tool.err; tool=$?
      sed -i 's/^mmscan: //' mine.err; sed -i 's/^wc: //' tool.err
      if ! cmp -s mine.out tool.out || ! cmp -s mine.err tool.err || [ $mine != $tool ]; then
        echo "DIFFERS \(index)"; head -c 1000 mine.out mine.err; echo "($mine) and not"; head -c 1000 tool.out tool.err; echo "($tool)"
      fi

      """
    }
    // It is too long for an argument.
    let commands =
      "mine() { '\(productDirectory)/mmscan' count \"$@\"; }\n" + script.joined()
    let program = try Program.shell(
      "cat >script; bash script", input: Array(commands.utf8), in: directory.path.string,
      environment: ["LC_ALL": locale])
    for report in program.text.split(separator: "DIFFERS ") {
      let index = Int(report.prefix { $0.isNumber }) ?? 0
      Issue.record("\(locale): \(lines[index])\n\(report)")
    }
    #expect(program.status == 0, "\(program.errorText)")
    #expect(lines.count > 60)
  }
}

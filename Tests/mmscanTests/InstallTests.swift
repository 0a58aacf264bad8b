import Foundation
import SystemPackage
import TestSupport
import Testing

/// What Scripts/install puts below a directory.
@Suite struct InstallTests {
  /// Installs the built program, and runs a script there, with `$1` for the directory.
  private func install(_ script: String) throws -> Program {
    let directory = try TemporaryDirectory()
    return try Program.shell(
      """
      MMSCAN='\(productDirectory)/mmscan' Scripts/install "$1/usr" || exit 9
      \(script)
      """, [directory.path.string], in: packageRoot)
  }

  @Test func theProgramRunsFromThere() throws {
    let program = try install("\"$1/usr/bin/mmscan\" --lines SampleData/server.log")
    #expect(program.text == "SampleData/server.log  559.7 KiB\n  lines  6000\n")
    #expect(program.errors.isEmpty, "\(program.errorText)")
  }

  @Test func nothingIsLeftWhenItIsTakenAway() throws {
    let program = try install(
      """
      touch "$1/usr/bin/other"; Scripts/install --uninstall "$1/usr"; find "$1" | sort | sed "s#^$1##"
      """)
    #expect(program.text == "\n/usr\n/usr/bin\n/usr/bin/other\n")
    #expect(program.errors.isEmpty, "\(program.errorText)")
  }

  private static let checkers = [
    "bash -n share/bash-completion/completions/mmscan",
    "fish -n share/fish/vendor_completions.d/mmscan.fish",
    "zsh -n share/zsh/site-functions/_mmscan",
    "LC_ALL=C.UTF-8 MANROFFSEQ= man --warnings -l share/man/man1/mmscan.1 >/dev/null",
  ].filter { checker in
    Program.isInstalled(checker.split(separator: " ").first { !$0.contains("=") }.map(String.init)!)
  }

  @Test(arguments: checkers)
  func shellsAndManReadWhatTheyGet(checker: String) throws {
    let program = try install("cd \"$1/usr\" && \(checker)")
    #expect(program.status == 0)
    #expect(program.output.isEmpty && program.errors.isEmpty, "\(program.errorText)")
  }

  /// As bash asks when somebody presses the tabulator key.
  @Test(arguments: [
    ("mmscan ", "scan"), ("mmscan fr", "frames"), ("mmscan scan --li", "--lines"),
    ("mmscan find --files-w", "--files-with-matches"), ("mmscan scan --io r", "read"),
    ("mmscan scan SampleData/ser", "SampleData/server.log"),
  ])
  func bashCompletes(line: String, wanted: String) throws {
    let program = try install(
      """
      shopt -s extglob progcomp; . "$1/usr/share/bash-completion/completions/mmscan"
      COMP_LINE='\(line)'; COMP_POINT=${#COMP_LINE}; COMP_TYPE=9; COMP_KEY=9
      read -r -a COMP_WORDS <<<"$COMP_LINE"; [[ $COMP_LINE != *' ' ]] || COMP_WORDS+=('')
      COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
      _mmscan mmscan "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}" 2>&1
      printf '%s\\n' "${COMPREPLY[@]}"
      """)
    #expect(
      program.text.split(separator: "\n").map { $0.trimmingPrefix(" ") }.contains {
        $0.hasPrefix(wanted)
      }, "\(program.text)")
  }

  @Test func theManualNamesEveryCommandAndOption() throws {
    let program = try install(
      """
      "$1/usr/bin/mmscan" --experimental-dump-help |
        python3 -c 'import json, sys
      for command in json.load(sys.stdin)["command"]["subcommands"]:
        for argument in command.get("arguments", []):
          for name in argument.get("names", []):
            if argument["shouldDisplay"] and name["kind"] == "long": print("--" + name["name"])
        if command["shouldDisplay"]: print("mmscan " + command["commandName"])' | grep -v help | sort -u >"$1/words"
      sed 's/\\\\-/-/g' "$1/usr/share/man/man1/mmscan.1" >"$1/page"
      wc -l <"$1/words"
      while read -r word; do grep -qF -- "$word" "$1/page" || echo "$word"; done <"$1/words"
      """)
    let lines = program.text.split(separator: "\n")
    #expect(Int(lines.first ?? "") ?? 0 > 60)
    #expect(lines.dropFirst().allSatisfy { $0 == "--version" }, "\(program.text)")
    #expect(program.errors.isEmpty, "\(program.errorText)")
  }

  @Test(
    .enabled(if: Program.succeeds("[ $EUID = 0 ] && unshare -m true"), "needs root and namespaces"))
  func argumentsArriveWithoutProc() throws {
    let program = try Program.shell(
      "unshare -m bash -c 'mount -t tmpfs none /proc && exec \"$0\" --lines \"$1\"' \"$1\" \"$2\"",
      ["\(productDirectory)/mmscan", "SampleData/server.log"], in: packageRoot)
    #expect(
      program.text == "SampleData/server.log  559.7 KiB\n  lines  6000\n", "\(program.errorText)")
  }
}

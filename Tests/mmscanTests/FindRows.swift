/// A question to `mmscan find`, and the same question to the tool it stands in for.
struct FindRow: Sendable {
  enum Tool: String {
    case perl = "grep -a -P"
    case literal = "grep -a -F"
    // One thread, for the order of the operands; as grep otherwise.
    case ripgrep =
      "rg --no-config -j1 -a -E none --no-unicode --no-heading --color=never -N --include-zero"
    case messages = "rg --no-config -j1 -a -E none --no-unicode"
    case unicodeMessages = "rg --no-config -j1 -a -E none"
  }

  /// Words of a shell command line in which `$f` is the corpus.
  let words: String
  let tool: Tool
  /// The words for the tool.
  let toolWords: String

  /// - Parameter toolWords: `words`, if nil.
  init(_ words: String, as tool: Tool, _ toolWords: String? = nil) {
    self.words = tool == .literal ? "-F \(words)" : words
    self.tool = tool
    self.toolWords = toolWords ?? words
  }

  /// Whether the row says itself what is read; else it is the corpus.
  var namesOperands: Bool { words.contains("$f") }

  /// Whether carriage returns at line ends of the output count for nothing: ripgrep ends its own
  /// lines with them where grep has none.
  var dropsCarriageReturns: Bool { words.contains("--crlf") }

  /// Whether every spot of a text matches, so that there are as many messages as bytes.
  var isLong: Bool { tool == .messages && words.contains("*") }

  /// Whether ripgrep answers otherwise if the last line has no newline: it finds nothing empty behind
  /// the last byte.
  var looksBehindTheEnd: Bool {
    [.ripgrep, .messages].contains(tool)
      && ["x*", "", "$", "\\b"].contains { words.hasSuffix("'\($0)'") }
  }

  /// Whether a match, or what touches it, may be longer than is held in memory.
  var exceedsMemory: Bool { words == "-U -c '(?s).*'" || words == "-U 'foo\\s+\\w'" }

  private static func rows(
    _ tool: Tool, _ words: [String], _ different: KeyValuePairs<String, String> = [:]
  ) -> [FindRow] {
    words.map { FindRow($0, as: tool) } + different.map { FindRow($0.key, as: tool, $0.value) }
  }

  // MARK: As grep

  /// What is printed of one input.
  static let grep =
    rows(
      .perl,
      [
        // Each flag alone.
        "foo", "-i foo", "-v foo", "-c foo", "-l foo", "-L foo", "-q foo", "-n foo", "-b foo",
        "-o foo", "-H foo", "-h foo", "-s foo", "-w foo", "-x foo", "-m 1 foo", "-A 1 foo",
        "-B 1 foo", "-C 1 foo", "-Z foo", "--null foo", "--color=never foo", "--color=always foo",
        "-a foo", "-P foo", "-e foo",
        // The long names.
        "--ignore-case FOO", "--invert-match foo", "--count foo", "--files-with-matches foo",
        "--files-without-match foo", "--quiet foo", "--line-number foo", "--byte-offset foo",
        "--only-matching foo", "--with-filename foo", "--no-filename foo", "--no-messages foo",
        "--word-regexp foo", "--line-regexp foo", "--max-count=2 foo", "--after-context=2 error",
        "--before-context=2 error", "--context=2 error", "--regexp=foo", "--text foo",
        "--color foo",
        "--max-count 2 foo", "-m2 foo", "-A2 bar", "-nm1 foo", "--colour=always foo",
        // Nothing found.
        "qqqq", "-c qqqq", "-l qqqq", "-L qqqq", "-q qqqq", "-v -c qqqq", "-o qqqq", "-q -v ''",
        // Counts and names.
        "-c -v foo", "-c -m 3 foo", "-c -o foo", "-c -v -m 2 foo", "-c -n -b foo", "-c -A 2 foo",
        "-c -H foo", "-c -l foo", "-c -L foo", "-c -q foo", "-l -v foo", "-L -v foo", "-l -L foo",
        "-L -l foo", "-l -h foo", "-q -l foo", "-H -h foo", "-h -H foo", "-c -Z -H foo",
        "-l -Z foo", "-L -Z qqqq", "-n -Z -H foo", "-c -i -w foo", "-m 0 foo", "-m 0 -c foo",
        "-m 0 -L foo", "-m 0 -L -v foo", "-m 0 -L -c foo", "--line-buffered -n foo",
        "--line-buffered -C1 foo", "-m -1 -c foo",
        // Parts of lines.
        "-o -b foo", "-o -n foo", "-o -b -n -H foo", "-n -b foo", "-o -v foo", "-o -c -v foo",
        "-o -m 2 foo", "-o -i -n foo", "-o -w -b foo", "-o -x foo", "-o -b '^.'", "-o -b '^foo'",
        "-o '[a-z]+$'", "-v -n -b foo", "-v -x -n foo", "-v -m 2 foo",
        // Lines around.
        "-A 2 -n foo", "-B 2 -n foo", "-C 2 -n bar", "-A 1 -B 3 -n -b error", "-C 5 -n 'x$'",
        "-A 0 -n foo", "-C 0 bar", "-C 1 -A 0 -n bar", "-A 3 -C 1 -n bar", "-v -A 1 -n foo",
        "-v -C 1 -n -b foo", "-v -B 1 foo", "-m 1 -A 3 -n foo", "-m 2 -C 2 -n foo",
        "-m 1 -v -A 3 -n foo", "-o -A 1 -n foo", "-o -C 1 bar", "-o -v -C 1 -n foo",
        "-C 1 -H -n -b bar", "-C 1 -H -Z -n bar", "-A 100000 -n '^last'", "-m 2 -A 1 -c foo",
        // Colours.
        "--color=always -n foo", "--color=always -H foo", "--color=always -n -H -b foo",
        "--color=always -o foo", "--color=always -o -n -H -b foo", "--color=always -v foo",
        "--color=always -v -n -H foo", "--color=always -A 1 -n foo",
        "--color=always -C 1 -H -b bar",
        "--color=always -v -A 1 -n foo", "--color=always -v -o -C 1 -n foo",
        "--color=always -w foo",
        "--color=always -i error", "--color=always -x foo", "--color=always -c -H foo",
        "--color=always -l foo", "--color=always -L qqqq", "--color=always -c -H -Z foo",
        "--color=always -l -Z foo", "--color=always -n -H -Z foo", "--color=always -m 1 -A 3 foo",
        "--color=always -v -m 1 -A 3 -n foo", "--color=always -o -C 1 bar",
        "--color=always '$'",
        "--color=always 'o.?$'",
        // Patterns that match nothing at all, at every spot.
        "''", "-c ''", "-v ''", "-n -x ''", "-n -w ''", "-n -v -w ''", "'x*'", "-c 'x*'",
        "-n -w 'x*'", "-n -x 'x*'", "-c '^'", "-c '$'", "-n '^$'",
        "-c -v '^$'", "-c '\\b'", "-l ''", "-L ''",
        // Anchors, classes, references, looks around.
        "-n '^foo'", "-n 'foo$'", "-n '^foo$'", "-n '\\Afoo'", "-n 'foo\\z'", "-n 'foo\\Z'",
        "-n '\\bfoo\\b'", "-n '\\Bfoo'", "-c '\\d'", "-c '\\D'",
        "-c '\\s'",
        "-c '\\S'", "-c '[[:upper:]]'", "-o '[[:punct:]]+'",
        "-c '(?s)o.f'", "-o '(?s)foo.*'", "-n '(?m)^foo$'", "-o '(...)\\1'",
        "-n '(\\w+) \\1'", "-o 'foo(?=bar)'", "-o '(?<=foo)bar'", "-n 'foo(?!bar)'",
        "-n '(?<!x)foo'", "-o 'foo\\Kbar'", "-o '(?i)error'", "-n -i 'err(?-i)OR'",
        "-o 'foo|foobar'",
        "-o 'foobar|foo'", "-n '(?x) f o o # words'", "-o 'fo{2,}'", "-o 'f.*?o'", "-o 'f.*o'",
        "-o '(?:foo)+'", "-o 'a[.]b'", "-n 'a\\.b'", "-c '\\r'", "-c '\\r$'", "-c '\\x00'",
        "-o -b '\\x00foo'", "-c '\\xe9'", "-c -i '\\xe9'", "-c '\\x{c3}\\xa9'",
        "-o -b '[\\x80-\\xff]+'",
        "-c '[^[:ascii:]]'", "-c '.'", "-o 'o\\b.'", "-n '\\Qa.b\\E'", "-o '\\N+'", "-c 'é'",
        // Words.
        "-w -o -b 'foo.*'", "-w -o 'f.*?o'", "-w -o 'foo|foo_bar'", "-w -n -- -foo", "-w -n -- -",
        "-w -n -i FOO", "-w -c bar", "-w -x -n foo", "-v -w -n foo", "-w -c 'e'",
        "-x -n 'foo|bar'", "-x -n 'x*'", "-x -i -n FOO", "-x -o -b '.*foo'", "-x -v -c '.*foo.*'",
        // Patterns from files.
        "-f none.pat", "-c -f none.pat", "-v -c -f none.pat", "-L -f none.pat", "-q -f none.pat",
        "-c -f blank.pat", "-n -f one.pat", "--file=one.pat", "-o -f one.pat",
        // Words that look like something else.
        "-- -foo", "-e -foo", "-n -- --", "-n -e --", "-nie FOO", "-on -e foo",
        // Mistakes.
        "'('", "'[a'", "-m x foo", "-A x foo", "-f missing.pat", "--no-such-flag foo",
      ],
      [
        // grep takes one expression.
        "-n -e foo -e bar": "-n -e '(?:foo)|(?:bar)'",
        "-o -b -e foo -e foobar -e bar": "-o -b -e '(?:foo)|(?:foobar)|(?:bar)'",
        "-c -e '^foo' -e 'bar$'": "-c -e '(?:^foo)|(?:bar$)'",
        "-n -w -e foo -e bar": "-n -w -e '(?:foo)|(?:bar)'",
        "-n -x -e foo -e 'b.*'": "-n -x -e '(?:foo)|(?:b.*)'",
        "-v -c -e foo -e error": "-v -c -e '(?:foo)|(?:error)'",
        "--color=always -e error -e bar": "--color=always -e '(?:error)|(?:bar)'",
        "-n -i -f several.pat": "-n -i -e '(?:foo b)|(?:error)|(?:bar)'",
        "-o -f open.pat": "-o -e '(?:foo)|(?:bar)'",
        "-c -f inner.pat": "-c -e '(?:foo)|(?:)|(?:bar)'",
        "-n -f open.pat -e error": "-n -e '(?:foo)|(?:bar)|(?:error)'",
        "-n -f none.pat -e foo": "-n -e foo",
        "-n $'foo b\\nerror'": "-n '(?:foo b)|(?:error)'",
        "-0 foo": "-Z foo", "-c -0 -H foo": "-c -Z -H foo", "-l -0 foo": "-l -Z foo",
        "-n -0 -H foo": "-n -Z -H foo",
      ])
    + rows(
      .literal,
      [
        "foo", "-n -b foo", "-o -b foo", "-i -o foo", "-w -n foo", "-w -o -b foo", "-x -n foo",
        "-x -w -n foo", "-v -c foo", "-c a.b", "-c 'x*'", "-c '^foo'", "-c '\\w'", "''", "-c ''",
        "-o ''", "-n -x ''", "-n -w ''", "-v -w -c ''", "-v ''", "--color=always ''",
        "--color=always foo", "--color=always -i -w error", "-n -A 1 error", "-m 1 -A 2 foo",
        // The longest of those that start first.
        "-o -b -e foo -e foobar", "-o -b -e foobar -e foo", "-o -e foo -e foo_bar -e bar",
        "-o -e oo_bar -e foo_ -e foo", "--color=always -e foo -e foobar -e bar",
        "-w -o -e foo -e foo_bar", "-w -o -b -e foo -e foobar -e bar", "-x -n -e foo -e bar",
        "-i -o -e FOO -e ERR -e error", "-c -e foo -e ''", "-n -w -e '' -e foo",
        "-v -c -e foo -e bar",
        "-o -w -e abc -e abcabc", "-n -w -- -foo", "-w -c -- -", "-n -- --", "-e -foo",
        "-n -f several.pat", "-o -f open.pat", "-c -f inner.pat", "-c -f blank.pat",
        "-c -f none.pat",
        "-v -c -f none.pat", "-w -c -f none.pat", "-x -v -c -f none.pat", "-n -f open.pat -e error",
        "-n $'foo b\\nerror'", "-c $'\\xe9'", "-i -c $'\\xe9'", "-c $'\\r'", "-o -b bar", "-c é",
        "-w -c $'t'", "-L foo", "-l -v foo", "-q foo", "-f missing.pat", "-o -n -m 2 o",
      ])

  /// Questions with an answer at nearly every spot. grep looks for the end of the line anew at each,
  /// so they are not for corpora of a few huge lines.
  static let dense = rows(
    .perl,
    [
      "-o -b '[0-9]+'", "--color=always 'x*'", "--color=always ''", "--color=always 'f?'",
      "--color=always '^|o'", "--color=always -o 'x*'", "--color=always '(?=o)'", "-o ''",
      "-o 'x*'", "-o -b 'x*'", "-o '^|o'", "-o '\\w+'", "-o -b '\\W+'", "-o '\\s+'", "-o '[^a]+'",
      "-w -o '[a-z]+'",
    ])

  /// Several inputs, standard input among them, and some that cannot be read.
  static let operands =
    rows(
      .perl,
      [
        "foo $f two", "-h foo $f two", "-H foo $f", "-n -b foo $f two", "-o -n bar $f two",
        "-c foo $f two", "-c -h foo $f two", "-c -Z foo $f two", "-l foo $f two", "-L foo $f two",
        "-l -Z foo $f two", "-L qqqq $f two", "-l -v foo $f two", "-c qqqq $f two", "-q bar $f two",
        "-v foo $f two", "-C 1 bar $f two", "-n -C 1 bar $f two", "-h -A 1 bar $f two",
        "-A 0 bar two $f", "-m 1 foo $f two", "-m 1 -A 2 -n foo $f two", "-m 1 -c foo $f two",
        "-o -C 1 bar $f two", "-v -A 1 -n foo two $f", "foo $f $f", "-Z -n -A 1 bar $f two",
        "--color=always -n -C 1 bar $f two", "--color=always -c foo $f two",
        "--color=always -l foo $f two", "--color=always -o -b bar $f two",
        // What cannot be read.
        "foo $f missing two", "-c foo $f missing two", "-l foo missing $f two",
        "-L foo $f missing two", "-q foo missing two $f", "-q foo two $f missing",
        "-q qqqq $f missing", "-s foo $f missing", "-s foo missing # $f", "-L foo missing # $f",
        "-c foo $f folder two", "-l foo folder $f", "-L foo $f folder two", "foo folder # $f",
        "-s -n foo folder $f", "-v -c foo folder $f", "-q foo folder two # $f", "-h foo $f missing",
        "-m 0 foo missing $f", "-m 0 -L foo missing $f", "-f none.pat missing $f",
        "-c '(' $f two", "foo ./$f folder/../two", "foo missing missing # $f",
        // Standard input.
        "foo - <$f", "-n -H foo - <$f", "-c -H foo <$f", "-l foo <$f", "-L qqqq - <$f",
        "foo two - <$f", "-n -C 1 bar - two <$f", "-l -Z foo two - <$f", "-c foo - two <$f",
        "-H -Z -b foo - <$f", "--color=always -H foo <$f", "foo - $f <two", "-q foo - missing <$f",
        "--label NAME -H foo <$f", "--label=a:b -c foo two - <$f", "-l --label -x foo <$f",
        "--label= -n -H foo <$f",
        "--label NAME -L -Z qqqq - <$f", "--label NAME foo $f two",
        "--line-buffered -o -b foo two - <$f",
        "--label NAME foo - <folder", "-h foo two - <$f", "-e foo -- - <$f", "foo -- $f two",
        "foo -- - <$f",
        // Options after operands.
        "foo $f -n", "foo $f -n two -c",
      ],
      [
        "-n -e foo -e bar $f two": "-n -e '(?:foo)|(?:bar)' $f two",
        "$f two -n -e foo": "-n -e foo $f two", "-c -0 foo $f two": "-c -Z foo $f two",
        "-l -0 foo $f two": "-l -Z foo $f two", "-n -0 foo $f two": "-n -Z foo $f two",
        "-n --files-from list foo # $f": "-n foo $f two",
        "-c --files-from list foo # $f": "-c foo $f two",
        "-l --files-from - foo <list # $f": "-l foo $f two",
        "-f - -n $f <open.pat": "-n -e '(?:foo)|(?:bar)' $f",
      ])
    + rows(
      .literal,
      [
        "-f - -n $f <open.pat", "-o -e foo -e foobar $f two", "-c -e foo -e bar two $f",
        "-f several.pat -n two $f", "-L -f none.pat $f two", "-w -v -n foo $f two",
        "-C 1 -n error two $f", "foo $f missing", "-x -n foo two - <$f",
      ])

  /// Characters instead of bytes. grep 3.8 knows the classes of ASCII only, unless it is told.
  static let unicode =
    rows(
      .perl, [],
      [
        "-u -n É": "-n É", "-u -n -i éCOLE": "-n -i éCOLE", "-u -o -b '^.'": "-o -b '^.'",
        "-u -o -b '.$'": "-o -b '.$'", "-u -n '^.$'": "-n '^.$'", "-u -o -b '[éÉ]'": "-o -b '[éÉ]'",
        "-u -n '^\\w$'": "-n '(*UCP)^\\w$'", "-u -o '\\w+'": "-o '(*UCP)\\w+'",
        "-u -o '\\bfoo\\b'": "-o '(*UCP)\\bfoo\\b'", "-u -n '\\d'": "-n '(*UCP)\\d'",
        "-u -n '^\\s'": "-n '(*UCP)^\\s'", "-u -o '\\p{Lu}+'": "-o '\\p{Lu}+'",
        "-u -c '\\p{Greek}'": "-c '\\p{Greek}'", "-u -o -i 'ПРИВЕТ'": "-o -i 'ПРИВЕТ'",
        "-u -o '[а-я]+'": "-o '[а-я]+'", "-u -c '\\x{e9}'": "-c '\\x{e9}'",
        "-u -n -x 'été'": "-n -x 'été'", "-u -o -b '日本.'": "-o -b '日本.'", "-u -v -c é": "-v -c é",
        "-u --color=always 'é|ê'": "--color=always 'é|ê'",
        "-u --color=always 'x*'": "--color=always 'x*'",
        "-u -o 'x*|é'": "-o 'x*|é'", "-u -o '[[:alpha:]]+'": "-o '(*UCP)[[:alpha:]]+'",
        "-u -c ''": "-c ''", "-u -n -A 1 🙂": "-n -A 1 🙂", "-u -o '(.)\\1'": "-o '(.)\\1'",
      ])
    + rows(
      .literal, [],
      [
        "-u -n É": "-n É", "-u -n -i été": "-n -i été", "-u -w -n cole": "-w -n cole",
        "-u -w -n foo": "-w -n foo", "-u -w -o -b 日本": "-w -o -b 日本", "-u -x -n é": "-x -n é",
        "-u -o -b -e é -e été": "-o -b -e é -e été",
      ])

  // MARK: As ripgrep

  static let ripgrep =
    rows(
      .ripgrep,
      [
        // Columns.
        "--column -n foo", "--column -n -b foo", "--column -n -o foo", "--column -n -o -b foo",
        "--column -n -H foo", "--column -n -H -b -o bar", "--column -n -C 1 bar",
        "--column -n -H -b -A 1 bar", "--column -n -v foo", "--column -n -i -w foo",
        "--column -n -x foo", "--column -n -F bar", "--column -n 'x*'", "--column -n '$'",
        "--column -n -c foo", "--column -n foo $f two", "--column -n -o '[0-9]+$'",
        // Case by the pattern.
        "-S foo", "-S -n Foo", "-S -o '\\woo'", "-S -o '\\Woo'", "-S -o '\\WOO'", "-S -o 'f\\S'",
        "-S -o '[A-Z]r'", "-S -o '[a-z]rr'", "-S -o '\\x46oo'", "-S -o '\\x66oo'",
        "-S -o '(?i)Foo'",
        "-S -o '(?P<Name>foo)'", "-S -o '[[:alpha:]]oo'", "-S -o -e foo -e Err",
        "-S -o -e foo -e err",
        "-S -F -o foo", "-S -F -o Foo", "-S -F -n 'o\\W'", "-S -w -c ERROR", "-S -w -c error",
        "-S -i -o Foo", "-i -S -o Foo", "-S -o -f several.pat", "-S '\\bFoo\\b'",
        "-S -o '\\bfoo\\b'",
        "--smart-case -c foo",
        // Matches counted.
        "--count-matches foo", "--count-matches -v foo", "--count-matches -w foo",
        "--count-matches -i error", "--count-matches 'x*'", "--count-matches ''",
        "--count-matches '$'", "--count-matches '\\b'", "--count-matches '^|o'",
        "--count-matches -m 2 foo", "--count-matches -H foo", "--count-matches -0 -H foo",
        "--count-matches qqqq", "--count-matches -q foo", "--count-matches -F foo",
        "--count-matches foo $f two", "--count-matches qqqq $f two", "--count-matches -o foo",
        "--count-matches -e foo -e bar", "--count-matches foo $f missing", "--count-matches -x foo",
        // Matches over several lines.
        "-U foo", "-U -n 'foo\\n'", "-U -n 'foo\\s+\\w'", "-U -n 'bar\\nfoo|error'", "-U -c foo",
        "-U -n 'foo$\\n^'", "-U -n '(?s)foo.{0,40}bar'", "-U -n '(?s)error.*?foo'",
        "-U -n '\\w+\\n\\w'",
        "-U -c '\\w+\\n\\w'", "-U -c 'o[\\t-\\r]\\w'", "-U --count-matches '\\w+\\n\\w'",
        "-U --count-matches foo",
        "-U -o -n 'foo\\n\\w+'", "-U -o -b -n 'foo\\s+\\w+'", "-U -o -b -n 'bar\\n.'",
        "-U -n -b --column 'bar\\n.'", "-U -n -A 1 'bar\\n.'", "-U -n -C 2 'bar\\n.'",
        "-U -n -H -B 1 'foo\\n\\n'", "-U -v -n 'bar\\nabcabc|foo bar foo'", "-U -v -c foo",
        "-U -v -n -C 1 'bar\\nx'", "-U -v -m 3 -n 'bar\\nfoo'", "-U -l 'bar\\n.'",
        "-U -q 'bar\\n.'", "-U -n -i 'FOO\\n.'", "-U -n -w 'foo\\nbar'",
        "-U -n -x 'foo\\nfoofoo foo'",
        "-U -n '^$'", "-U -c '^foo$'", "-U -n '\\Afoo'", "-U -n 'foo\\n?\\z'", "-U -n 'foo\\r?\\n'",
        "-U -c '(?s).*'", "-U -o '(?s)\\Afoo.{3}'", "-U -n -F $'foo\\n'", "-U -n 'qqqq\\n'",
        "-U -c 'foo\\n' $f two", "-U -n -C 1 'bar\\n.' $f two", "-U -n -m 1 'bar\\nx'",
        "--multiline -n 'foo\\n'", "-U -n -e 'foo\\n' -e 'bar\\n'",
        // Lines that end in a carriage return.
        "--crlf -n 'foo$'", "--crlf -n '^foo$'", "--crlf -n '^$'", "--crlf -c '$'",
        "--crlf -x -n foo",
        "--crlf -x -F -n foo", "--crlf -v -n 'foo$'", "--crlf -o -n 'foo$'", "--crlf -w -n -b bar",
        "--crlf -n -C 1 'bar$'", "--crlf --count-matches '\\w+$'",
        "--crlf -o -n -b --column 'fo+$'",
        "--crlf foo", "--crlf -l 'foo$'", "--crlf -c '^bar'", "--crlf -n -i 'error$'",
        "--crlf -n -H 'foo$' $f two", "--crlf -c 'foo\\s*$'",
      ])

  /// Questions whose answers are messages.
  static let messages =
    rows(
      .messages,
      [
        "foo", "-i foo", "-v foo", "-w foo", "-x foo", "-C 1 bar", "-A 2 error", "-v -A 1 foo",
        "-m 1 foo", "-m 2 -o foo", "-o -n -b -H --column foo", "'x*'", "'^'", "-F foo",
        "-F -i Error",
        "-e 'foo bar' -e foo", "'(foo) \\w+'", "qqqq", "-q foo", "-q qqqq", "-S Foo", "-S foo",
        "foo $f two", "foo $f missing two", "foo two none.pat $f", "-C 1 bar $f two", "foo - <$f",
        "-v -m 2 foo", "foo <$f", "foo two - <$f", "--crlf 'foo$'", "--crlf -v 'foo$'",
        "-U 'foo\\s+\\w'", "-U -C 1 'bar\\n.'", "-U -v 'bar\\nabcabc|foo bar foo'",
        "-U '\\w+\\n\\w'", "-U foo",
        "-c foo", "-l foo", "--count-matches foo", "-0 foo", "'[\\x80-\\xff]+'",
        "'\\x00'",
        "-f several.pat", "'('", "foo missing # $f", "-a foo",
      ],
      ["-L foo": "--files-without-match foo"])
    + rows(.unicodeMessages, [], ["-u 'É|é'": "'É|é'", "-u -i 'привет'": "-i 'привет'"])
}

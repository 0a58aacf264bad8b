/// A question to `mmscan sum`, and the same question to the tool it stands in for.
struct SumRow: Sendable {
  /// Words of a shell command line.
  let words: String
  /// The command line of the tool.
  let tool: String
  /// Whether the text on stderr is compared, apart from the name of the program.
  var comparesErrors = false

  private static func gnu(_ words: String, _ tool: String) -> SumRow {
    SumRow(words: words, tool: tool, comparesErrors: true)
  }

  /// Every name of the corpus, with some that cannot be opened.
  private static let names =
    "plain empty large 'a b' $'new\\nline' 'back\\slash' $'tab\\tname' $'inv\\xff' $'cr\\rname' '*star' ' space' "
    + "'(paren) = x' é directory missing 'no such' 'a:b' ''"
  /// Names that tools without escapes print as they are.
  private static let simple = "plain empty large 'a b' $'tab\\tname' '*star' ' space' missing"

  // MARK: coreutils

  static let printing: [SumRow] =
    [
      ("", "sha256sum"), ("-a sha256", "sha256sum"), ("-asha256", "sha256sum"),
      ("--algorithm=sha256", "sha256sum"), ("-a SHA-256", "sha256sum"), ("-b", "sha256sum -b"),
      ("--binary", "sha256sum --binary"), ("-t", "sha256sum -t"), ("--text", "sha256sum --text"),
      ("--tag", "sha256sum --tag"), ("--zero", "sha256sum -z"), ("--zero -b", "sha256sum -z -b"),
      ("--zero --tag", "sha256sum -z --tag"), ("-a md5", "md5sum"), ("-a sha1", "sha1sum"),
      ("-a sha384", "sha384sum"), ("-a sha512", "sha512sum"), ("-a md5 --tag", "md5sum --tag"),
      ("-a sha512 --tag --zero", "sha512sum --tag -z"), ("-a sha1 -b", "sha1sum -b"),
      ("-a sha256 --tag", "cksum -a sha256"), ("-a sha384 --tag", "cksum -a sha384"),
      ("-a md5 --untagged", "cksum -a md5 --untagged"), ("-a sha224", "sha224sum"),
      ("-a sha224 --tag", "cksum -a sha224"), ("-a sm3 --tag", "cksum -a sm3"),
      ("-a sm3 --untagged", "cksum -a sm3 --untagged"), ("-a sm3 --tag --zero", "cksum -a sm3 -z"),
      ("-a blake2b", "b2sum"), ("-a blake2b --tag", "b2sum --tag"),
      ("-a BLAKE2b --tag", "cksum -a blake2b"), ("-a blake2b -l 256", "b2sum -l 256"),
      ("-a blake2b -l8", "b2sum -l8"), ("-a blake2b -l 504 --tag", "cksum -a blake2b -l 504"),
      ("-a blake2b-160 --tag", "b2sum -l 160 --tag"), ("-a blake2b -l 0 --zero", "b2sum -l 0 -z"),
      ("-a blake2b -l 512 -b", "b2sum -l 512 -b"), ("-a md5 -l 0 --tag", "cksum -a md5 -l 0"),
      ("-a bsd", "sum"), ("-a bsd", "sum -r"), ("-a sysv", "sum -s"), ("-a bsd", "cksum -a bsd"),
      ("-a sysv --untagged", "cksum -a sysv --untagged"), ("-a sysv --zero", "cksum -a sysv -z"),
      ("-a bsd --zero", "cksum -a bsd -z"), ("-j 1", "sha256sum"),
      ("-j 3 --io read", "sha256sum"), ("--window 2MiB --no-sparse", "sha256sum"),
    ].flatMap { words, tool in
      [gnu("\(words) \(names)", "\(tool) \(names)")]
    } + [
      gnu("<plain", "sha256sum <plain"), gnu("- <plain", "sha256sum - <plain"),
      gnu("plain - empty <large", "sha256sum plain - empty <large"),
      gnu("--tag <plain", "sha256sum --tag <plain"), gnu("-- plain", "sha256sum -- plain"),
      gnu("-a crc \(simple)", "cksum \(simple)"), gnu("-a crc <plain", "cksum <plain"),
      gnu("-a cksum - <plain", "cksum -a crc - <plain"),
      gnu("-a crc $'new\\nline'", "cksum $'new\\nline'"),
      gnu("-a bsd <large", "sum <large"), gnu("-a sysv <large", "sum -s <large"),
      gnu("-a bsd - <large", "sum - <large"),
      gnu("-a sysv - plain <large", "sum -s - plain <large"),
      gnu("-a blake2b -l 40 <plain", "b2sum -l 40 <plain"), gnu("-a bsd missing", "sum missing"),
      gnu("missing", "sha256sum missing"), gnu("directory", "sha256sum directory"),
      gnu("plain/x secret", "sha256sum plain/x secret"),
      gnu("--files-from names", "sha256sum plain empty 'a b'"),
      gnu("-0 --files-from names0", "sha256sum plain $'new\\nline'"),
    ]

  // MARK: b3sum, xxhsum, rhash

  static let others: [SumRow] =
    [
      ("-a blake3", "b3sum"), ("-a blake3 --tag", "b3sum --tag"), ("-a xxh64", "xxhsum"),
      ("-a xxh64", "xxhsum -H1"), ("-a xxh32", "xxhsum -H0"),
      ("-a xxh32 --tag", "xxhsum --tag -H0"), ("-a xxh128", "xxhsum -H2"),
      ("-a xxh64 --tag", "xxhsum --tag -H1"),
      ("-a xxh3 --tag", "xxhsum --tag -H3"), ("-a xxh128 --tag", "xxhsum --tag -H2"),
    ].filter { $0.1 != "b3sum --tag" }.map {
      SumRow(words: "\($0) \(simple)", tool: "\($1) \(simple)")
    } + [
      SumRow(
        words: "-a blake3 $'new\\nline' 'back\\slash'", tool: "b3sum $'new\\nline' 'back\\slash'"),
      SumRow(words: "-a blake3 <plain", tool: "b3sum <plain"),
      SumRow(words: "-a sha256 plain large", tool: "rhash --sha256 plain large"),
      SumRow(words: "-a sha224 plain large", tool: "rhash --sha224 plain large"),
      SumRow(words: "-a blake2b --tag plain large", tool: "rhash --bsd --blake2b plain large"),
      SumRow(words: "-a sha512 --tag plain large", tool: "rhash --bsd --sha512 plain large"),
      SumRow(words: "-a crc32 plain 'a b'", tool: "rhash --simple --crc32 plain 'a b'"),
      SumRow(words: "-a crc32c --tag plain large", tool: "rhash --bsd --crc32c plain large"),
      SumRow(
        words: "--format '%p %C\\n' plain 'a b'",
        tool: "rhash --sfv --crc32 plain 'a b' | grep -v '^;'"),
      SumRow(
        words: "--format '%p|%f|%s|%m|%H|%{sha-256}|%{SHA-512}|%Bm|%%\\t\\\\\\n' plain large",
        tool: "rhash -p '%p|%f|%s|%m|%H|%{sha-256}|%{SHA-512}|%Bm|%%\\t\\\\\\n' plain large"),
      SumRow(
        words: "-a md5 --blocks 1000 $PWD/plain $PWD/empty", tool: "md5deep -j0 -p 1000 plain empty"
      ),
      SumRow(words: "-a md5 --blocks 64KiB $PWD/large", tool: "md5deep -j0 -p 64k large"),
      SumRow(words: "-a sha256 --blocks 1MiB $PWD/large", tool: "sha256deep -j0 -p 1m large"),
      SumRow(words: "-a sha1 $PWD/plain $PWD/large", tool: "sha1deep -j0 plain large"),
    ]

  // MARK: Checking

  /// Lists that GNU has something to say about; `make` in ``SumCorpus`` writes them.
  private static let lists = [
    "good", "bad", "mixed", "gone", "onlygone", "tagged", "reversed", "crlf", "comments", "garbage",
    "nothing", "odd", "twice", "blocked", "upper", "short",
  ]
  private static let flags = [
    "", "-w", "--quiet", "--status", "--strict", "--ignore-missing", "--strict --quiet",
    "--ignore-missing --status", "--quiet --warn", "--warn --quiet",
  ]

  static let checking: [SumRow] =
    lists.flatMap { list in
      flags.map { gnu("-a sha256 -c \($0) \(list)", "sha256sum -c \($0) \(list)") }
    } + [
      gnu("-a sha256 --check good bad", "sha256sum --check good bad"),
      gnu("-a sha256 -c good missing bad", "sha256sum -c good missing bad"),
      gnu("-a sha256 -c directory", "sha256sum -c directory"),
      gnu("-a sha256 -c <mixed", "sha256sum -c <mixed"),
      gnu("-a sha256 -cw - <garbage", "sha256sum -cw - <garbage"),
      gnu("-a sha256 -c <dash", "sha256sum -c <dash"),
      gnu("-c md5s", "md5sum -c md5s"), gnu("-a md5 -c md5s", "md5sum -c md5s"),
      gnu("-a sha512 -c tagged512", "cksum -a sha512 -c tagged512"),
      gnu("-c tagged512", "cksum -c tagged512"), gnu("-c good", "sha256sum -c good"),
      gnu("-c algorithms", "cksum -c algorithms"),
      gnu("-a sha224 -c sha224s", "sha224sum -c sha224s"),
      gnu("-c sha224s", "sha224sum -c sha224s"),
      gnu("-a sm3 -c sm3s", "cksum -a sm3 -c sm3s"), gnu("-c modern", "cksum -c modern"),
      gnu("-c b2s", "b2sum -c b2s"), gnu("-a blake2b -c b2s", "cksum -a blake2b -c b2s"),
      gnu("-a blake2b -c -w b2lengths", "b2sum -c -w b2lengths"),
      gnu("-a blake2b -l 128 -c b2lengths", "b2sum -l 128 -c b2lengths"),
      gnu("-a blake2b-128 -c --quiet b2lengths", "cksum -a blake2b -c --quiet b2lengths"),
      SumRow(words: "-c b3s", tool: "b3sum -c b3s"),
      SumRow(words: "-c xxh64s", tool: "xxhsum -c xxh64s"),
      SumRow(words: "-c xxh3s", tool: "xxhsum -c xxh3s"),
      SumRow(words: "-c xxh128les", tool: "xxhsum -c xxh128les"),
    ]

  static let all = printing + others + checking
}

/// The files that rows are about.
enum SumCorpus {
  static let make = #"""
    set -e
    printf 'hello\n' >plain; : >empty; seq 1 400000 >large; printf 'a b' >'a b'; printf nl >$'new\nline'
    printf bs >'back\slash'; printf tab >$'tab\tname'; printf inv >$'inv\xff'; printf cr >$'cr\rname'
    printf star >'*star'; printf sp >' space'; printf p >'(paren) = x'; printf e >'é'; printf x >'x offset 0-5'
    mkdir directory; printf s >secret; chmod 0 secret
    printf 'plain\nempty\na b\n' >names; printf 'plain\0new\nline\0' >names0
    sha256sum plain empty large 'a b' $'new\nline' 'back\slash' $'tab\tname' $'inv\xff' $'cr\rname' '*star' ' space' é >good
    sha256sum plain | sed 's/plain/large/' >bad; sha256sum empty large >>bad
    { sha256sum plain; sha256sum plain | sed 's/plain/large/'; sha256sum large | sed 's/large/missing/'
      echo what; sha256sum 'a b' | sed 's/a b/directory/'; sha256sum empty | sed 's/empty/no such/'; } >mixed
    { sha256sum plain; sha256sum plain | sed 's/plain/gone/'; } >gone
    sha256sum plain | sed 's/plain/gone/' >onlygone
    sha256sum --tag plain large $'new\nline' 'back\slash' '(paren) = x' >tagged
    sha256sum plain large 'a b' ' space' | sed 's/  / /' >reversed
    sha256sum plain large | sed 's/$/\r/' >crlf
    { echo '# one'; sha256sum plain; echo; echo '#two'; printf '  '; sha256sum large; } >comments
    { echo one; sha256sum plain; md5sum plain; sha256sum plain | sed 's/  / /'; echo '; two'; printf 'plain 363A3020\n'
      sha256sum plain | sed 's/^/\\/;s/plain/pl\\ain/'; sha256sum plain | sed 's/^.//'; sha256sum --tag plain | sed 's/=/:/'
      cksum -a md5 plain; sha256sum --tag plain | tr -d ' '; printf ' \n'; } >garbage
    : >nothing
    { sha256sum $'new\nline' 'back\slash' | sed 's/^\\./\\0/'; sha256sum $'cr\rname' | sed 's/name/gone/'; } >odd
    { sha256sum plain plain; sha256sum plain | tr a-f A-F; sha256sum large plain; } | sed 's/PLAIN/plain/;s/ PLAiN/plain/' >twice
    sha256sum 'x offset 0-5' >blocked
    sha256sum plain large | sed 's/^[^ ]*/\U&/' >upper
    printf '%s' "$(sha256sum plain)" >short
    sha256sum plain | sed 's/plain/-/' >dash; sha256sum plain >>dash
    md5sum plain large 'a b' >md5s; cksum -a sha512 plain large >tagged512
    { cksum -a sha1 plain; cksum -a md5 large; cksum -a sha256 plain; cksum -a sha384 large; } >algorithms
    sha224sum plain large $'new\nline' missing >sha224s 2>&- || :; cksum -a sm3 --untagged plain 'back\slash' >sm3s
    b2sum plain large $'new\nline' 'back\slash' | sed '2s/large/empty/' >b2s
    { cksum -a sha224 plain; cksum -a sm3 $'new\nline' large; cksum -a blake2b plain; cksum -a blake2b -l 24 'back\slash'; } >modern
    { cat b2s; b2sum -l 128 plain large; b2sum -l 8 'a b'; b2sum --tag -l 128 plain; b2sum --tag $'new\nline'; md5sum plain
      b2sum --tag plain | sed 's/BLAKE2b/BLAKE2b-512/'; for to in 12 120 0 520; do b2sum --tag -l 128 plain | sed "s/-128/-$to/"; done
      b2sum --tag -l 128 plain | sed 's/-128//'; b2sum -l 128 plain | sed 's/^./g/'; } >b2lengths
    b3sum plain large 'a b' >b3s; xxhsum plain large >xxh64s 2>&-; xxhsum -H3 plain large >xxh3s 2>&-
    xxhsum -H2 --tag --little-endian plain large >xxh128les 2>&-
    """#
}

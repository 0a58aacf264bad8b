import Foundation
import SystemPackage
import TestSupport
import Testing

/// Every line of JSON is what `Documentation/mmscan-1.schema.json` says, and the schema says nothing else.
@Suite(
  .enabled(
    if: Program.succeeds("python3 -c 'from jsonschema import Draft202012Validator'"),
    "needs jsonschema for Python"))
struct JSONSchemaTests {
  @Test func everyLineIsOfOneKind() throws {
    let judgement = try JSONSchemaTests.judgement.get()
    #expect(judgement.silent.isEmpty)
    #expect(judgement.refused.isEmpty)
  }

  @Test func everyKeyIsMetByALine() throws {
    var unmet = Set(try JSONSchemaTests.judgement.get().unmet)
    unmet.subtract([
      // The system takes no name that is so long.
      "watch.path_clipped",
      // What counts and carving say of themselves after a second; and a limit in the way of carving.
      "finding.counts.count", "finding.counts.magic_number_count", "carved.not_decoded",
    ])
    if !FaultyFile.isPossible { unmet = unmet.filter { !$0.contains("unreadable") } }
    #expect(unmet.sorted() == [])
  }

  @Test func aStrangeLineIsRefused() throws {
    let judgement = try JSONSchemaTests.judgement.get()
    #expect(judgement.accepted.isEmpty)
    #expect(judgement.trialCount > 250)
  }

  struct Judgement: Decodable {
    /// Commands that printed nothing.
    var silent: [String]
    /// Lines that are of no kind, or of several, and why.
    var refused: [String]
    /// Definitions and keys that no line has.
    var unmet: [String]
    /// What was done to lines that were taken all the same, of so many.
    var accepted: [String]
    var trialCount: Int
  }

  /// What one Python says of all lines, since it takes longer to start than to judge.
  static let judgement = Result { () throws -> Judgement in
    let lines = try run(commands)
    let python = try Program.shell(
      "exec python3 -W ignore -c \"$1\" \"$2\"",
      [judge, "\(packageRoot)/Documentation/mmscan-1.schema.json"],
      input: Array(JSONEncoder().encode(lines)))
    guard python.status == 0 else { throw Failure(description: python.errorText) }
    return try JSONDecoder().decode(Judgement.self, from: Data(python.output))
  }

  struct Failure: Error, CustomStringConvertible { var description: String }

  /// Runs commands in one directory, one after the other.
  ///
  /// - Returns: Each command with the objects that it printed, on stdout and on stderr.
  static func run(_ commands: [String]) throws -> [[String]] {
    let directory = try TemporaryDirectory()
    let program = try Program.shell(
      """
      \(files)
      \(held)
      for command; do
        printf '#\\0'; eval "$command" 2>errors; grep '^{' errors; printf '\\0'
      done
      """, commands, in: directory.path.string,
      environment: [
        "PATH": "\(productDirectory):\(ProcessInfo.processInfo.environment["PATH"] ?? "/bin")",
        "PACKAGE": packageRoot, "XDG_RUNTIME_DIR": directory.path.string,
      ])
    let printed = program.text.split(separator: "#\0").map { $0.dropLast() }
    guard printed.count == commands.count else { throw Failure(description: program.errorText) }
    return zip(commands, printed).map { command, text in
      [command] + text.split(separator: "\n").map(String.init)
    }
  }

  static let files = #"""
    set +o history
    printf 'one\ntwo\nthree\n' >text; : >empty; printf 'nul \0, no UTF-8 \xff\r\nCR\rlast' >odd
    cp text $'na\xffme'; cp text $'new\nline'; truncate -s 3M sparse; echo end >>sparse
    seq 100000 >numbers; ln -s "$PACKAGE/SampleData" data
    { head -c 70000 /dev/zero | tr '\0' a; printf 'b\n'; } >long
    good=data/multi-frame.zst damaged=data/damaged.zst
    # One with a dictionary that nobody has, one that declares nothing and has a frame in its raw block.
    printf '\x28\xb5\x2f\xfd\x01\x38\x07\x01\x00\x00' >dictionary.zst
    printf '\x28\xb5\x2f\xfd\x00\x38\x49\x00\x00\x28\xb5\x2f\xfd\x00\x38\x01\x00\x00' >nested.zst
    # As pzstd writes it; and one whose seek table is wrong about a frame.
    { printf '\x50\x2a\x4d\x18\x04\x00\x00\x00\x12\x00\x00\x00'; cat nested.zst; } >pzstd.zst
    cp $good liar.zst; printf x | dd of=liar.zst bs=1 seek=151742 conv=notrunc status=none
    # A skippable frame that ends inside another frame, which only one of them can be right about.
    { printf '\x50\x2a\x4d\x18\x0e\x00\x00\x00'; cat $good; } >overlap.zst
    printf '\x28\xb5\x2f\xfd\x00\x38\x01\x00\x00%.0s' {1..5000} >many.zst
    # Stops a command that waits for what more comes of a pipe, or for somebody to read what it prints.
    starved() {
      mkfifo pipe; env --default-signal=INT mmscan "$@" pipe & scan=$!
      exec 3>pipe; cat $good >&3; sleep 0.5; kill -INT $scan; wait $scan; exec 3>&-; rm pipe
    }
    stuffed() {
      mkfifo pipe; env --default-signal=INT mmscan "$@" many.zst >pipe & scan=$!
      exec 3<pipe; sleep 0.5; kill -INT $scan; cat <&3; wait $scan; exec 3<&-; rm pipe
    }
    mmscan sum -a md5,sha256 text odd >sums; mmscan sum --blocks 64KiB numbers >blocks; cp numbers other
    printf x | dd of=other bs=1 seek=70000 conv=notrunc status=none; echo more >>other
    """#

  static let commands: [String] =
    [
      // What was asked of files, and what they are.
      "mmscan --json text odd empty $'na\\xffme' $'new\\nline' sparse data/server.log",
      "mmscan --json --lines - <text",
      "mmscan --json --sum crc32,crc32c,crc64,xxh64,xxh3,xxh128,md5,sha1,sha256,sha384,sha512,blake3,xxh32,cksum,sysv,bsd,sha224,sm3,blake2b,blake2b-160 odd",
      "mmscan --json --find one -F --find $'\\xff' --find nothing --show 2 text odd",
      "mmscan --json --find '(?s)a{9}.*b' --find 'a+b' long; mmscan --json -F --find absent empty",
      "{ printf x; head -c 9M /dev/zero; } | mmscan --json --find 'x.*' --show 0 -",
      "mmscan --json --frames --stats $good $damaged pzstd.zst dictionary.zst text empty",
      "mmscan --json --stats --find 't[wh]' --find e text - <odd",
      "mmscan --json -z --lines --sum sha256 --file-sum xxh3 --find NEEDLE $good text",
      "mmscan --json -z --content-range 100-200 --lines $good; mmscan --json -z --lines $damaged",
      "mmscan --json --offset 4 --length 4 --sum md5 text; mmscan --json --last 1KiB --find 9 numbers",
      "mmscan --json --words --chars --longest --health odd text empty; mmscan --json -z --words --health $good",
      "mmscan --json text missing . 2>/dev/null",
      // Progress stands on the other stream.
      "mmscan --progress json --lines numbers - <numbers >/dev/null",
      // Other commands with the same objects.
      "mmscan copy --json --verify --find 77 --sum md5 numbers copy; mmscan copy --json sparse holes",
      "mmscan copy --json missing copy; mmscan copy --json text /dev/full/x",
      "mmscan sum --json text odd empty missing; mmscan sum --json --stats -a md5,blake3 - <text",
      "mmscan sum --json --blocks 64KiB -a xxh128,sha1 numbers empty",
      "mmscan sum --json --check sums; sed s/text/odd/ sums | mmscan sum --json --check -",
      "mmscan sum --json --check blocks; sed s/numbers/other/ blocks | mmscan sum --json --check -",
      "mmscan count --json text odd empty $'na\\xffme' missing .; mmscan count --json -lwmcL --health text odd empty",
      "mmscan count --json -c text; mmscan count --json --stats -z $good; mmscan count --json --offset 4 -l - text <text",
      "mmscan report --json --find E --find I data/server.log; mmscan report --json sparse",
      "mmscan report --json --frames $good; mmscan report --json empty; mmscan report --json missing",
      "mmscan count --json --offset 4 -lw text odd; mmscan sum --json --blocks 64KiB --offset 100 numbers",
      "mmscan report --json --offset 8192 numbers; mmscan report --json -z --find NEEDLE --content-range 2000-9000 $good",
      "mmscan copy --json --offset 5 --length 100 --verify numbers piece",
      "mmscan report --json -o page.html text; mmscan report --json -o /no/place.html text",
      // Lines.
      "mmscan find --json e text odd $'na\\xffme' empty missing; mmscan find --json nothing text",
      "mmscan find --json -C1 --pattern two=wo --hex 'ff' text odd; mmscan find --json -v e text",
      "mmscan find --json -U 'o[^x]*t' text; mmscan find --json -m1 o - <text",
      "mmscan find --json b long; mmscan find --json '.*' long; mmscan find --json -z NEEDLE $good",
      // Frames.
      "mmscan frames --json $good $damaged pzstd.zst dictionary.zst text empty missing; mmscan frames --json - <text",
      "mmscan frames --json --decode $good $damaged dictionary.zst nested.zst",
      "mmscan frames --json --summary $good $damaged dictionary.zst text; cat $good | mmscan frames --json --summary -",
      "mmscan frames --json --verify $good $damaged pzstd.zst liar.zst dictionary.zst nested.zst text empty",
      "mmscan frames --json --carve --stats data/firmware.bin $good $damaged text empty; cat $good | mmscan frames --json --carve -",
      "for mode in '' --verify --summary --carve; do mmscan frames --json $mode --offset 44982 many.zst; done",
      "for mode in '' --decode --verify --summary; do starved frames --json $mode; done; starved --json --lines --offset 9; stuffed frames --json --carve",
      "mmscan frames --json --carve --extract frames nested.zst; mmscan frames --json --carve dictionary.zst overlap.zst pzstd.zst",
      // Files that change, and commands that are stopped.
      "start --json --lines --sum sha512 --allow-growth big; echo >>big; finish",
      "mmscan --json - <&-; mmscan find --json x - <&-",
      """
      size=1G; start --json --no-sparse --lines --frames --sum sha512 big 2>said; kill -CONT $scan
      until_said ' [1-9][0-9]*%.* lines' said
      kill -INT $scan; wait $scan; cat out
      """,
      // A scan that others look at: so many patterns that not all can be told, and a long one.
      """
      mkfifo pipe; mmscan --json --lines --find $(printf 'y%.0s' {1..300}) $(printf -- '--find x%s ' {1..70}) pipe >/dev/null & scan=$!
      exec 3>pipe; cat numbers >&3
      until mmscan watch --json 3>&- || ! kill -0 $scan; do sleep 0.05; done
      mmscan watch --json $scan 3>&- & watch=$!
      sleep 0.3; exec 3>&-; wait $watch $scan; rm pipe
      """,
    ] + (FaultyFile.isPossible ? faults : [])

  /// Of files that only a file system of their own can have.
  static let faults: [String] = [
    ("--eio 8192-12288", "--skip-errors --lines --sum sha256 --frames"),
    ("--eio 8192-12288", "find --skip-errors -x 200000"), ("--eio 8192-12288", "frames"),
    ("--at 900000 --rewrite --direct", "--sum sha256"),
    ("--at 900000 --grow 5", "frames --carve"), ("--at 900000 --cut 800000", "frames --verify"),
    ("--at 900000 --cut 800000", "frames --summary"),
  ].map { fault, command in
    "seq 200000 >content; $PACKAGE/Scripts/faulty_file.py --content content \(fault) -- mmscan \(command) --json file"
  }

  /// Reads commands with their lines, and judges.
  static let judge = #"""
    import json, sys
    from jsonschema import Draft202012Validator, validators
    from jsonschema.exceptions import best_match

    schema = json.load(open(sys.argv[1]))
    Draft202012Validator.check_schema(schema)
    seen = set()

    def meeting(keyword, names):
        """A keyword that takes note of what it takes."""
        original = Draft202012Validator.VALIDATORS[keyword]
        def check(validator, value, instance, part):
            errors = list(original(validator, value, instance, part))
            if not errors:
                seen.update(names(value, instance, part))
            return errors
        return check

    noting = validators.extend(Draft202012Validator, {
        "$ref": meeting("$ref", lambda value, instance, part: [value.rsplit("/", 1)[1]]),
        "properties": meeting("properties", lambda value, instance, part:
            [(id(part), key) for key in instance if key in value] if isinstance(instance, dict) else []),
    })(schema)
    root = Draft202012Validator(schema)

    def keys(part, name):
        """Every key that a part of the schema describes, and what it is called."""
        for key, value in part.get("properties", {}).items():
            if value is not False:
                yield (id(part), key), f"{name}.{key}"
                yield from keys(value, f"{name}.{key}")
        for each in part.get("oneOf", []):
            yield from keys(each, name)

    def objects(value, path=""):
        """Every object in a value, and where it is."""
        if isinstance(value, dict):
            yield path, value
            for key, each in value.items():
                yield from objects(each, f"{path}.{key}")
        elif isinstance(value, list):
            for each in value:
                yield from objects(each, path + "[]")

    def shape(value):
        """A value with its numbers rounded: lists of frames are a thousand times the same."""
        if isinstance(value, dict):
            return {key: shape(each) for key, each in value.items()}
        if isinstance(value, list):
            return [shape(each) for each in value]
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return f"{type(value).__name__} {value < 0} {int(abs(value)).bit_length() // 16} {value == 0}"
        return value

    silent, refused, met, begun, accepted, tried, shapes = [], [], set(), set(), [], set(), set()

    def trial(kind, what, value):
        tried.add((kind, what))
        if root.is_valid(value):
            accepted.append(f"{kind}: {what}: {json.dumps(value)[:500]}")

    for command, *lines in json.load(sys.stdin):
        if not lines:
            silent.append(command)
        for line in lines:
            value = json.loads(line)
            if (outline := json.dumps(shape(value), sort_keys=True)) in shapes:
                continue
            shapes.add(outline)
            error = best_match(root.iter_errors(value))
            if error:
                refused.append(f"{command}: {line[:500]}: {'/'.join(map(str, error.path))}: {error.message[:500]}")
                continue
            for kind in schema["oneOf"]:
                name = kind["$ref"].rsplit("/", 1)[1]
                if not value.keys() >= set(schema["$defs"][name].get("required", [])):
                    continue
                seen.clear()
                if list(noting.evolve(schema=kind).iter_errors(value)):
                    continue
                met |= seen
                if name not in begun:
                    begun.add(name)
                    for key in schema["$defs"][name].get("required", []):
                        trial(name, f"without {key}", {other: value[other] for other in value if other != key})
                        trial(name, f"{key} is a list of numbers", {**value, key: [-1]})
                for place, thing in list(objects(value)):
                    if (name, place) not in tried:
                        thing["made_up"] = 1
                        trial(name, place, value)
                        del thing["made_up"]
                    if isinstance(thing.get("hex"), str) and (name, "hex") not in tried:
                        thing["hex"] += "0"
                        trial(name, "hex", value)
                        thing["hex"] = thing["hex"][:-1]

    wanted = dict(
        pair for name, part in schema["$defs"].items() for pair in [(name, name), *keys(part, name)])
    json.dump(dict(
        silent=silent, refused=refused, unmet=sorted(wanted[key] for key in wanted.keys() - met),
        accepted=accepted, trialCount=len(tried)), sys.stdout)
    """#
}

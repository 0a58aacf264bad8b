"""The rows of Scripts/bench: what is asked, of which tools, and how much faster mmscan is wanted to be."""

import shlex
from dataclasses import dataclass, field
from typing import Callable, List, Optional, Tuple

COLD = "dd if=@FILE iflag=nocache count=0 status=none"


@dataclass
class Case:
    """One row. In commands @mmscan stands for the program that is measured."""

    subject: str
    name: str
    # What mmscan is run as, and what it is compared with.
    command: str
    peers: List[Tuple[str, str]]
    # How many times faster than the best peer.
    target: Optional[float] = None
    # How much of the speed of the plainest loop, and on how many threads that runs (all if none).
    limit: Optional[Tuple[float, Optional[int]]] = None
    # Commands that must print the same, mmscan's first.
    answers: List[Tuple[str, str]] = field(default_factory=list)
    inputs: List[str] = field(default_factory=lambda: ["log"])
    tools: List[str] = field(default_factory=list)
    cold: bool = False
    prepare: Optional[str] = None
    # Where output goes: grep and rg stop at the first match when it is thrown away.
    output: str = "pipe"
    # A time in seconds to be compared with, by the size of the log.
    seconds: Optional[Callable[[int], float]] = None
    factor: Optional[float] = None


def shell(command):
    return "bash -c " + shlex.quote(command)


def asked(options, pick):
    """What mmscan answers, picked out of its JSON by an expression."""
    picked = f"import json,sys; o=json.load(sys.stdin); c={{s['algorithm']: s['hex'] for s in o.get('checksums', [])}}; print({pick})"
    return f"@mmscan --json --show 0 {options} log | python3 -c {shlex.quote(picked)}"


NEWLINES = "o['lines']['newlines']"
MATCHES = "o['patterns'][0]['matching_lines']"


def scan_cases():
    def one(name, options, pick, peers, target, limit=None, check=None, tools=()):
        tool, command = peers[0]
        return Case(
            "scan", name, f"@mmscan {options} log", peers, target, limit,
            [("mmscan", asked(options, pick)), (tool, check)], tools=list(tools))

    wc, rg = "wc -l log", "rg -c NEEDLE log"
    yield one("lines", "--lines", NEWLINES, [("wc -l", wc)], 4.0, (0.9, None), "wc -l <log")
    crc32 = "python3 -c \"import zlib;c=0\nfor b in iter(lambda f=open('log','rb'): f.read(1<<20), b''): c=zlib.crc32(b,c)\nprint(f'{c:08x}')\""
    yield one("crc32", "--sum crc32", "c['crc32']", [("cksum", "cksum log")], 4.0, (0.8, None), crc32)
    yield one(
        "crc32c", "--sum crc32c", "c['crc32c']", [("rhash --crc32c", "rhash --crc32c --simple log")], 5.0, (0.8, None),
        "rhash --crc32c --simple log | cut -d ' ' -f 1", ["rhash"])
    yield one(
        "xxh3", "--sum xxh3", "c['xxh3']", [("xxhsum -H3", "xxhsum -q -H3 log")], 1.9, (0.9, 1),
        "xxhsum -q -H3 log | grep -o '[0-9a-f]\\{16\\}'", ["xxhsum"])
    yield one(
        "sha256", "--sum sha256", "c['sha256']", [("openssl", "openssl dgst -sha256 log")], 1.0, None,
        "openssl dgst -sha256 -r log | cut -c -64", ["openssl"])
    yield one(
        "blake3", "--sum blake3", "c['blake3']", [("b3sum", "b3sum log")], 1.2, None, "b3sum --no-names log", ["b3sum"])
    for name, tool, target in [
        ("blake2b", "b2sum", 0.9), ("sha224", "sha224sum", 1.0), ("sm3", "cksum -a sm3 --untagged", 0.9), ("bsd", "sum -r", 1.0),
        ("sysv", "sum -s", 1.0),
    ]:
        # sum tells in decimal digits.
        hex = f"printf '%04x\\n' $(({tool} <log) | sed 's/^0*//; s/ .*//')" if tool.startswith("sum") else f"{tool} log | cut -d ' ' -f 1"
        yield one(name, f"--sum {name}", f"c['{name}']", [(tool.split(" --")[0], f"{tool} log")], target, None, hex)
    yield one("rare literal", "--find NEEDLE", MATCHES, [("rg -c", rg)], 1.9, (0.85, None), rg, ["rg"])

    turn = "; ".join
    trees = [wc, "rhash --crc32c --simple log", "b3sum log", rg]
    fans = "cat log | tee >(wc -l) >(rhash --crc32c --simple -) >(rg -c NEEDLE) | b3sum"
    options = "--lines --sum crc32c,blake3 --find NEEDLE"
    check = [
        ("mmscan", asked(options, f"{NEWLINES}, c['crc32c'], c['blake3'], {MATCHES}")),
        ("the tools", "echo $(wc -l <log; rhash --crc32c --simple log | cut -d ' ' -f 1; b3sum --no-names log; rg -c NEEDLE log)")]
    needs = ["rhash", "b3sum", "rg"]
    yield Case("scan", "lines + crc32c + blake3 + literal", f"@mmscan {options} log", [("in turn", shell(turn(trees)))], 4.0,
               answers=check, tools=needs)
    yield Case("scan", "the same through tee", f"@mmscan {options} log", [("tee >(...)", shell(fans))], 3.0, answers=check, tools=needs)
    options = "--lines --sum crc32,xxh3 --find NEEDLE"
    yield Case("scan", "lines + crc32 + xxh3 + literal", f"@mmscan {options} log",
               [("in turn", shell(turn([wc, "cksum log", "xxhsum -q -H3 log", rg])))], 5.0, tools=["xxhsum", "rg"])
    yield Case("scan", "lines + sha256 + xxh3 + literal", "@mmscan --lines --sum sha256,xxh3 --find NEEDLE log",
               [("sha256 alone", "@mmscan --sum sha256 log")], 0.9)
    yield Case("scan", "sha256 + md5 + xxh3 + lines", "@mmscan --lines --sum sha256,md5,xxh3 log",
               [("md5 alone", "@mmscan --sum md5 log")], 0.9)
    yield Case("scan", "lines of 1 TiB with holes", "@mmscan --lines sparse", [("dense", "@mmscan --lines log")], 0.9,
               inputs=["log", "sparse"], answers=[("mmscan", "@mmscan --lines sparse | grep -o 'lines .*[0-9]' | grep -o '^lines *[0-9]*'"),
                                                  ("dense", "@mmscan --lines log | grep -o 'lines .*[0-9]' | grep -o '^lines *[0-9]*'")])
    yield Case("scan", "start: lines of 1 KiB", "@mmscan --lines tiny", [], 1.0, inputs=["tiny"], seconds=lambda size: 0.006)
    for pattern in ["[0-9]{4}-[0-9]{2}", "[a-z]+ing-[0-9]{3}", "ERROR.*timeout"]:
        yield Case("scan", f"regex {pattern}", f"@mmscan --find '{pattern}' log", [("rg -c", f"rg -c -e '{pattern}' log")], None, tools=["rg"],
                   answers=[("mmscan", asked(f"--find '{pattern}'", MATCHES)), ("rg", f"rg -c -e '{pattern}' log")])


def cold_cases():
    for name, options in [
        ("lines", "--lines"), ("crc32", "--sum crc32"), ("blake3", "--sum blake3"), ("literal", "--find NEEDLE"),
        ("lines + crc32 + xxh3 + literal", "--lines --sum crc32,xxh3 --find NEEDLE"),
    ]:
        yield Case("cold", f"cold: {name}", f"@mmscan {options} log", [("dd bs=8M", "dd if=log of=/dev/null bs=8M status=none")], 0.95,
                   cold=True, prepare=COLD.replace("@FILE", "log"))


def many_cases():
    for name, files, made in [("small", "files", "files"), ("large", "large", "large-files")]:
        listed = f"find {files} -type f -print0 | xargs -0 -P2 -n 500"
        for question, options, tool, needs in [
            ("lines", "--lines", "wc -l", []), ("xxh3", "--sum xxh3", "xxhsum -q -H3", ["xxhsum"]), ("literal", "", "rg -c NEEDLE", ["rg"]),
        ]:
            ours = f"find {files} -type f -print0 | xargs -0 @mmscan {options}"
            if not options:
                ours = f"find {files} -type f >names; @mmscan find -c --files-from names NEEDLE"
            yield Case("many", f"many {name} files: {question}", shell(ours + " >answer"), [(f"xargs -P2 {tool}", shell(f"{listed} {tool} >theirs"))], 1.0,
                       inputs=["log", made], tools=needs)


def find_cases():
    def one(name, target, arguments, output="pipe", inputs=("log",)):
        ours, theirs = f"@mmscan find {arguments} log", f"rg {arguments} log"
        return Case("find", name, ours, [("rg", theirs)], target, answers=[("mmscan", ours + " | cksum"), ("rg", theirs + " | cksum")],
                    tools=["rg"], output=output, inputs=list(inputs))

    yield one("rare literal", 1.8, "-c NEEDLE")
    yield one("rare literal, any case", 2.0, "-c -i needle")
    yield one("three literals", 4.0, "-c -e NEEDLE -e zzqqy -e foobarbaz")
    yield one("regex [0-9]{4}-[0-9]{2}", 10.0, "-c -e '[0-9]{4}-[0-9]{2}'")
    yield one("regex [a-z]+ing-[0-9]{3}", 1.5, "-c -e '[a-z]+ing-[0-9]{3}'")
    yield one("1000 literals", 3.0, "-c -F -f words", inputs=["log", "words"])
    yield one("literal on every line, printed", 1.0, "-a :", output="./printed")
    yield one("the same with numbers of lines", None, "-a -n :", output="./printed")


def count_cases():
    for locale in ["C", "C.UTF-8"]:
        for name, target, flags in [("lines, words, bytes", 15.0, ""), ("characters", 15.0, "-m"), ("longest line", 15.0, "-L")]:
            ours, theirs = [shell(f"LC_ALL={locale} {program} {flags} log") for program in ["@mmscan count", "wc"]]
            # In the C locale wc has nothing to read for it.
            if locale == "C" and flags == "-m":
                continue
            yield Case("count", f"{name} ({locale})", ours, [("wc", theirs)], target, answers=[("mmscan", ours), ("wc", theirs)])


def frame_cases():
    def one(name, target, peer, theirs, ours, **how):
        return Case("frames", name, ours, [(peer, theirs)], target, inputs=["log", "archives"], **how)

    needs = ["zstd", "pzstd"]
    for name, target, peer, file in [
        ("verify, many frames", 1.8, "zstd -t", "several"), ("verify, many frames (pzstd)", 1.0, "pzstd -t", "several"),
        ("verify, one frame", 1.0, "zstd -t", "single"),
    ]:
        yield one(name, target, peer, f"{peer.replace('-t', '-qt')} {file}.zst", f"@mmscan frames --verify {file}.zst", tools=needs,
                  answers=[("mmscan", f"@mmscan frames --verify {file}.zst >verdict && echo sound"), (peer, f"{peer.replace('-t', '-qt')} {file}.zst && echo sound")])
    for name, target, file in [("many frames", 1.8, "several"), ("one frame", 1.0, "single")]:
        theirs, ours = f"zstd -dcq {file}.zst | rg -c NEEDLE", f"@mmscan find -z -c NEEDLE {file}.zst"
        yield one(f"literal in content, {name}", target, "zstd -dc | rg", shell(theirs), ours, tools=needs + ["rg"],
                  answers=[("mmscan", ours), ("rg", theirs)])
    yield one("sha256 of content and of the file", None, "sha256sum, twice", shell("zstd -dcq several.zst | sha256sum; sha256sum several.zst"),
              "@mmscan -z --sum sha256 --file-sum sha256 several.zst", tools=needs,
              answers=[("mmscan", "@mmscan -z --sum sha256 --file-sum sha256 several.zst | grep sha256 | sort -r | grep -o '[0-9a-f]*$'"),
                       ("sha256sum", "(zstd -dcq several.zst | sha256sum; sha256sum several.zst) | cut -c -64")])
    for name, target, file, cold in [
        ("list", 1.0, "several", False), ("list, cold", 1.0, "single", True), ("list, cold, by a seek table", 10.0, "table", True),
    ]:
        yield one(name, target, "zstd -l", f"zstd -l {file}.zst", f"@mmscan frames --summary {file}.zst", tools=needs, cold=cold,
                  prepare=COLD.replace("@FILE", f"{file}.zst") if cold else None,
                  answers=[("mmscan", f"@mmscan frames --summary {file}.zst"), ("zstd", f"zstd -l {file}.zst")])
    # No other tool carves like this: what is wanted is 3 GB/s.
    yield Case("frames", "carve, nothing to find", "@mmscan frames --carve log", [], 1.0,
               seconds=lambda size: size / 3e9)


def copy_cases():
    ready = "rm -f copy"
    for name, target, options, peer, theirs in [
        ("copy", 0.95, "", "cp", "cp log copy"), ("copy --write view", None, "--write view", "cp", "cp log copy"),
        ("copy --write map", None, "--write map", "cp", "cp log copy"),
        ("copy + sha256", 0.91, "--sum sha256", "sha256 alone", "@mmscan --sum sha256 log"),
    ]:
        yield Case("copy", name, f"@mmscan copy {options} log copy", [(peer, theirs)], target, prepare="bash -c 'rm -f copy; sync .'",
                   answers=[("mmscan", f"{ready}; @mmscan copy {options} log copy >said && cmp log copy && echo same"), ("cmp", "rm -f copy; echo same")])


def growth_cases():
    for name, options in [("lines", "--lines"), ("blake3", "--sum blake3"), ("literal", "--find NEEDLE")]:
        yield Case("growth", f"16 times as much: {name}", f"@mmscan {options} log", [("a 16th", f"@mmscan {options} small-log")], 0.9,
                   inputs=["log", "small-log"], factor=16)


def cases():
    """All rows."""
    for group in [scan_cases, cold_cases, many_cases, count_cases, find_cases, frame_cases, copy_cases, growth_cases]:
        yield from group()

"""What Scripts/check-failures runs, on which files, and with which errnos it makes system calls fail."""

import os
import pathlib
import re

# What each call fails with. A call that is not here is not touched: nobody looks at the answer of most others, and
# brk has a return value of its own for failing, which strace does not know.
ERRNOS = {name: errnos.split() for names, errnos in {
    "open openat": "EMFILE EACCES EINTR",
    "stat lstat fstat newfstatat statx": "EIO ENOMEM",
    "statfs fstatfs": "EIO EINTR",
    "mmap": "ENOMEM EAGAIN",
    "munmap": "ENOMEM EINVAL",
    "mprotect mremap": "ENOMEM EACCES",
    "madvise": "EAGAIN EINVAL",
    "cachestat": "EPERM ENOSYS",
    "read readv pread64 preadv preadv2": "EIO EINTR",
    "write writev pwrite64 pwritev": "ENOSPC EIO EINTR",
    "copy_file_range sendfile splice": "EIO EXDEV",
    "lseek": "EIO EINVAL",
    "ftruncate": "EIO ENOSPC EINTR",
    "fallocate": "EIO ENOSPC EINTR EOPNOTSUPP",
    "fsync fdatasync sync_file_range": "EIO ENOSPC",
    "msync mincore fadvise64 ioctl getcwd readlink readlinkat getdents64": "EIO ENOMEM",
    "rename renameat renameat2 link linkat": "EIO EXDEV",
    "unlink unlinkat mkdir mkdirat": "EIO EACCES",
    "access faccessat faccessat2 fchmod fchmodat utimensat": "EIO EPERM",
    "flock fcntl dup dup2 dup3": "EIO EMFILE",
    "poll ppoll": "ENOMEM EINTR",
    "memfd_create": "EMFILE ENOMEM",
    "clone clone3": "EAGAIN ENOMEM",
    "close": "EIO",
}.items() for name in names.split()}

QUESTIONS = "--lines --sum crc32,xxh3,sha256,blake3 --find NEEDLE --show 3"
# What is run, as in a shell; "place" holds a file "old" before each run, and what is written goes there.
PATHS = [
    "small.log",
    "empty",
    "place",
    "one absent two",
    "one two three four five",
    "multi.zst",
    "damaged.zst",
    f"scan --json {QUESTIONS} small.log",
    f"scan --json --no-mmap {QUESTIONS} small.log",
    f"scan --json -j 2 --window 2MiB {QUESTIONS} big.log",
    f"scan -j 2 --no-mmap --window 2MiB {QUESTIONS} big.log",
    "scan --lanes separate --drop-cache --lines --sum xxh3,md5 big.log",
    f"scan --stats --json {QUESTIONS} small.log",
    "scan --json --skip-errors --lines --sum xxh3 --window 2MiB big.log",
    f"scan --json {QUESTIONS} sparse",
    "scan --no-mmap --lines --sum blake3 sparse",
    "scan --lines --sum crc32 --max-bytes 1MiB big.log",
    f"scan --json {QUESTIONS} - < small.log",
    f"cat small.log | scan --json {QUESTIONS} -",
    "scan --lines small.log | cat",
    "find NEEDLE small.log",
    "find -n -C2 -j 2 --window 2MiB timeout big.log",
    "find -c timeout one two big.log",
    "find -l NEEDLE one small.log two",
    "find -o ERROR small.log | cat",
    "find --json NEEDLE small.log",
    "find --no-mmap -b 'coupon \\w+' big.log",
    "find -m5 ERROR - < big.log",
    "cat big.log | find -c ERROR",
    "find -c NEEDLE sparse",
    "find --files-from names -c ERROR",
    "find --hex '28 B5 2F FD' multi.zst",
    "find -f patterns -c small.log",
    "find -z -n NEEDLE multi.zst",
    "find -z -c ERROR two.zst",
    "cat multi.zst | find -z -c ERROR",
    "scan -z --json --lines --sum crc32 --file-sum crc32 multi.zst",
    "scan -z --no-mmap --lines --sum sha256 two.zst",
    "scan -z --lines --content-range 200000-300000 multi.zst",
    "frames multi.zst",
    "frames --json --no-mmap multi.zst",
    "frames --summary multi.zst",
    "frames --verify -j 2 multi.zst",
    "frames --verify --no-mmap damaged.zst",
    "frames --verify - < multi.zst",
    "cat multi.zst | frames --verify -",
    "frames --cat 2..3 multi.zst",
    "frames --carve firmware.bin",
    "frames --carve --json --no-mmap firmware.bin",
    "frames --carve --extract place firmware.bin",
    "copy small.log place/new",
    "copy --sum sha256 --lines small.log place",
    "copy --sum xxh3 --json small.log place/old",
    "copy --verify --preserve --durable --sum crc32 big.log place/new",
    "copy --preserve --verify --durable small.log place/old",
    "copy --write map --sum crc32 small.log place/new",
    "copy --write view -j 2 --window 2MiB --sum crc32 big.log place/new",
    "copy --no-mmap --sum crc32 small.log place/new",
    "copy sparse place/new",
    "copy --sum crc32 --verify sparse place/old",
    "copy empty place/new",
    "copy --drop-cache --durable big.log place/old",
]

# What lies in "place" before each run.
OLD = "place/old"
OLD_CONTENT = b"what was there\n"


def make_inputs(where):
    """Fills a directory with the files of PATHS; their times are fixed, so that copies of them can be compared."""
    samples = pathlib.Path(__file__).resolve().parent.parent / "SampleData"
    log, archive = (samples / "server.log").read_bytes(), (samples / "multi-frame.zst").read_bytes()
    files = {
        "empty": b"", "small.log": log * 2, "big.log": log * 12,
        "multi.zst": archive, "two.zst": archive[48:81077],  # the second has two of its frames, and no seek table
        "damaged.zst": (samples / "damaged.zst").read_bytes(),
        "firmware.bin": (samples / "firmware.bin").read_bytes(),
        "names": b"one\ntwo\nsmall.log\n", "patterns": b"ERROR\nNEEDLE\n"}
    for index, name in enumerate(["one", "two", "three", "four", "five"]):
        files[name] = log[index * 5000:index * 5000 + 9999]
    for name, content in files.items():
        (where / name).write_bytes(content)
    with open(where / "sparse", "wb") as file:
        for offset in (1 << 20, 5 << 20, 13 << 20):
            file.seek(offset)
            file.write(log[:100000] + b"a NEEDLE\n")
        file.truncate(16 << 20)
    for file in where.iterdir():
        os.utime(file, (1, 1))


def without_times(text):
    """An answer without what may be different each time: times, and what of a copy was written and not a hole."""
    text = re.sub(r'"(elapsed|elapsed_total)":\{[^}]*\}|"stats":\{"seconds.*', "", text)
    text = re.sub(r'"(seconds|gigabytes_per_second|hole_byte_count|written_byte_count)":[\d.]+', "", text)
    return re.sub(r" in [\d.]+ s(, [\d.]+ GB/s)?|, [\d.]+ \w+ of it holes", "", text)

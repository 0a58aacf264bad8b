#!/usr/bin/env python3
"""A file system with one file in it that does what files of disks seldom do.

It speaks to /dev/fuse itself, so it needs nothing but root and the kernel. A process of its own serves it; what the file
does can be changed at any moment by whoever mounted it.
"""

import argparse
import ctypes
import errno
import mmap
import os
import signal
import struct
import subprocess
import sys
import tempfile
import time

HELP = """
Mounts a directory that holds one file, "file", with the bytes of CONTENT, runs COMMAND there, and ends as it does.
What the file does can wait until byte --at is asked for; without it, it is so from the start.

  --eio A-B        bytes from A up to B cannot be read
  --claim N        it says that it has N bytes, and gives those it has; so after --at, too
  --cut N          it loses its bytes from N on, and says so
  --grow N         it has N bytes more, and says so
  --rewrite        it was written, and says so
  --unlink         it lost its name
  --direct         the kernel keeps none of its bytes (FOPEN_DIRECT_IO), so that it can hardly be mapped
  --short N        at most N bytes come at a time (with --direct: else it would mean that the file ends)
  --remember       the kernel remembers size and times for an hour, as it does for seconds of files of other machines
  --slow MS        every answer with bytes takes so long
  --full           bytes that are written are taken, and found to have no room when the file is closed

Exits with 77, and a sentence, where there is no /dev/fuse or it may not be used.
"""

OPCODES = dict(
    LOOKUP=1, FORGET=2, GETATTR=3, SETATTR=4, OPEN=14, READ=15, WRITE=16, STATFS=17, RELEASE=18, FLUSH=25, INIT=26,
    OPENDIR=27, READDIR=28, RELEASEDIR=29, ACCESS=34, INTERRUPT=36, DESTROY=38, BATCH_FORGET=42)
NAMES = {number: name for name, number in OPCODES.items()}
ROOT, FILE = 1, 2
DIRECT_IO = 1
LIBC = ctypes.CDLL(None, use_errno=True)


def why_not():
    """Why there can be no such file here; None if there can."""
    if not os.path.exists("/dev/fuse"):
        return "there is no /dev/fuse"
    if os.geteuid() != 0:
        return "only root may mount"
    try:
        with FaultyFile(b"x"):
            return None
    except OSError as error:
        return f"it cannot be mounted: {error.strerror}"


class FaultyFile:
    """The file, mounted as long as the value is entered.

    `size` is what it has, `claimed` what it says that it has. Both, and what else it does, are in memory that the server
    shares.
    """

    FIELDS = ["size", "claimed", "eio_start", "eio_end", "written", "linked", "slow_us", "short", "direct", "remembered",
              "full", "trigger", "then_size", "then_claimed", "then_eio_start", "then_eio_end", "then_written", "then_linked"]

    def __init__(self, content):
        self.__dict__["shared"] = mmap.mmap(-1, 4096)
        self.__dict__["content"] = content
        self.reset()

    def reset(self):
        """Makes it an ordinary file again, another one than before."""
        for name in self.FIELDS:
            setattr(self, name, 0)
        self.size = self.claimed = len(self.content)
        self.linked, self.short, self.trigger = 1, 1 << 40, (1 << 63) - 1
        self.written = time.time_ns()

    def __getattr__(self, name):
        return struct.unpack_from("<q", self.shared, 8 * self.FIELDS.index(name))[0]

    def __setattr__(self, name, number):
        if name not in self.FIELDS:
            self.__dict__[name] = number
            return
        struct.pack_into("<q", self.shared, 8 * self.FIELDS.index(name), number)

    def touch(self):
        self.written = time.time_ns()

    def later(self, offset, **fields):
        """What it does once a byte at `offset` or behind it is asked for."""
        for name in self.FIELDS:
            if name.startswith("then_"):
                setattr(self, name, fields.get(name[5:], getattr(self, name[5:])))
        self.trigger = offset

    def __enter__(self):
        self.directory = tempfile.mkdtemp(prefix="faulty-file.")
        self.path = f"{self.directory}/file"
        try:
            device = os.open("/dev/fuse", os.O_RDWR | os.O_CLOEXEC)
            options = f"fd={device},rootmode=40000,user_id=0,group_id=0,allow_other"
            # nosuid, nodev; and read-only, since the kernel asks anew what a file is once it has read of one that can be
            # written.
            flags = 7 if self.remembered else 6
            if LIBC.mount(b"faulty-file", self.directory.encode(), b"fuse", flags, options.encode()) != 0:
                number = ctypes.get_errno()
                os.close(device)
                raise OSError(number, os.strerror(number))
        except OSError:
            os.rmdir(self.directory)
            raise
        parent = os.getpid()
        self.server = os.fork()
        if self.server == 0:
            try:
                LIBC.prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
                signal.signal(signal.SIGINT, signal.SIG_IGN)
                if os.getppid() == parent:
                    self.serve(device)
            finally:
                os._exit(0)
        os.close(device)
        return self

    def __exit__(self, *reason):
        LIBC.umount2(self.directory.encode(), 2)  # MNT_DETACH
        os.kill(self.server, signal.SIGKILL)
        os.waitpid(self.server, 0)
        os.rmdir(self.directory)

    # The server.

    def serve(self, device):
        room = bytearray(1 << 17)
        while True:
            try:
                count = os.readv(device, [room])
            except OSError as error:
                if error.errno in (errno.EINTR, errno.EAGAIN, errno.ENOENT):
                    continue
                return  # ENODEV: unmounted
            _, opcode, unique, node = struct.unpack_from("<IIQQ", room)
            name = NAMES.get(opcode)
            if name in ("FORGET", "BATCH_FORGET", "INTERRUPT"):
                continue
            answer = getattr(self, f"answer_{name.lower()}", None) if name else None
            try:
                bytes_ = answer(node, memoryview(room)[40:count]) if answer else errno.ENOSYS
            except struct.error:
                bytes_ = errno.EINVAL
            number = 0
            if isinstance(bytes_, int):
                number, bytes_ = -bytes_, b""
            try:
                os.writev(device, [struct.pack("<IiQ", 16 + len(bytes_), number, unique), bytes_])
            except OSError:
                pass  # Who asked is gone.
            if name == "DESTROY":
                return

    def attributes(self, node):
        if node == ROOT:
            return struct.pack("<6Q10I", ROOT, 0, 0, 1, 1, 1, 0, 0, 0, 0o40755, 2, 0, 0, 0, 4096, 0)
        seconds, nanoseconds = divmod(self.written, 10**9)
        return struct.pack(
            "<6Q10I", FILE, self.claimed, -(-self.claimed // 512), seconds, seconds, seconds, nanoseconds, nanoseconds,
            nanoseconds, 0o100644, self.linked, 0, 0, 0, 4096, 0)

    def answer_init(self, node, body):
        # FUSE_ASYNC_READ, FUSE_MAX_PAGES
        return struct.pack("<4IHHIIHHI28x", 7, 31, 1 << 20, 1 | 1 << 22, 16, 12, 1 << 16, 1, 256, 0, 0)

    def answer_lookup(self, node, body):
        if bytes(body).rstrip(b"\0") != b"file" or not self.linked:
            return errno.ENOENT
        # The name must not be remembered.
        return struct.pack("<4Q2I", FILE, 0, 0, self.remembered, 0, 0) + self.attributes(FILE)

    def answer_getattr(self, node, body):
        return struct.pack("<QII", self.remembered, 0, 0) + self.attributes(node)

    def answer_setattr(self, node, body):
        return self.answer_getattr(node, body) if self.full else errno.ENOSYS

    def answer_write(self, node, body):
        if not self.full:
            return errno.ENOSYS
        _, _, count = struct.unpack_from("<QQI", body)
        return struct.pack("<II", count, 0)

    def answer_flush(self, node, body):
        mode, = struct.unpack_from("<Q", body)
        return errno.ENOSPC if self.full and mode != os.O_RDONLY else b""

    def answer_open(self, node, body):
        # What it is opened for comes back when it is closed.
        flags, = struct.unpack_from("<I", body)
        return struct.pack("<QII", flags & os.O_ACCMODE, DIRECT_IO if self.direct else 0, 0)

    def answer_opendir(self, node, body):
        return struct.pack("<QII", 0, 0, 0)

    def answer_readdir(self, node, body):
        _, offset = struct.unpack_from("<QQ", body)
        entry = struct.pack("<QQII", FILE, 1, 4, 8) + b"file\0\0\0\0"
        return b"" if offset or not self.linked else entry

    def answer_read(self, node, body):
        _, offset, count = struct.unpack_from("<QQI", body)
        if offset + count > self.trigger:
            self.trigger = (1 << 63) - 1
            for name in self.FIELDS:
                if name.startswith("then_"):
                    setattr(self, name[5:], getattr(self, name))
        if self.slow_us:
            time.sleep(self.slow_us / 1e6)
        end = min(offset + count, self.size)
        if self.direct:
            end = min(end, offset + self.short)
        if max(offset, self.eio_start) < min(end, self.eio_end):
            # To the kernel's cache a short answer means that the file ends there: it must be all or nothing. The kernel
            # then asks for each page alone. Readers behind its back get what comes before, as from a disk.
            end = min(end, self.eio_start) if self.direct else offset
            if end <= offset:
                return errno.EIO
        bytes_ = memoryview(self.content)[offset:max(offset, end)]
        missing = max(0, end - offset - len(bytes_))
        return bytes(bytes_) + bytes(missing) if missing else bytes_

    def answer_statfs(self, node, body):
        return struct.pack("<5Q4I24x", 0, 0, 0, 2, 0, 4096, 255, 4096, 0)

    def answer_release(self, node, body):
        return b""

    answer_releasedir = answer_access = answer_destroy = answer_release


def main():
    parser = argparse.ArgumentParser(
        prog="Scripts/faulty_file.py", description=__doc__, epilog=HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--content", required=True, metavar="CONTENT")
    for name, word in [("claim", "N"), ("cut", "N"), ("grow", "N"), ("short", "N"), ("slow", "MS"), ("at", "OFFSET")]:
        parser.add_argument(f"--{name}", type=int, metavar=word)
    parser.add_argument("--eio", metavar="A-B")
    for name in ["rewrite", "unlink", "direct", "remember", "full"]:
        parser.add_argument(f"--{name}", action="store_true")
    parser.add_argument("command", nargs="+", metavar="COMMAND")
    options = parser.parse_args()
    if options.short and not options.direct:
        parser.error("--short needs --direct")
    reason = why_not()
    if reason:
        print(f"faulty_file.py: {reason}", file=sys.stderr)
        return 77
    with open(options.content, "rb") as content:
        file = FaultyFile(content.read())
    file.remembered = 3600 if options.remember else 0
    with file:
        then = {}
        if options.eio:
            then["eio_start"], then["eio_end"] = map(int, options.eio.split("-"))
        if options.claim is not None:
            then["claimed"] = options.claim
        if options.cut is not None:
            then["size"] = then["claimed"] = options.cut
        if options.grow is not None:
            then["size"] = then["claimed"] = file.size + options.grow
        if options.unlink:
            then["linked"] = 0
        if options.rewrite or {"size", "linked"} & then.keys():
            then["written"] = file.written + 10**6
        if options.at is not None:
            file.later(options.at, **then)
        else:
            for name, number in then.items():
                setattr(file, name, number)
        file.direct, file.full = int(options.direct), int(options.full)
        file.short = options.short or 1 << 40
        file.slow_us = 1000 * (options.slow or 0)
        return subprocess.run(options.command, cwd=file.directory).returncode


if __name__ == "__main__":
    sys.exit(main())

"""Runs a program by itself up to its main, and from there on under strace: its K-th call is then one of its own.

strace counts the calls of each thread for `when=K`. From the start of the process the first of them would be the
loader's, and could not fail without killing every program.
"""

import ctypes
import os
import re
import signal
import subprocess
import threading

ENVIRONMENT = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "SWIFT_BACKTRACE": "enable=no"}

libc = ctypes.CDLL(None)
libc.ptrace.argtypes = [ctypes.c_long] * 4
libc.prctl.argtypes = [ctypes.c_long] * 5
PTRACE_TRACEME, PTRACE_DETACH, PTRACE_SYSCALL = 0, 17, 24
PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, PR_SET_PTRACER = 22, 38, 0x59616d61


def fix_addresses():
    """In a child. What the runtimes do before main depends on where they lie, and shall always be the same."""
    libc.personality(0x40000)  # ADDR_NO_RANDOMIZE


def refuse(number, error):
    """In a child: has all calls with this number fail, for a strace that does not know the call."""
    instructions = (0x20, 0, 0, 0), (0x15, 0, 1, number), (0x06, 0, 0, 0x50000 | error), (0x06, 0, 0, 0x7FFF0000)
    code = ctypes.create_string_buffer(b"".join(
        operation.to_bytes(2, "little") + bytes([if_true, if_false]) + operand.to_bytes(4, "little")
        for operation, if_true, if_false, operand in instructions))
    program = ctypes.create_string_buffer(len(instructions).to_bytes(8, "little") +
                                          ctypes.addressof(code).to_bytes(8, "little"))
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(PR_SET_SECCOMP, 2, ctypes.addressof(program), 0, 0)


def first_call_of_main(program, log):
    """How many calls come before main, and how its first begins: the first that has main in its stack."""
    subprocess.run(["strace", "-k", "-o", log, program, "--version"], env=ENVIRONMENT, stdin=subprocess.DEVNULL,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, preexec_fn=fix_addresses)
    count, call = 0, ""
    for line in log.read_text("latin1").splitlines() if log.exists() else []:
        if not line.startswith(" > "):
            count, call = count + 1, line
        elif "(main+" in line:
            return count - 1, call.split(",")[0]
    return None


def start(words, calls_before_main, refused=(), **options):
    """Starts a program, and leaves it stopped where main begins."""
    def prepare():
        fix_addresses()
        libc.prctl(PR_SET_PTRACER, -1, 0, 0, 0)  # strace will be no ancestor
        if refused:
            refuse(*refused)
        libc.ptrace(PTRACE_TRACEME, 0, 0, 0)

    process = subprocess.Popen(words, env=ENVIRONMENT, preexec_fn=prepare, **options)
    os.waitpid(process.pid, 0)  # execve, the first call, has ended
    for _ in range(2 * (calls_before_main - 1)):
        libc.ptrace(PTRACE_SYSCALL, process.pid, 0, 0)  # to where a call begins, or ends
        os.waitpid(process.pid, 0)
    os.kill(process.pid, signal.SIGSTOP)
    libc.ptrace(PTRACE_DETACH, process.pid, 0, 0)
    os.waitpid(process.pid, os.WUNTRACED)
    return process


def trace(process, options, log, patience):
    """Has a stopped program go on under strace: its status, "hang" after so many seconds, None if that is forbidden."""
    words = ["strace", "-f", "-y", "-o", log, *options, "-p", str(process.pid)]
    with subprocess.Popen(words, stderr=subprocess.PIPE) as strace:
        attached = b"attached" in strace.stderr.readline()
        timer = threading.Timer(patience, process.kill)
        timer.start()
        process.send_signal(signal.SIGCONT if attached else signal.SIGKILL)
        status = process.wait()
        in_time = timer.is_alive()
        timer.cancel()
        strace.stderr.read()
    return None if not attached else status if in_time else "hang"


def calls(log):
    """(thread, call) from strace's log; what other threads interrupted is put together again, and a stack follows."""
    found, begun = [], {}
    for line in log.read_text("latin1").splitlines():
        if line.startswith(" > ") and found:
            found[-1] = (found[-1][0], f"{found[-1][1]}\n   {line}")
            continue
        thread, _, call = line.partition(" ")
        call = call.strip()
        if call.endswith("<unfinished ...>"):
            begun[thread] = call[:-len("<unfinished ...>")]
            continue
        if call.startswith("<... "):
            call = begun.pop(thread, "") + re.sub(r"^<\.\.\. \w+ resumed>", "", call)
        if re.match(r"\w+\(", call):
            found.append((thread, call))
    return found

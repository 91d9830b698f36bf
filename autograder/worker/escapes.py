"""A program that tries to get out of the sandbox that it runs in, as student code might, and reports what it could do.

The inner half of the wall's self-test (`autograder/sandbox/wall.py`). Each attempt is a function that returns what it gained:
the empty string if the wall held. Standard library only, so that it takes a fraction of a second.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import json
import os
import platform
import re
import socket
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from autograder.worker.processes import become_untouchable

MS_RDONLY, MS_REMOUNT, MS_BIND = 1, 32, 4096  # <linux/mount.h>
CLONE_NEWUSER: Final = 0x10000000
PTRACE_SEIZE: Final = 0x4206  # unlike PTRACE_ATTACH, it does not stop the traced process
AF_VSOCK: Final = 40  # not in Python's socket module on every system
REFUSED: Final = (errno.EPERM, errno.EACCES, errno.ENOSYS)
# The numbers of calls that the filter must refuse; these are the same on all processors, those below differ.
CALLS: Final = {"io_uring_setup": 425, "open_tree": 428, "fsopen": 430, "pidfd_getfd": 438}
CALLS_OF: Final = {
    "x86_64": {"bpf": 321, "userfaultfd": 323, "keyctl": 250, "perf_event_open": 298, "open_by_handle_at": 304},
    "aarch64": {"bpf": 280, "userfaultfd": 282, "keyctl": 219, "perf_event_open": 241, "open_by_handle_at": 265},
}
EMPTY: Final = "/data"  # a folder that nobody misses, to mount something over
SHOWN: Final = 5  # files that could be opened
PROBE: Final = "autograder-self-test"

libc = ctypes.CDLL(None, use_errno=True)


def is_root() -> str:
    """Being user or group 0."""
    found = {*os.getresuid(), *os.getresgid()}
    return "user or group 0" if 0 in found else ""


def has_capabilities() -> str:
    """Holding a capability, or being able to gain one."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    held = [name for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb") if int(status[name], 16)]
    if status["NoNewPrivs"].strip() != "1":
        held.append("new privileges")
    return ", ".join(held)


def remounts(folders: Sequence[str]) -> str:
    """Making a read-only mount writable, or mounting something over it."""
    done = [f for f in folders if libc.mount(None, f.encode(), None, MS_REMOUNT | MS_BIND, None) == 0]
    if libc.mount(b"none", EMPTY.encode(), b"tmpfs", MS_RDONLY, None) == 0:
        done.append(f"over {EMPTY}")
    return ", ".join(done)


def writes(folders: Sequence[str], scratch: Collection[str]) -> str:
    """Creating a file outside scratch: in one of these folders, or wherever something is mounted."""
    done = []
    for folder in dict.fromkeys((*folders, *mount_points())):
        if folder in scratch:
            continue
        path = Path(folder, PROBE)
        with contextlib.suppress(OSError):
            path.touch(exist_ok=False)
            path.unlink()
            done.append(folder)
    return ", ".join(done)


def mount_points() -> list[str]:
    """All mount points that the kernel lists; it writes spaces and the like as octal escapes."""
    lines = Path("/proc/self/mountinfo").read_text().splitlines()
    return [re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), line.split()[4]) for line in lines]


def changes_the_kernel(harmless: Sequence[str]) -> str:
    """Opening a kernel setting for writing: for root outside, rights inside don't matter. Nothing is written.

    Files in a `harmless` folder are skipped, and files masked by `/dev/null`.
    """
    done = []
    for folder, folders, files in os.walk("/proc"):
        if folder == "/proc":
            folders[:] = [name for name in folders if not (name.isdigit() or name.endswith("self"))]
        folders[:] = [name for name in folders if os.path.join(folder, name) not in harmless]
        for path in (os.path.join(folder, name) for name in files):
            with contextlib.suppress(OSError):
                descriptor = os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
                if os.fstat(descriptor).st_rdev != os.stat(os.devnull).st_rdev:
                    done.append(path)
                os.close(descriptor)
    return ", ".join(done[:SHOWN])


def enters_a_user_namespace() -> str:
    """Entering a user namespace, which gives all capabilities again. Must be tried last: it changes this process."""
    return "unshare" if libc.unshare(CLONE_NEWUSER) == 0 else ""


def touches_its_parent() -> str:
    """Reading or writing the memory of the process that forked this one, or tracing it; from a fork."""
    reader, writer = os.pipe()
    if os.fork() == 0:
        try:
            os.write(writer, ", ".join(_touched(os.getppid())).encode())
        finally:
            os._exit(0)
    os.close(writer)
    with open(reader, encoding="utf-8") as pipe:
        found = pipe.read()
    os.wait()
    return found


def _touched(pid: int) -> Iterator[str]:
    for name in ("mem", "environ"):
        with contextlib.suppress(OSError), open(f"/proc/{pid}/{name}", "rb"):
            yield name
    if libc.ptrace(PTRACE_SEIZE, pid, 0, 0) == 0:
        yield "ptrace"
    data = ctypes.create_string_buffer(8)
    piece = (ctypes.c_size_t * 2)(ctypes.addressof(data), 8)  # an iovec
    for call in ("process_vm_readv", "process_vm_writev"):
        if getattr(libc, call)(pid, piece, 1, piece, 1, 0) >= 0:
            yield call


def reads(paths: Sequence[str]) -> str:
    """Opening files of the machine that should be invisible."""
    done = []
    for path in paths:
        with contextlib.suppress(OSError), open(path, "rb"):
            done.append(path)
    return ", ".join(done)


def connects(port: int, name: str) -> str:
    """Reaching a server of the machine: over its loopback, by an abstract name, or past the network namespace."""
    done = []
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        done.append("127.0.0.1")
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as local:
        local.connect(f"\0{name}")
        done.append("an abstract socket")
    with contextlib.suppress(OSError), socket.socket(AF_VSOCK, socket.SOCK_STREAM):
        done.append("a socket to the host of a virtual machine")
    return ", ".join(done)


def calls() -> str:
    """Making a system call with a record of vulnerabilities: all must be refused before the kernel looks at the arguments."""
    numbers = CALLS | CALLS_OF.get(platform.machine(), {})
    done = []
    for name, number in numbers.items():
        libc.syscall(number, -1, 0, 0, 0, 0, 0)
        if ctypes.get_errno() not in REFUSED:
            done.append(name)
    return ", ".join(done)


def fills(sizes: dict[str, int]) -> str:
    """Having more room in a writable folder than intended."""
    done = []
    for folder, size in sizes.items():
        about = os.statvfs(folder)
        if about.f_blocks * about.f_frsize > size:
            done.append(folder)
    return ", ".join(done)


def sees_others(descriptor: int) -> str:
    """Seeing processes other than its own, or having descriptors that nobody gave it."""
    own, known = str(os.getpid()), {"0", "1", "2", str(descriptor)}
    processes = [name for name in os.listdir("/proc") if name.isdigit() and name != own]
    found = [f"process {name}" for name in processes]
    for name in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError):  # the descriptor of the listing itself is closed by now
            if name not in known:
                found.append(f"descriptor {name}: {os.readlink(f'/proc/self/fd/{name}')}")
    return ", ".join(found)


def main() -> None:
    """Read what to try from the inherited socket, as a line of JSON; answer name -> what was gained."""
    become_untouchable()
    control = socket.socket(fileno=int(sys.argv[1]))
    with control.makefile("rw", encoding="utf-8") as conversation:
        request: dict[str, Any] = json.loads(conversation.readline())
        attempts: dict[str, Callable[[], str]] = {
            "root": is_root,
            "capabilities": has_capabilities,
            "write": lambda: writes(request["read_only"], request["sizes"]),
            "kernel": lambda: changes_the_kernel(request["harmless"]),
            "read": lambda: reads(request["hidden"]),
            "network": lambda: connects(request["port"], request["name"]),
            "parent": touches_its_parent,
            "calls": calls,
            "room": lambda: fills(request["sizes"]),
            "others": lambda: sees_others(control.fileno()),
            "remount": lambda: remounts(request["read_only"]),  # after `write`, which it would enable
            "namespace": enters_a_user_namespace,
        }
        gained = {name: attempt() for name, attempt in attempts.items()}
        conversation.write(json.dumps(gained) + "\n")


if __name__ == "__main__":
    main()

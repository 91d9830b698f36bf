"""The first program in a container: it gets the grader's connection through the door, and becomes the worker.

Before that it installs the same system call filter as bubblewrap does: what podman or docker make of a list of calls depends on
their own version of libseccomp. `docs/decisions/0025-containers.md`.
"""

from __future__ import annotations

import ctypes
import json
import os
import socket
import sys
from pathlib import Path
from typing import Any, Final, NoReturn

PR_SET_SECCOMP: Final = 22  # <linux/prctl.h>
PR_SET_NO_NEW_PRIVS: Final = 38
SECCOMP_MODE_FILTER: Final = 2
INSTRUCTION_BYTES: Final = 8  # a struct sock_filter
MOST_BYTES: Final = 2**16


class _Program(ctypes.Structure):
    """A struct sock_fprog of <linux/filter.h>."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def filter_calls(program: bytes) -> None:
    """Let the kernel filter the system calls of this process and its descendants. Raises OSError."""
    libc = ctypes.CDLL(None, use_errno=True)
    bpf = _Program(len(program) // INSTRUCTION_BYTES, program)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(
        PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(bpf), 0, 0
    ):
        raise OSError(ctypes.get_errno(), "the kernel did not take the filter of system calls")


def main() -> NoReturn:
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as door:
        door.connect(sys.argv[1])
        data, descriptors, _, _ = socket.recv_fds(door, MOST_BYTES, 2)
    errand: dict[str, Any] = json.loads(data)
    connection, calls = descriptors
    for place, target in errand["links"].items():
        Path(place).parent.mkdir(parents=True, exist_ok=True)
        Path(place).symlink_to(target)
    with open(calls, "rb") as file:
        file.seek(0)
        filter_calls(file.read())
    os.set_inheritable(connection, True)
    module, *arguments = errand["words"]
    words = [sys.executable, "-m", module, str(connection), *arguments]
    os.execve(sys.executable, words, errand["variables"])  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main()

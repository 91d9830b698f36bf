"""The filter of system calls that a container's first process lays on itself."""

from __future__ import annotations

import subprocess
import sys

from autograder.sandbox import syscalls

CLONE_NEWUSER = 0x10000000
PROGRAM = f"""
import ctypes, os, subprocess, sys
from autograder.worker.doorway import filter_calls

filter_calls(sys.stdin.buffer.read())
libc = ctypes.CDLL(None, use_errno=True)
libc.unshare({CLONE_NEWUSER})
print(os.strerror(ctypes.get_errno()))
print(subprocess.run([sys.executable, "-c", "print('hello')"], capture_output=True, text=True).stdout.strip())
"""


def told(program: bytes) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-c", PROGRAM], input=program, capture_output=True, check=False)


def test_what_is_forbidden_is_refused_from_then_on_and_the_rest_goes_on() -> None:
    assert told(syscalls.compiled()).stdout.decode().split("\n")[:2] == ["Operation not permitted", "hello"]


def test_a_filter_that_the_kernel_does_not_take_ends_the_process() -> None:
    done = told(b"nonsense")
    assert done.returncode != 0
    assert b"did not take the filter" in done.stderr

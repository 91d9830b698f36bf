"""The process that runs a reader of strangers' files; `autograder.limited` starts it.

Run as `python limited_process.py MODULE:FUNCTION SECONDS BYTES OUTPUT`, it takes the function's argument as JSON from standard
input and writes each thing that the function yields as a line of JSON, so that what was written before a limit counts. It exits
with 1 and says why if the function raises, and with 70 if it could not start.
"""

from __future__ import annotations

import errno
import importlib
import json
import math
import os
import resource
import signal
import sys
import time
from typing import Final

LONGEST: Final = 300  # characters of what is said about a failure
OPEN_FILES: Final = 256
NOT_STARTED: Final = 70  # the exit code where the fault is ours


def main(reader: str, seconds: float, memory: int, output: int) -> None:
    said = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not be taken for a record
    module, _, name = reader.partition(":")
    try:
        read = getattr(importlib.import_module(module), name)
        given = json.load(sys.stdin)
        _limit(time.process_time() + seconds, memory, output)
    except Exception as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        sys.exit(NOT_STARTED)
    try:
        for record in read(given):
            said.write(json.dumps(record).encode() + b"\n")
            said.flush()
    except Exception as error:
        sys.exit(reason(error, memory))


def reason(error: Exception, memory: int) -> str:
    """Why a reader ended, in words that continue "it could not be read: ", without a full stop."""
    match error:
        case MemoryError():
            return f"reading it takes more than {memory / 1e9:g} GB of memory"
        case RecursionError():
            return "it is nested too deeply"
        case OSError(errno=errno.EFBIG):
            return "there is too much in it"
        case ValueError():
            told = str(error)
        case _:
            told = f"{type(error).__name__}: {error}"
    return " ".join(told.split())[:LONGEST] or type(error).__name__


def _limit(seconds: float, memory: int, output: int) -> None:
    whole = math.ceil(seconds)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # writing too much then raises an error instead of ending the process
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, whole),
        (resource.RLIMIT_FSIZE, output),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))

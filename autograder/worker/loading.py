"""Reads a submission once for all its sessions: parsing it and finding its functions takes longer than most checks.

Nothing of the submission runs while it is read, so it may be read in the process that forks sessions. But a text can be crafted
to crash its reader: a fork tries first, and if that fails, each session reads for itself.
"""

from __future__ import annotations

import contextlib
import gc
import os
import resource
import signal
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn, Self

from autograder.worker import binding

if TYPE_CHECKING:
    from autograder.worker.binding import Code

TRIAL_SECONDS: Final = 10  # our solutions take 0.2 s to read


@dataclass(frozen=True)
class Asked:
    """What to read of a submission: its sources (POSIX paths, in reading order), and the functions to find in them."""

    sources: tuple[str, ...] = ()
    functions: Mapping[str, binding.Function] = field(default_factory=dict)
    mapping: Mapping[str, binding.Mapped] = field(default_factory=dict)

    @classmethod
    def from_words(cls, sources: Sequence[str], functions: Mapping[str, Any], mapping: Mapping[str, Any]) -> Self:
        """From the JSON that the grader sends."""
        found = {name: binding.Function(name, **about) for name, about in functions.items()}
        return cls(tuple(sources), found, {name: binding.Mapped(*entry) for name, entry in mapping.items()})

    def read(self, folder: Path) -> Code:
        """Read the submission in `folder`. Its errors are reported when something is asked of it."""
        return binding.load(folder, self.sources, self.functions, self.mapping)


def read_ahead(asked: Asked, folder: Path, memory_bytes: int) -> Code | None:
    """The submission, read for all forks of this process; None if a fork that tried it died.

    It is read within a session's limit on data, so that one that is too large gives the same error as there.
    """
    pid = os.fork()
    if pid == 0:
        _try(asked, folder, memory_bytes)
    _, status = os.waitpid(pid, 0)
    if status != 0:
        return None
    with _bounded_data(memory_bytes):
        code = asked.read(folder)
    gc.freeze()  # so that garbage collection in a fork does not visit, and so copy, what existed before
    return code


def _try(asked: Asked, folder: Path, memory_bytes: int) -> NoReturn:
    """Read under limits, and end this process: with 0 if that succeeded."""
    try:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(TRIAL_SECONDS)
        with _bounded_data(memory_bytes):
            asked.read(folder)
        os._exit(0)
    finally:
        os._exit(1)


@contextlib.contextmanager
def _bounded_data(memory_bytes: int) -> Iterator[None]:
    """Limit this process's data to `memory_bytes` inside the block (RLIMIT_DATA)."""
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    bound = memory_bytes if hard == resource.RLIM_INFINITY else min(memory_bytes, hard)
    with contextlib.suppress(ValueError, OSError):  # not every system can limit data
        resource.setrlimit(resource.RLIMIT_DATA, (bound, hard))
    try:
        yield
    finally:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))

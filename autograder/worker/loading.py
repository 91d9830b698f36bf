"""A submission read once, for all its sessions: to parse it and to find the functions in it takes longer than most checks.

Nothing of the submission runs while it is read, so it may be read where sessions are forked from. But a text can be made to
break whoever reads it: a fork tries first, and where that does not end well, each session reads for itself.
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

TRIAL_SECONDS: Final = 10  # ours take 0.2 s to read


@dataclass(frozen=True)
class Asked:
    """What is read of a submission: its sources (POSIX paths, in reading order), and the functions to be found in them."""

    sources: tuple[str, ...] = ()
    functions: Mapping[str, binding.Function] = field(default_factory=dict)
    mapping: Mapping[str, binding.Mapped] = field(default_factory=dict)

    @classmethod
    def from_words(cls, sources: Sequence[str], functions: Mapping[str, Any], mapping: Mapping[str, Any]) -> Self:
        """As it comes from the grader, in JSON."""
        found = {name: binding.Function(name, **about) for name, about in functions.items()}
        return cls(tuple(sources), found, {name: binding.Mapped(*entry) for name, entry in mapping.items()})

    def read(self, folder: Path) -> Code:
        """Read the submission in `folder`. Whatever is wrong with it is told when something is asked of it."""
        return binding.load(folder, self.sources, self.functions, self.mapping)


def read_ahead(asked: Asked, folder: Path, memory_bytes: int) -> Code | None:
    """The submission, read for all forks of this process; None where a fork that tried it died of it.

    It is read within the data that a session may have, so that one too large is the same error as it would be there.
    """
    pid = os.fork()
    if pid == 0:
        _try(asked, folder, memory_bytes)
    _, status = os.waitpid(pid, 0)
    if status != 0:
        return None
    with _bounded_data(memory_bytes):
        code = asked.read(folder)
    gc.freeze()  # a fork that collects garbage need not look through, and so copy, what was there before
    return code


def _try(asked: Asked, folder: Path, memory_bytes: int) -> NoReturn:
    """Read under limits, and end this process: with 0 when that has gone well."""
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
    """Hold this process to `memory_bytes` of data meanwhile (RLIMIT_DATA)."""
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    bound = memory_bytes if hard == resource.RLIM_INFINITY else min(memory_bytes, hard)
    with contextlib.suppress(ValueError, OSError):  # not every system bounds data
        resource.setrlimit(resource.RLIMIT_DATA, (bound, hard))
    try:
        yield
    finally:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))

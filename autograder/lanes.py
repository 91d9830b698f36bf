"""All checks of one submission, on as many lanes as there are cores: this process is one, the others run in parallel.

The others belong to the grader, as this process does: messages between them are trusted.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import queue
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from autograder.checking import Checked, GradingError, carry_out, joined
from autograder.checks.lane import ALONE, Lane, Lost, taken
from autograder.checks.run import OnCheck
from autograder.checks.settings import Settings
from autograder.checks.setup import set_up
from autograder.rubric import Rubric
from autograder.submission import Submission

PROGRAM: Final = "autograder.lane_process"
ENGINE: Final = Path(__file__).resolve().parent
# More would not help: each takes ten seconds and a gigabyte to start, and the longest check alone takes as long.
MOST_LANES: Final = 4
SECONDS_TO_LEAVE: Final = 5.0  # for a stopped lane to end its sessions and remove their folders


def run_checks(rubric: Rubric, submission: Submission, settings: Settings, on_check: OnCheck) -> Checked:
    """Run the profile's checks on a collected submission: in this process, and in one more for each further core.

    Raises GradingError, SandboxUnavailable, RubricError or data.DataError if they can't be run.
    """
    with Lanes(rubric, submission, settings, on_check) as lanes:
        own = carry_out(set_up(rubric, submission, settings), on_check, lanes.own)
        return joined(rubric, [own, *lanes.checked()])


class Lanes:
    """Starts a process for each core but the first, as far as that helps, and ends them all when the block is left."""

    def __init__(self, rubric: Rubric, submission: Submission, settings: Settings, on_check: OnCheck) -> None:
        ranks, count = itertools.count(), min(settings.cores, MOST_LANES) - 1
        self._others = [_Other(rubric.path, submission, settings, on_check, partial(next, ranks)) for _ in range(count)]
        self._next = partial(next, ranks)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for other in self._others:
            other.end()

    @property
    def own(self) -> Lane:
        """The lane of this process."""
        return Lane(self._turns, self._share) if self._others else ALONE

    def checked(self) -> list[Checked]:
        """What each of the others has found, once it has finished. Raises what one of them has raised."""
        return [other.said("checked") for other in self._others]

    def _turns(self, seconds: Sequence[float]) -> Any:
        return taken(seconds, self._next)

    def _share(self, own: Lost) -> Lost:
        """What all others have lost; each of them is sent what all but itself have lost."""
        lost = [other.said("lost") for other in self._others]
        for place, other in enumerate(self._others):
            besides = (each for at, each in enumerate(lost) if at != place)
            other.tell(sum_of(own, *besides))
        return sum_of(*lost)


def sum_of(*lost: Lost) -> Lost:
    """What several lanes have lost."""
    found = Lost()
    for each in lost:
        found |= each
    return found


class _Other:
    """One lane in a process of its own, and a thread that listens to it."""

    def __init__(
        self, rubric: Path, submission: Submission, settings: Settings, on_check: OnCheck, next_one: partial[int]
    ) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", PROGRAM, str(theirs.fileno())],
                env=os.environ | {"PYTHONPATH": os.pathsep.join([str(ENGINE.parent), *filter(None, sys.path)])},
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        self._connection = Connection(ours.detach())
        self._said: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
        self._on_check, self._next = on_check, next_one
        self.tell((rubric, submission, settings))
        threading.Thread(target=self._listen, daemon=True).start()

    def tell(self, what: Any) -> None:
        with contextlib.suppress(OSError):  # it has ended, which the listening thread notices
            self._connection.send(what)

    def said(self, kind: str) -> Any:
        """Its next message of this kind. Raises its error, or GradingError if it was killed."""
        said, value = self._said.get()
        if said == kind:
            return value
        if isinstance(value, Exception):
            raise value
        raise GradingError(
            "a process that ran checks was killed, as a system does that is out of memory. Grade it again with `--cores 1`, "
            "which takes the least memory."
        )

    def end(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(SECONDS_TO_LEAVE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._connection.close()

    def _listen(self) -> None:
        with contextlib.suppress(EOFError, OSError):
            while True:
                match self._connection.recv():
                    case "next", None:
                        self.tell(self._next())
                    case "result", result:
                        self._on_check(result)
                    case said:
                        self._said.put(said)
        self._said.put(("killed", None))

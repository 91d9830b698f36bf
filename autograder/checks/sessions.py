"""The sessions that a submission's checks use, in one sandbox, and the time that all of them together are waited for.

This can't be written as a function of records: a process exists or does not, and time that has passed is gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Final, Self

from autograder.answering import Student
from autograder.checks import loading
from autograder.checks.loading import Loading
from autograder.checks.setup import Setup
from autograder.sandbox import Code, Launch, Replacing, Sandbox, SandboxUnavailable, Session
from autograder.sandbox.faults import PatienceOver

# Further checks that time out say little that the first did not. A long one counts as two minutes, so that five timeouts of
# the longest trainings, or thirty of short calls, are waited for.
PATIENCE_SECONDS: Final = 600.0
MOST_OF_ONE: Final = 120.0


class Sessions:
    """A submission's sandbox, started when the block is entered and closed when it is left."""

    def __init__(self, setup: Setup) -> None:
        self._sandbox = _sandbox_for(setup)
        self._seed = setup.settings.seed
        self._waited = 0.0  # seconds, for code that did not end
        self.loading = Loading()
        self.problem: SandboxUnavailable | None = None  # the last one

    def __enter__(self) -> Self:
        self._sandbox.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._sandbox.close()

    @contextmanager
    def student(
        self,
        seconds: float,
        seed: int | None = None,
        replacing: Replacing | None = None,
        for_calls: float | None = None,
    ) -> Iterator[Student]:
        """A new session, on the run's own seed unless another one is given. Calls may take at most `for_calls` of its `seconds`.

        Raises SandboxUnavailable when the machine can't start one, and PatienceOver when too many have ended at their deadline.
        """
        if self._waited >= PATIENCE_SECONDS:
            raise PatienceOver(self._waited)
        try:
            session = self._sandbox.session(seconds, replacing)
        except SandboxUnavailable as error:
            self.problem = error
            raise
        if for_calls is not None:
            session.hurry(for_calls)
        with session:
            yield Student(session, self._seed if seed is None else seed)
        if session.timed_out:
            self._waited += min(seconds if for_calls is None else for_calls, MOST_OF_ONE)

    def renew(self) -> None:
        """Close the sandbox: the next session uses a fresh one."""
        self._sandbox.close()

    def learn(self, session: Session) -> None:
        """Keep what a session reports about how the submission was loaded."""
        self.loading = loading.after(self.loading, session)


def _sandbox_for(setup: Setup) -> Sandbox:
    rubric, submission, settings = setup.rubric, setup.submission, setup.settings
    launch = Launch(
        submission=submission.folder,
        scratch=submission.folder,
        probes=rubric.root / rubric.assignment.probes,
        data=tuple((name, setup.stored.path(name)) for name in setup.stored),
        threads=settings.threads,
        gpu=settings.gpu,
    )
    return Sandbox(settings.sandbox, launch, Code(submission.sources, rubric.described(), setup.targets))

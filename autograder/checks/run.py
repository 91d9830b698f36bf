"""The state of the pytest plugin while it goes through the checks of one submission."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import pytest

from autograder.checks.case import Attempt
from autograder.checks.ends import End
from autograder.checks.lane import ALONE, Lane
from autograder.checks.sessions import Sessions
from autograder.checks.setup import Setup
from autograder.results import CheckResult

OnCheck = Callable[[CheckResult], None]


@dataclass
class Run:
    """The checks of one submission, or a lane of them, and how the finished ones have ended."""

    setup: Setup
    sessions: Sessions
    on_check: OnCheck = lambda result: None
    lane: Lane = ALONE
    ends: tuple[End, ...] = ()
    stopped: BaseException | None = None  # what stopped it: a person, or another lane

    @property
    def problem(self) -> BaseException | None:
        """Why the checks can't go on, if so."""
        return self.stopped if self.stopped is not None else self.sessions.problem


RUN: Final = pytest.StashKey[Run]()  # of pytest's configuration
ATTEMPT: Final = pytest.StashKey[Attempt]()  # of a check

"""The checks of one submission in several processes: what they find is what one process finds."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from autograder.checking import GradingError
from autograder.checks.settings import Settings
from autograder.grading import grade
from autograder.lanes import PROGRAM
from autograder.results import CheckResult, Result
from autograder.rubric import load_rubric
from autograder.sandbox import Kind

BROKEN = """
    def halve(x):
        return x * 2

    def quarter(x):
        return halve(halve(x))
"""


@pytest.fixture
def graded(assignment: Path) -> Callable[..., Result]:
    def run(path: Path, cores: int, on_check: Callable[[CheckResult], None] = lambda result: None) -> Result:
        settings = Settings("standard", Kind.NONE, threads=1, cores=cores)
        return grade(path, load_rubric(assignment / "rubric" / "small.yaml"), settings, on_check)

    return run


def but_for_times(result: Result) -> Any:
    def cleared(each: Any) -> Any:
        if isinstance(each, dict):
            return {key: cleared(value) for key, value in each.items() if key != "seconds"}
        return [cleared(value) for value in each] if isinstance(each, list) else each

    return cleared(result.model_dump(mode="json"))


def test_three_lanes_find_what_one_finds(graded, submit):
    submission, told = submit(BROKEN), list[str]()

    result = graded(submission, cores=3, on_check=lambda check: told.append(check.name))

    assert but_for_times(result) == but_for_times(graded(submission, cores=1))
    quarter = next(item for item in result.items if item.id == "A.quarter")
    # `halve` is broken, which may be known in another lane only.
    assert (result.score, quarter.checks[0].facts[0].label) == (1, "carried forward")
    assert sorted(told) == ["test_numbers_are_halved", "test_numbers_are_quartered", "test_odd_numbers"]
    assert not lanes_of(os.getpid())


def test_a_lane_that_the_system_kills_is_told_with_the_way_on(graded, submit):
    slow = "import time\ndef halve(x):\n    time.sleep(1)\n    return x / 2\ndef quarter(x): return halve(halve(x))"

    def kill() -> None:
        while not (found := lanes_of(os.getpid())):
            time.sleep(0.05)
        os.kill(found[0], signal.SIGKILL)

    threading.Thread(target=kill, daemon=True).start()
    with pytest.raises(GradingError, match="--cores 1"):
        graded(submit(slow), cores=2)


def lanes_of(pid: int) -> list[int]:
    found = []
    for child in psutil.Process(pid).children():
        with contextlib.suppress(psutil.NoSuchProcess):  # a zombie too
            if PROGRAM in " ".join(child.cmdline()):
                found.append(child.pid)
    return found

"""Who is to blame where a worker ends: what happens once may be the machine's, what happens twice is the student's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.checks import sessions, stalls
from autograder.checks.settings import Settings
from autograder.grading import grade
from autograder.results import ItemResult, Result, Status
from autograder.rubric import load_rubric
from autograder.sandbox import Kind

Graded = Callable[[Path], Result]


@pytest.fixture
def graded(assignment: Path) -> Graded:
    rubric = load_rubric(assignment / "rubric" / "small.yaml")
    return lambda path: grade(path, rubric, Settings(profile="standard", sandbox=Kind.NONE, threads=1))


def item(result: Result, id: str) -> ItemResult:
    return next(each for each in result.items if each.id == id)


def test_code_that_ends_as_the_graders_own_does_is_told_so_and_waits_for_nobody(graded, submit):
    result = graded(submit("import os\ndef halve(x):\n    os._exit(70)\n"))
    assert item(result, "A.halve").status is Status.ERROR
    assert "twice, the second time in a fresh sandbox" in item(result, "A.halve").message


@pytest.mark.parametrize("end", ["os._exit(70)", "os.kill(os.getpid(), 9)"])
def test_a_worker_that_dies_once_costs_right_code_nothing(graded, submit, tmp_path, end):
    flag = tmp_path / "died"
    code = f"""
        import os

        def halve(x):
            if not os.path.exists({str(flag)!r}):
                open({str(flag)!r}, "w").close()
                {end}
            return x / 2
        """
    result = graded(submit(code))
    assert flag.exists()
    assert (item(result, "A.halve").points, item(result, "A.secret").points) == (1, 1)


def test_code_that_ends_nowhere_is_not_waited_for_check_after_check(graded, submit, monkeypatch):
    monkeypatch.setattr(sessions, "PATIENCE_SECONDS", 1.0)
    result = graded(submit("def halve(x):\n    while True:\n        pass\ndef quarter(x):\n    return x / 4\n"))
    assert [item(result, id).status for id in ("A.halve", "A.secret", "A.quarter")] == [Status.TIMEOUT] * 3
    assert item(result, "A.halve").message.startswith("Your code was still running after 6 s")
    assert item(result, "A.quarter").message.startswith("Not checked: 6 s had been spent on other checks")


ENDLESS = "def halve(x):\n    while True:\n        pass\n"


def test_a_function_that_did_not_end_is_waited_for_less_long_the_next_time(graded, submit):
    result = graded(submit(ENDLESS + "def quarter(x):\n    return x / 4\n"))
    assert item(result, "A.halve").message.startswith("Your code was still running after 6 s")
    assert "`halve` did not end in an earlier check" in item(result, "A.secret").message
    assert item(result, "A.quarter").points == 1


def test_slow_code_beside_one_that_does_not_end_has_all_its_time(graded, submit, monkeypatch):
    monkeypatch.setattr(stalls, "LEAST", 1.0)
    slow = "import time\ndef quarter(x):\n    while time.process_time() < 3:\n        pass\n    return x / 4\n"
    assert item(graded(submit(ENDLESS + slow)), "A.quarter").points == 1

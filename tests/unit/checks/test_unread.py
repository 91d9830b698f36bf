"""Checks that miss what may be in code that can't be read say so, under one name."""

from __future__ import annotations

from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from autograder.checks.case import Attempt, CheckCase
from autograder.checks.ends import End
from autograder.checks.item import ItemMark
from autograder.checks.unread import with_what_can_not_be_read
from autograder.results import CheckResult, Status
from autograder.sandbox import StudentError

UNREAD = {"source": "hw1.ipynb", "cell": 13, "line": 2, "why": "the bracket `(` is never closed"}
FOUND = {"unread": [UNREAD], "items": {"behind": 0}, "names": {"helper": 0}}


class Sessions:
    def __init__(self, answer):
        self.answer, self.asked = answer, []

    @contextmanager
    def student(self, seconds):
        yield SimpleNamespace(session=self)

    def call(self, probe, arguments, seed):
        self.asked.append(arguments)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def setup(calibrating=False):
    return SimpleNamespace(settings=SimpleNamespace(calibrating=calibrating, seed=0))


def end(id, status, message="it says so"):
    item = SimpleNamespace(id=id, needs=(f"f_{id}",), signs=("loss",))
    check = CheckCase(f"test_{id}", "It works.", "public", ItemMark(id, 5.0), item)
    result = CheckResult(name=check.name, sentence="", visibility="public", status=status, credit=0.0, message=message)
    return End(Attempt(check), result)


ENDS = (
    end("behind", Status.MISSING),
    end("elsewhere", Status.MISSING),
    end("failed", Status.FAILED),
    end("stopped", Status.ERROR, "NameError: name 'helper' is not defined"),
    end("imports", Status.ERROR, "LoadError: hw1.ipynb cell 13 can't be read: no"),
    end("wrong", Status.ERROR, "NameError: name 'typo' is not defined"),
)


def test_only_what_is_behind_it_says_where_and_all_of_it_has_one_name():
    sessions = Sessions(FOUND)
    after = [each.result for each in with_what_can_not_be_read(setup(), sessions, ENDS)]
    assert [each.message for each in after] == [
        "See hw1.ipynb cell 13, which can't be read.",
        "it says so",
        "it says so",
        "See hw1.ipynb cell 13, which can't be read: `helper` is in it.",
        "See hw1.ipynb cell 13, which can't be read.",
        "NameError: name 'typo' is not defined",
    ]
    (fault,) = {bug for each in after for bug in each.diagnosis}
    assert fault.is_unreadable
    assert fault.cause == "Cell 13 can't be read: the bracket `(` is never closed."
    assert fault.where == "hw1.ipynb, cell 13, line 2"
    assert [each.status for each in after] == [each.result.status for each in ENDS]
    assert sessions.asked[0]["functions"] == {"behind": ["f_behind"], "elsewhere": ["f_elsewhere"]}
    assert sessions.asked[0]["names"] == ["helper", "typo"]


def test_nothing_is_asked_where_nothing_is_missed():
    sessions = Sessions(FOUND)
    assert with_what_can_not_be_read(setup(), sessions, ENDS[2:3]) == ENDS[2:3]
    assert with_what_can_not_be_read(setup(calibrating=True), sessions, ENDS) is ENDS
    assert sessions.asked == []


@pytest.mark.parametrize(
    "answer",
    [
        StudentError("ValueError", "", "", ""),
        ["nonsense"],
        {"unread": "nonsense"},
        FOUND | {"items": {"behind": 7}},
        FOUND | {"items": 3},
        FOUND | {"unread": [UNREAD | {"cell": "x" * 10}]},
    ],
)
def test_an_answer_of_another_form_changes_nothing(answer):
    assert with_what_can_not_be_read(setup(), Sessions(answer), ENDS) == ENDS

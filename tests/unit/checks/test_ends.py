"""What follows from the ends of checks: which functions are broken, which are to blame, and what waits for a name."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from autograder.checks import naming
from autograder.checks.case import Attempt, CheckCase
from autograder.checks.ends import End, lost_in, to_blame
from autograder.checks.item import ItemMark
from autograder.checks.lane import Lost
from autograder.checks.naming import Named, with_names_for_what_is_left
from autograder.results import CheckResult, Diagnosis, Status


def check(name, needs, uses=()):
    return CheckCase(name, "It works.", "public", ItemMark(name, 5.0), SimpleNamespace(needs=needs, uses=uses))


def end(name, status, *, needs=(), uses=(), bugs=(), unnamed=None):
    result = CheckResult(
        name=name,
        sentence="It works.",
        visibility="public",
        status=status,
        credit=float(status is Status.PASSED),
        diagnosis=tuple(diagnosis(bug) for bug in bugs),
        seconds=0.0,
    )
    return End(Attempt(check(name, needs, uses), student=SimpleNamespace(calls=[])), result, unnamed)


def diagnosis(bug):
    return Diagnosis(bug=bug, function=bug.partition(".")[0], cause="A cause.", mend="A mend.")


def test_what_was_passed_or_waits_for_a_person_is_not_broken():
    ends = [
        end("a", Status.FAILED, needs=("train", "evaluate"), bugs=("train.one", "train.two")),
        end("b", Status.PASSED, needs=("predict",)),
        end("c", Status.REVIEW, needs=("plot",)),
        end("d", Status.PARTIAL, needs=("build",), bugs=("train.two", "build.one")),
    ]
    assert lost_in(ends) == Lost(frozenset({"train", "evaluate", "build"}), ("train.one", "train.two", "build.one"))


@pytest.mark.parametrize(("lends", "expected"), [(True, ("train",)), (False, ())])
def test_a_broken_function_is_to_blame_where_an_item_only_uses_it_and_the_reference_has_one(lends, expected):
    setup, lost = SimpleNamespace(lends=lends), Lost(frozenset({"train", "compare"}))
    assert to_blame(setup, check("a", ("compare",), ("compare", "train", "evaluate")), lost) == expected


def test_what_is_left_is_named_one_after_the_other_with_what_is_known_by_then(monkeypatch):
    asked = {}

    def named(setup, bindings, attempt, error, known):
        asked[attempt.check.name] = known
        return Named((diagnosis(f"{attempt.check.name}.bug"),), (f"stumbled over {attempt.check.name}",))

    monkeypatch.setattr(naming, "named", named)
    error = ValueError("wrong")
    ends = (
        end("a", Status.FAILED, bugs=("train.one",)),
        end("b", Status.FAILED, unnamed=error),
        end("c", Status.PASSED, unnamed=error),  # by a second chance
        end("d", Status.ERROR, unnamed=error),
    )
    after = with_names_for_what_is_left(SimpleNamespace(), (), ends, Lost(bugs=("elsewhere.one",)))
    assert asked == {"b": ("train.one", "elsewhere.one"), "d": ("train.one", "b.bug", "elsewhere.one")}
    assert [[bug.bug for bug in each.result.diagnosis] for each in after] == [["train.one"], ["b.bug"], [], ["d.bug"]]
    assert [each.notes for each in after] == [(), ("stumbled over b",), (), ("stumbled over d",)]
    assert ends[1].result.diagnosis == ()  # what was is as it was

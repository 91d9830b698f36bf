"""What sessions tell of how a submission was loaded, put together."""

from __future__ import annotations

from types import SimpleNamespace

from autograder.checks import loading
from autograder.checks.loading import MOST_BINDINGS, MOST_NOTES, Loading
from autograder.sizes import LONGEST_FACT, MOST_ACCOUNTED

BOUND = {"function": "train", "bound_to": "homework.py:fit", "how": "an alias", "sure": "likely"}


def session(loaded=None, account=()):
    return SimpleNamespace(loaded=loaded, account=lambda: list(account))


def after(*sessions):
    found = Loading()
    for each in sessions:
        found = loading.after(found, each)
    return found


def test_bindings_and_notes_are_those_of_the_first_session_that_told_any():
    first, second = {"bindings": [BOUND], "notes": ["odd"]}, {"bindings": [BOUND, BOUND], "notes": ["odder"]}
    found = after(session(), session(first), session(second))
    assert ([each.function for each in found.bindings], found.notes) == (["train"], ("odd",))


def test_what_one_session_has_run_is_run_whatever_others_left_out():
    found = after(
        session(account=[("a.py line 1", "x = 1", "not needed"), ("a.py line 2", "y = 2", "")]),
        session(
            account=[("a.py line 1", "x = 1", ""), ("a.py line 2", "y = 2", "not needed"), ("a.py line 3", "z", "w")]
        ),
    )
    assert [(each.text, each.reason) for each in found.top_level] == [("x = 1", ""), ("y = 2", ""), ("z", "w")]


def test_what_is_not_of_the_form_is_no_binding():
    assert after(session({"bindings": [BOUND, {"function": 3}, "nonsense"], "notes": "odd"})).notes == ()
    assert len(after(session({"bindings": [BOUND, {"function": 3}, "nonsense"]})).bindings) == 1
    assert after(session({"bindings": "nonsense"})) == Loading()


def test_no_more_is_kept_than_a_result_may_hold():
    loaded = {"bindings": [BOUND] * (MOST_BINDINGS + 1), "notes": ["o" * 2 * LONGEST_FACT] * (MOST_NOTES + 1)}
    lines = [(f"a.py line {number}", "x" * 2 * LONGEST_FACT, "") for number in range(MOST_ACCOUNTED)]
    found = after(session(loaded, lines), session(account=[("b.py line 1", "more", ""), (*lines[0][:2], "")]))
    assert (len(found.bindings), len(found.notes), len(found.top_level)) == (MOST_BINDINGS, MOST_NOTES, MOST_ACCOUNTED)
    assert max(len(text) for each in found.top_level for text in (each.text, *found.notes)) == LONGEST_FACT

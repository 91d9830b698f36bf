"""What became of a submission is held against what it declares."""

from __future__ import annotations

import pytest

from autograder.results import Diagnosis, Status
from autograder.rubric import load_rubric
from autograder.validation import Row, naming_rates, row_of, unproved
from autograder.validation.cases import Case
from tests.unit.report.sample_results import a_check, a_result, an_item
from tests.unit.validation.test_cases import HW1


def a_row(*lost: str, loses=(), may_lose=(), may_wait=(), waiting=(), due=(), named=(), kind="wrong") -> Row:
    kept = {item: item not in lost for item in ("1A.network", "1A.activations", "1B.plot") if item not in waiting}
    declared = (frozenset(items) for items in (loses, may_lose, may_wait, waiting))
    return Row("case", kind, kept, *declared, due, named, (), {}, 1.0)


@pytest.mark.parametrize(
    ("lost", "as_declared"),
    [
        (["1A.network"], True),
        (["1A.network", "1A.activations"], True),
        (["1A.activations"], False),
        ([], False),
        (["1A.network", "1B.plot"], False),
    ],
)
def test_a_row_is_as_declared_when_it_loses_all_that_it_must_and_nothing_that_it_may_not(lost, as_declared):
    assert a_row(*lost, loses=["1A.network"], may_lose=["1A.activations"]).as_declared is as_declared


@pytest.mark.parametrize("kind", ["reference", "right", "wrong"])
def test_what_is_left_to_a_person_must_be_declared(kind):
    assert not a_row(kind=kind, waiting=["1B.plot"]).as_declared
    assert not a_row(kind=kind, waiting=["1B.plot"], may_wait=["1A.network"]).as_declared
    assert a_row(kind=kind, waiting=["1B.plot"], may_wait=["1B.plot", "1A.network"]).as_declared


@pytest.mark.parametrize(
    ("due", "named", "naming"),
    [
        ((), (), "none due"),
        ((), ("guessed",), "wrong"),
        (("one",), (), "silent"),
        (("one", "two"), ("two",), "named"),
        (("one",), ("one", "cannot-be-told-apart"), "named"),
        (("one",), ("other",), "wrong"),
    ],
)
def test_a_name_is_right_when_one_of_the_bugs_has_it(due, named, naming):
    assert a_row(due=due, named=named).naming == naming


@pytest.mark.parametrize(
    ("named", "silent", "wrong", "good_enough"),
    [(9, 1, 0, True), (8, 2, 0, False), (97, 1, 2, True), (96, 1, 3, False), (0, 0, 0, True)],
)
def test_naming_is_good_enough_when_nine_of_ten_bugs_are_named_and_two_of_a_hundred_wrongly(
    named, silent, wrong, good_enough
):
    rows = [a_row(due=("one",), named=("one",))] * named + [a_row(due=("one",))] * silent
    rows += [a_row(due=("one",), named=("other",))] * wrong
    assert naming_rates(rows).good_enough is good_enough


def test_what_waits_for_a_person_is_neither_kept_nor_lost():
    case = Case("ada", "wrong", HW1.parent, {}, frozenset())
    row = row_of(case, a_result(an_item(id="1A.network", status=Status.REVIEW, points=0, message="Look at it.")))
    assert row.kept == {} and row.waiting == {"1A.network"}
    assert row.notes == ("1A.network review: Look at it.",)


def test_a_row_tells_why_an_item_was_lost_and_which_bugs_were_named():
    bug = Diagnosis(bug="build_mlp.no-bias", function="build_mlp", cause="No bias.", mend="Add it.")
    check = a_check(diagnosis=(bug, bug))
    lost = an_item(id="1A.network", status=Status.FAILED, points=0, message="Too few parameters.", checks=(check,))
    row = row_of(Case("ada", "wrong", HW1.parent, {}, frozenset()), a_result(lost))
    assert row.lost == {"1A.network"}
    assert row.notes == ("1A.network failed: Too few parameters.",)
    assert row.named_bugs == ("build_mlp.no-bias",)


def test_an_item_that_only_right_or_free_form_submissions_lose_is_unproved():
    rubric = load_rubric(HW1)
    rows = [a_row("1A.network"), a_row("1A.activations", kind="right"), a_row("1A.activations", kind="freeform")]
    missing = unproved(rubric, rows)
    assert "1A.network" not in missing and "1A.activations" in missing

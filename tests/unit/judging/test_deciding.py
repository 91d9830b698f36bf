"""Which evidence decides: every way in which calling and running can agree or not."""

from __future__ import annotations

import pytest

from autograder.judging.deciding import decided, with_bugs_that_both_show, with_its_own_fault
from autograder.results import UNREADABLE, CheckResult, Diagnosis, ItemResult, Status
from tests.unit.report.sample_results import a_check, an_item


def called(status: Status, points: float = 0.0) -> ItemResult:
    check = a_check(name="test_it", status=status, credit=points)
    return an_item(kind="automatic", status=status, points=points, max_points=1, message="by calling", checks=(check,))


def shown(status: Status, credit: float) -> CheckResult:
    return a_check(name="it_is_shown", status=status, credit=credit, message="by running", place="hw1.ipynb, cell 3")


RIGHT, PART, WRONG, UNSURE = (
    shown(Status.PASSED, 1.0),
    shown(Status.PARTIAL, 0.5),
    shown(Status.FAILED, 0.0),
    shown(Status.REVIEW, 0.0),
)


@pytest.mark.parametrize(
    ("by_calling", "points", "by_running", "status", "left", "whose"),
    [
        (Status.PASSED, 1, UNSURE, Status.PASSED, 1, "by calling"),
        (Status.FAILED, 0, RIGHT, Status.PASSED, 1, "by running"),
        (Status.ERROR, 0, PART, Status.PARTIAL, 0.5, "by running"),
        (Status.PARTIAL, 0.8, PART, Status.PARTIAL, 0.8, "by calling"),
        (Status.MISSING, 0, WRONG, Status.FAILED, 0, "by running"),
        (Status.REVIEW, 0, PART, Status.PARTIAL, 0.5, "by running"),
        (Status.UNCHECKED, 0, RIGHT, Status.PASSED, 1, "by running"),
        (Status.MISSING, 0, UNSURE, Status.REVIEW, 0, "by running"),
        (Status.REVIEW, 0, UNSURE, Status.REVIEW, 0, "by running"),
        (Status.FAILED, 0, UNSURE, Status.FAILED, 0, "by calling"),
        (Status.FAILED, 0, WRONG, Status.FAILED, 0, "by running"),
        (Status.PARTIAL, 0.5, PART, Status.PARTIAL, 0.5, "by running"),
        (Status.MISSING, 0, None, Status.MISSING, 0, "by calling"),
    ],
)
def test_whichever_shows_more_decides(by_calling, points, by_running, status, left, whose):
    item = decided(called(by_calling, points), by_running, hint="do it")
    assert (item.status, item.points, item.message) == (status, left, whose)


@pytest.mark.parametrize("by_running", [WRONG, PART])
def test_a_fault_that_only_a_run_shows_of_right_functions_is_told_and_costs_nothing(by_running):
    item = decided(called(Status.PASSED, 1), by_running, hint="do it")
    assert (item.status, item.points) == (Status.PASSED, 1)
    assert item.message.startswith("by running Nothing is deducted for this")


def test_a_remark_of_a_run_is_told_beside_right_functions():
    assert decided(called(Status.PASSED, 1), RIGHT, hint="do it").message == "by running"


def test_a_part_that_calling_did_not_find_is_for_a_person_where_a_run_can_not_decide():
    item = called(Status.PARTIAL, 0.25)
    lacking = a_check(name="test_more", status=Status.MISSING, credit=0)
    item = decided(item.model_copy(update={"checks": (*item.checks, lacking)}), UNSURE, hint="do it")
    assert (item.status, item.points) == (Status.REVIEW, 0)


def test_a_fault_that_a_run_can_hide_stands_unless_the_run_shows_that_it_changes_nothing():
    bug = Diagnosis(
        bug="evaluate.mean-of-batches", function="evaluate", cause="It is a mean.", mend="Count.", latent=True
    )
    item = called(Status.FAILED)
    item = item.model_copy(update={"checks": (item.checks[0].model_copy(update={"diagnosis": (bug,)}),)})
    assert decided(item, RIGHT, hint="").points == 0
    assert decided(item, RIGHT.model_copy(update={"harmless": (bug.bug,)}), hint="").points == 1
    assert decided(item, RIGHT.model_copy(update={"harmless": ("another",)}), hint="").points == 0


def test_what_running_has_shown_is_told_with_its_place_and_both_stay_to_be_read():
    item = decided(called(Status.FAILED), RIGHT, hint="do it")
    assert item.decided_by == "Shown by running hw1.ipynb, cell 3."
    assert [check.name for check in item.checks] == ["test_it", "it_is_shown"]


def test_a_hint_is_given_only_where_points_are_lost():
    assert decided(called(Status.MISSING), PART, hint="do it").hint == "do it"
    assert decided(called(Status.MISSING), RIGHT, hint="do it").hint == ""
    assert decided(called(Status.MISSING), UNSURE, hint="do it").hint == ""


@pytest.mark.parametrize(("latent", "left"), [(True, 0), (False, 1)])
def test_a_fault_that_calling_has_named_stands_where_a_right_run_can_hide_it(latent, left):
    named = Diagnosis(bug="evaluate.training-mode", function="evaluate", cause="No.", mend="Call it.", latent=latent)
    before = called(Status.FAILED)
    before = before.model_copy(update={"checks": (before.checks[0].model_copy(update={"diagnosis": (named,)}),)})
    assert decided(before, RIGHT, hint="").points == left


def test_a_review_item_is_left_alone():
    item = ItemResult(id="1B.z", part="1B", title="Why", kind="review", status=Status.REVIEW, points=0, max_points=1)
    assert decided(item, RIGHT, hint="") is item


def test_what_was_neither_found_nor_seen_in_a_run_is_told_so():
    item = decided(called(Status.MISSING), None, hint="do it", was_run=True)
    assert item.message == "Nothing of this was seen when your code was run. by calling"
    assert item.status is Status.MISSING


def test_an_item_behind_code_that_can_not_be_read_says_only_that():
    fault = Diagnosis(
        bug=f"{UNREADABLE} hw1.py", function="", cause="hw1.py can't be read: no.", mend="Fix this first."
    )
    check = a_check(status=Status.MISSING, credit=0.0, diagnosis=(fault,))
    item = an_item(status=Status.MISSING, points=0.0, message="See hw1.py, which can't be read.", checks=(check,))
    assert decided(item, None, hint="do it", was_run=True).message == "See hw1.py, which can't be read."


@pytest.mark.parametrize(
    ("others", "status"),
    [([], Status.MISSING), ([Status.FAILED], Status.FAILED), ([Status.FAILED, Status.ERROR], Status.ERROR)],
)
def test_an_item_with_a_fault_of_its_own_is_not_called_missing(others, status):
    checks = tuple(a_check(name=f"test_{each}", status=each, credit=0.0) for each in (Status.MISSING, *others))
    assert with_its_own_fault(an_item(status=Status.MISSING, points=0.0, checks=checks)).status is status


def test_a_bug_that_a_run_excuses_in_one_item_costs_what_the_run_shows_of_it_in_another():
    bug = Diagnosis(bug="build_cnn.softmax-at-the-end", function="build_cnn", cause="A softmax.", mend="Leave it out.")
    lost = a_check(name="test_it", status=Status.FAILED, credit=0.0, diagnosis=(bug,))
    layers = an_item(id="layers", status=Status.FAILED, points=0.0, checks=(lost,))
    training = an_item(id="training", checks=(a_check(),))

    def points(of_training: CheckResult) -> list[float]:
        verdicts = {"layers": RIGHT, "training": of_training}
        items = [decided(each, verdicts[each.id], hint="do it") for each in (layers, training)]
        return [each.points for each in with_bugs_that_both_show(items, verdicts, dict.fromkeys(verdicts, "do it"))]

    assert points(PART.model_copy(update={"shows_bugs": (bug.bug,)})) == [1, 0.5]
    assert points(PART.model_copy(update={"shows_bugs": ("another",)})) == [1, 1]
    assert points(PART) == [1, 1]


def test_a_bug_that_calling_has_named_is_what_is_told_where_a_run_costs_as_much():
    bug = Diagnosis(bug="train_xor.too-short", function="train_xor", cause="Too few steps.", mend="Train longer.")
    lost = a_check(status=Status.FAILED, credit=0.0, diagnosis=(bug,))
    item = an_item(status=Status.FAILED, points=0.0, message="by calling", checks=(lost,))
    assert decided(item, WRONG, hint="do it").message == "by calling"

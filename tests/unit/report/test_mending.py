from __future__ import annotations

from autograder.report.mending import mends
from autograder.results import Status
from tests.unit.report.sample_results import (
    ZERO_GRAD,
    a_check,
    a_failed_item,
    a_result,
    an_item,
    partly_failing_homework,
)


def failed_check(**fields: object) -> object:
    return a_check(**({"status": Status.FAILED, "credit": 0.0} | fields))


def test_a_bug_that_costs_several_items_is_one_entry_with_all_their_points() -> None:
    first, second = (
        a_failed_item(id=name, max_points=2.0, checks=(failed_check(diagnosis=(ZERO_GRAD,)),)) for name in "ab"
    )
    (mend,) = mends(a_result(first, second))
    assert mend.cause == ZERO_GRAD.cause
    assert mend.where == ZERO_GRAD.where
    assert mend.items == (first, second)
    assert mend.points == 4.0


def test_a_bug_costs_only_the_share_that_hangs_on_its_check() -> None:
    item = an_item(
        status=Status.PARTIAL,
        points=0.75,
        checks=(failed_check(share=0.25, diagnosis=(ZERO_GRAD,)), a_check(share=0.75)),
    )
    (mend,) = mends(a_result(item))
    assert mend.points == 0.25


def test_where_a_run_has_decided_its_own_words_lead_and_not_what_calling_a_function_named() -> None:
    item = an_item(
        status=Status.PARTIAL,
        points=0.75,
        message="The test accuracy is nowhere shown.",
        decided_by="Shown by running hw1.py.",
        checks=(failed_check(share=0.25, diagnosis=(ZERO_GRAD,)), a_check(share=0.75)),
    )
    (mend,) = mends(a_result(item))
    assert (mend.cause, mend.bug, mend.points) == ("The test accuracy is nowhere shown.", "", item.max_points - 0.75)


def test_the_dearest_cause_comes_first() -> None:
    cheap = a_failed_item(id="a", message="cheap", max_points=0.5)
    dear = a_failed_item(id="b", message="dear", max_points=3.0)
    assert [mend.cause for mend in mends(a_result(cheap, dear))] == ["dear", "cheap"]


def test_items_that_failed_for_the_same_reason_share_an_entry() -> None:
    items = [
        a_failed_item(id=name, status=Status.MISSING, message="No `train_epoch` was found.", hint="Name it so.")
        for name in "ab"
    ]
    (mend,) = mends(a_result(*items))
    assert (mend.mend, mend.points, mend.bug) == ("Name it so.", 2.0, "")


def test_an_item_without_a_message_says_what_its_status_means() -> None:
    (mend,) = mends(a_result(a_failed_item(title="Plot", status=Status.TIMEOUT)))
    assert mend.cause == "Plot: Your code took longer than it may."


def test_nothing_is_to_mend_where_nothing_was_lost() -> None:
    undecided = [an_item(id=status, status=status, points=0.0) for status in (Status.REVIEW, Status.UNCHECKED)]
    assert mends(a_result(an_item(), *undecided)) == ()


def test_a_bonus_that_was_not_tried_is_no_fault_and_one_that_failed_comes_last() -> None:
    untried = a_failed_item(id="a", bonus=True, status=Status.MISSING, max_points=2.0)
    wrong = a_failed_item(id="b", bonus=True, message="bonus", max_points=2.0)
    required = a_failed_item(id="c", message="required", max_points=0.5)
    assert [mend.cause for mend in mends(a_result(untried, wrong, required))] == ["required", "bonus"]


def test_the_missing_zero_grad_leads_the_homeworks_list() -> None:
    assert mends(partly_failing_homework())[0].bug == "train_epoch.zero-grad-missing"

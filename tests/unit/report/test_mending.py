from __future__ import annotations

from autograder.report.mending import mends, place_of
from autograder.results import BY_A_PERSON, UNREADABLE, Binding, Diagnosis, ItemResult, Status
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
        message="The test accuracy is not shown anywhere.",
        decided_by="Shown by running hw1.py.",
        checks=(failed_check(share=0.25, diagnosis=(ZERO_GRAD,)), a_check(share=0.75)),
    )
    (mend,) = mends(a_result(item))
    assert (mend.cause, mend.bug, mend.points) == (
        "The test accuracy is not shown anywhere.",
        "",
        item.max_points - 0.75,
    )


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


def unreadable(cell: int = 13) -> Diagnosis:
    return Diagnosis(
        bug=f"{UNREADABLE} hw1.ipynb cell {cell}",
        function="",
        cause=f"Cell {cell} can't be read: the bracket `(` that is opened in line 2 is never closed.",
        mend="Fix this first.",
        where=f"hw1.ipynb, cell {cell}, line 2",
    )


def test_code_that_can_not_be_read_is_one_entry_before_all_others() -> None:
    behind = [
        a_failed_item(id=name, max_points=0.5, checks=(failed_check(status=Status.MISSING, diagnosis=(unreadable(),)),))
        for name in "ab"
    ]
    first, second = mends(a_result(a_failed_item(id="c", message="dear", max_points=3.0), *behind))
    assert (first.cause, first.where) == (unreadable().cause, "hw1.ipynb, cell 13, line 2")
    assert (first.points, first.at_most, first.items) == (1.0, True, tuple(behind))
    assert (second.cause, second.at_most) == ("dear", False)


def test_what_was_lost_by_one_cause_alone_is_told_exactly() -> None:
    other = ZERO_GRAD.model_copy(update={"bug": "another"})
    shares = (failed_check(share=0.25, diagnosis=(ZERO_GRAD,)), failed_check(share=0.75))
    both_needed = (failed_check(diagnosis=(ZERO_GRAD,)), failed_check())
    for checks, open_end in (
        ((failed_check(diagnosis=(ZERO_GRAD,)),), False),
        (shares, False),
        (both_needed, True),
        ((failed_check(diagnosis=(ZERO_GRAD, other)),), True),
    ):
        assert mends(a_result(a_failed_item(checks=checks)))[0].at_most is open_end


def test_an_entry_has_the_place_of_the_run_of_the_error_or_of_the_function() -> None:
    ran = a_failed_item(
        decided_by="Shown by running hw1.ipynb, cell 3.", checks=(failed_check(place="hw1.ipynb, cell 3", credit=0.5),)
    )
    nowhere = a_failed_item(decided_by="Shown by running your code.", checks=(failed_check(place="your code"),))
    traceback = 'File "hw1.ipynb[cell 4]", line 2, in train\n    x\nFile "hw1.py", line 7, in step\n    y\nKeyError'
    stopped = a_failed_item(checks=(failed_check(traceback=traceback),))
    function = a_failed_item(checks=(failed_check(sentence="`evaluate` returns the share."),))
    bound = (
        Binding(
            function="evaluate", bound_to="hw1.ipynb cell 5 line 1 `calc_acc`", how="alias", target="hw1.ipynb:calc_acc"
        ),
    )

    def where(item: ItemResult) -> str:
        return mends(a_result(item).model_copy(update={"bindings": bound}))[0].where

    assert where(ran) == "hw1.ipynb, cell 3"
    assert where(nowhere) == ""
    assert where(stopped) == "hw1.py, line 7"
    assert where(function) == "hw1.ipynb, cell 5, line 1"


def test_places_are_told_in_one_style() -> None:
    assert place_of("hw1.py:12") == "hw1.py, line 12"
    assert place_of("hw 1.ipynb[cell 3]:2") == "hw 1.ipynb, cell 3, line 2"
    assert place_of("hw1.ipynb cell 3 line 2: loss: 1") == "hw1.ipynb, cell 3, line 2: `loss: 1`"
    assert place_of("hw1.py before line 17: loss.backward()") == "hw1.py, before line 17: `loss.backward()`"
    assert place_of("hw1.ipynb, cell 3, line 2") == "hw1.ipynb, cell 3, line 2"
    assert place_of("") == ""


def test_a_message_that_says_what_to_do_stands_alone() -> None:
    told, untold = "It is cut: read it before that.", "It is 0.5; more than 0.8 is needed."
    items = [a_failed_item(id=message, message=message, hint="Train longer.") for message in (told, untold)]
    assert {mend.cause: mend.mend for mend in mends(a_result(*items))} == {told: "", untold: "Train longer."}


def test_what_a_person_has_decided_is_told_under_the_items_title_and_no_bug_stands_for_it() -> None:
    item = a_failed_item(
        title="The network", message="copied", decided_by=BY_A_PERSON, checks=(failed_check(diagnosis=(ZERO_GRAD,)),)
    )
    (mend,) = mends(a_result(item))
    assert (mend.cause, mend.mend, mend.bug) == ("The network", "Decided by a person. copied", "")

"""Verdicts on a run that shows only a part: what is right counts, what lacks is for a person."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from autograder.judging import verdicts as asking
from autograder.judging.judges import Judge
from autograder.judging.verdicts import _has_signs_of, _uncertain, _unseen, observed_in
from autograder.own_work import TooMuch
from autograder.results import CheckResult, Status
from autograder.rubric import load_rubric
from autograder.trace.observed import Observed
from autograder.trace.places import Place
from autograder.trace.records import Data, Failure, SourceTrace, Trace
from autograder.trace.shortness import why_incomplete
from tests.unit.report.sample_results import a_check


def verdict(status: Status, credit: float) -> CheckResult:
    return a_check(status=status, credit=credit, message="A line lacks.")


def source(end: str = "finished", error: str = "") -> SourceTrace:
    failures = (Failure(place=Place(source="hw1.ipynb", cell=3), error=error),) if error else ()
    data = (Data(id=0, split="test", samples=512, whole=10_000),)
    return SourceTrace(source="hw1.ipynb", end=end, seconds=60, failures=failures, data=data)


def test_a_run_that_was_cut_by_its_time_or_stumbled_over_the_cut_is_incomplete():
    assert "not finished" in why_incomplete(Trace(sources=(source("budget"),)))
    assert "a part of it" in why_incomplete(Trace(sources=(source(error="ValueError: sizes 10000 and 512 differ"),)))
    assert not why_incomplete(Trace(sources=(source(error="ValueError: 3 is no size"),)))


def test_what_lacks_in_an_incomplete_run_is_for_a_person_and_what_is_right_stays():
    lacking = _uncertain(verdict(Status.PARTIAL, 0.5), "The run was cut.")
    assert (lacking.status, lacking.message) == (Status.REVIEW, "A line lacks. The run was cut. So a person decides.")
    assert _uncertain(verdict(Status.PASSED, 1.0), "The run was cut.").credit == 1


def test_what_an_incomplete_run_does_not_show_is_for_a_person():
    judge = Judge("3A.curves", "Both losses are drawn.", lambda: None)
    found = _unseen(judge, "The run of problem3.py was not finished when its time was up.")
    assert found.status is Status.REVIEW and "problem3.py was not finished" in found.message


@pytest.mark.parametrize(
    ("code", "signs"),
    [("while True:\n    pass", False), ("for x, y in loader:\n    loss.backward()", True), ("", False)],
)
def test_code_that_has_nothing_of_a_part_leaves_nothing_of_it_to_a_person(code, signs):
    rubric = load_rubric(Path(__file__).resolve().parents[3] / "rubric" / "hw1.yaml")
    assert _has_signs_of(rubric, "1A.training-step", [code]) is signs


@pytest.mark.parametrize(
    ("unfinished", "status"),
    [
        ("base = VGG16(weights='imagenet')\nmodel.fit(x_train, y_train)", Status.PARTIAL),
        (
            "mlp = nn.Linear(784, 10)\nfor x, y in train_loader:\n    loss.backward()\n    optimizer.step()",
            Status.REVIEW,
        ),
    ],
    ids=["of another part", "of this part"],
)
def test_what_a_notebook_has_not_come_to_makes_nothing_uncertain_that_is_of_another_part(
    monkeypatch, unfinished, status
):
    rubric = load_rubric(Path(__file__).resolve().parents[3] / "rubric" / "hw1.yaml")
    monkeypatch.setattr(asking, "judged", lambda *_: verdict(Status.PARTIAL, 0.5))
    observed = Observed(Trace(sources=(source("budget"),)), code=(unfinished,), unfinished=(unfinished,))
    (found,) = asking.verdicts(rubric, observed, "quick", ("1A.accuracy",)).values()
    assert found.status is status


@pytest.mark.parametrize(("cell", "status"), [(2, Status.PARTIAL), (3, Status.REVIEW), (4, Status.REVIEW)])
def test_what_is_judged_by_the_cell_in_which_a_run_ended_is_for_a_person(monkeypatch, cell, status):
    rubric = load_rubric(Path(__file__).resolve().parents[3] / "rubric" / "hw1.yaml")
    lacks = a_check(status=Status.PARTIAL, credit=0.5, message="A line lacks.", place=f"hw1.ipynb, cell {cell}")
    monkeypatch.setattr(asking, "judged", lambda *_: lacks)
    ended = source("budget").model_copy(update={"cells": (3, 4)})
    observed = Observed(Trace(sources=(ended,)), code=("a = 1",), unfinished=("a = 1",))
    (found,) = asking.verdicts(rubric, observed, "quick", ("1A.accuracy",)).values()
    assert found.status is status


@pytest.mark.parametrize(
    ("later", "missing", "status"),
    [("3C", "", Status.PARTIAL), ("", "", Status.REVIEW), ("3C", "3A.curves", Status.REVIEW)],
    ids=["all of the part, and a later one", "no later part", "something of it may still come"],
)
def test_a_part_that_a_notebook_had_left_behind_when_its_run_ended_is_judged(monkeypatch, later, missing, status):
    rubric = load_rubric(Path(__file__).resolve().parents[3] / "rubric" / "hw1.yaml")

    def in_order(judge, item, *_):
        if judge.item == missing or item.part not in ("3A", later):
            return None
        passed = item.id != "3A.network"
        return a_check(
            status=Status.PASSED if passed else Status.PARTIAL, credit=1.0 if passed else 0.5, place="hw1.ipynb, cell 2"
        )

    monkeypatch.setattr(asking, "judged", in_order)
    bonus = "plot_cnn(vgg.fit(x, y)); acc = cnn.evaluate(test)"
    ended = source("budget").model_copy(update={"cells": (5, 6)})
    observed = Observed(Trace(sources=(ended,)), code=("a = 1", bonus), unfinished=(bonus,))
    assert asking.verdicts(rubric, observed, "quick")["3A.network"].status is status


def test_the_unfinished_cells_are_those_from_where_the_run_ended(tmp_path):
    cells = [{"cell_type": "code", "source": text} for text in ("a = 1", "", "b = 2", "while True: pass", "c = 3")]
    (tmp_path / "hw1.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    submission = SimpleNamespace(folder=tmp_path, sources=("hw1.ipynb",))
    ended = source("budget").model_copy(update={"source": "hw1.ipynb", "cells": (3, 4)})
    observed = observed_in(submission, Trace(sources=(ended,)))
    assert observed.unfinished == ("while True: pass", "c = 3")


def test_what_was_decided_before_the_time_was_over_stays(monkeypatch):
    rubric = load_rubric(Path(__file__).resolve().parents[3] / "rubric" / "hw1.yaml")

    def one_after_the_other(judge, *_):
        if judge.item == "1A.accuracy":
            raise TooMuch("it took more than 300 s")
        return verdict(Status.PASSED, 1.0) if judge.item == "1A.network" else None

    monkeypatch.setattr(asking, "judged", one_after_the_other)
    found = asking.verdicts(
        rubric, Observed(Trace(sources=(source(),))), "quick", ("1A.network", "1A.accuracy", "1B.plot")
    )
    assert {item: each.status for item, each in found.items()} == {
        "1A.network": Status.PASSED,
        "1A.accuracy": Status.REVIEW,
        "1B.plot": Status.REVIEW,
    }
    assert "it took more than 300 s" in found["1B.plot"].message

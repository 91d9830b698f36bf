"""What a table tells in place of the time of each training."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from autograder.trace.places import Place
from autograder.trace.rows import Row
from traced.wrong_times import wrong_times

SPANS = [(10.0, 11.3), (11.4, 12.4), (12.5, 13.5), (13.6, 15.9)]


ACCURACIES = [0.1172, 0.8492, 0.8438, 0.832]


def stated(times: list[float], accuracies: list[float] | None = None, digits: int = 2) -> list[tuple[Row, Any]]:
    source = SimpleNamespace(source="hw1.ipynb", runs=())
    rows = [
        Row(Place(source="hw1.ipynb", run_in=1), "1/table", at, (f"optimizer {at}", *before, f"{time:.{digits}f}"))
        for at, time in enumerate(times)
        for before in [[f"{accuracies[at]:.4f}"] if accuracies else []]
    ]
    runs = [
        SimpleNamespace(began=began, ended=ended, seconds=ended - began, busy=0.2 * (ended - began))
        for began, ended in SPANS
    ]
    return [
        (row, SimpleNamespace(run=run, source=source, epochs=10, final_accuracies=lambda split, own=own: [own]))
        for row, run, own in zip(rows, runs, ACCURACIES, strict=True)
    ]


def add_up(rows: list[tuple[Row, Any]]) -> bool:
    return "includes those before it" in wrong_times(rows, [], "optimizer")


def test_times_from_the_beginning_of_the_first_training_add_up():
    assert add_up(stated([1.4, 2.5, 3.6, 6.0]))


def test_times_of_each_training_do_not():
    assert not add_up(stated([1.4, 1.1, 1.1, 2.4]))


def test_rows_that_are_of_no_one_table_tell_nothing():
    (first, one), *others = stated([1.4, 2.5, 3.6, 6.0])
    assert not add_up([(replace(first, number=90), one), *others])
    assert not add_up([(others[-1][0], one), *others])


def test_two_trainings_tell_too_little():
    assert not add_up(stated([1.4, 2.5, 3.6, 6.0])[:2])


def test_accuracies_beside_them_are_no_times():
    assert add_up(stated([1.4, 2.5, 3.6, 6.0], ACCURACIES))
    assert not add_up(stated([1.4, 1.1, 1.1, 2.4], ACCURACIES))


@pytest.mark.parametrize(
    ("head", "times", "told"),
    [
        ("time (s)", [1.3 / 60, 1.0 / 60, 1.0 / 60, 2.3 / 60], True),
        ("time (min)", [1.3 / 60, 1.0 / 60, 1.0 / 60, 2.3 / 60], False),
        ("time (s)", [1.3, 1.0, 1.0, 2.3], False),
        ("loss", [1.3 / 60, 1.0 / 60, 1.0 / 60, 2.3 / 60], False),
    ],
)
def test_minutes_in_a_column_of_seconds_are_told(head, times, told):
    rows = [(replace(row, heads=("optimizer", head)), one) for row, one in stated(times, digits=4)]
    assert ("in minutes" in wrong_times(rows, [], "network")) == told


@pytest.mark.parametrize(
    ("share", "told"),
    [(0.1, True), (0.21, False), (1.0, False)],
    ids=["less than the steps took", "without evaluations and plots", "all of it"],
)
def test_times_of_one_epoch_are_less_than_the_steps_alone_took(share, told):
    times = [share * (ended - began) for began, ended in SPANS]
    rows = [(replace(row, heads=("optimizer", "time (s)")), one) for row, one in stated(times, digits=3)]
    assert ("those of one epoch" in wrong_times(rows, [], "network")) == told


def test_minutes_are_told_also_where_the_clock_leaves_evaluations_out():
    times = [0.25 * (ended - began) / 60 for began, ended in SPANS]
    rows = [(replace(row, heads=("optimizer", "time (s)")), one) for row, one in stated(times, digits=5)]
    assert "in minutes" in wrong_times(rows, [], "network")

"""Times of a table that were taken from one beginning are told from those of each training."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from autograder.trace.records import Place
from autograder.trace.rows import Row
from traced.wrong_times import times_add_up

SPANS = [(10.0, 11.3), (11.4, 12.4), (12.5, 13.5), (13.6, 15.9)]


ACCURACIES = [0.1172, 0.8492, 0.8438, 0.832]


def stated(times: list[float], accuracies: list[float] | None = None) -> list[tuple[Row, Any]]:
    source = SimpleNamespace(source="hw1.ipynb")
    rows = [
        Row(Place(source="hw1.ipynb", run_in=1), "1/table", at, (f"optimizer {at}", *before, f"{time:.2f}"))
        for at, time in enumerate(times)
        for before in [[f"{accuracies[at]:.4f}"] if accuracies else []]
    ]
    runs = [SimpleNamespace(began=began, ended=ended, seconds=ended - began) for began, ended in SPANS]
    return [
        (row, SimpleNamespace(run=run, source=source, final_accuracies=lambda split, own=own: [own]))
        for row, run, own in zip(rows, runs, ACCURACIES, strict=True)
    ]


def test_times_from_the_beginning_of_the_first_training_add_up():
    assert times_add_up(stated([1.4, 2.5, 3.6, 6.0]))


def test_times_of_each_training_do_not():
    assert not times_add_up(stated([1.4, 1.1, 1.1, 2.4]))


def test_rows_that_are_of_no_one_table_tell_nothing():
    (first, one), *others = stated([1.4, 2.5, 3.6, 6.0])
    assert not times_add_up([(replace(first, number=90), one), *others])
    assert not times_add_up([(others[-1][0], one), *others])


def test_two_trainings_tell_too_little():
    assert not times_add_up(stated([1.4, 2.5, 3.6, 6.0])[:2])


def test_accuracies_beside_them_are_no_times():
    assert times_add_up(stated([1.4, 2.5, 3.6, 6.0], ACCURACIES))
    assert not times_add_up(stated([1.4, 1.1, 1.1, 2.4], ACCURACIES))

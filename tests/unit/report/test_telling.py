from __future__ import annotations

import math

from autograder.report.telling import among_right, describe, numbers
from autograder.results import Curves, HeatMap, Measure


def curves(threshold: float | None = None, **lines: tuple[float, ...]) -> Curves:
    return Curves(title="Loss", x_label="epoch", y_label="loss", lines=lines, threshold=threshold)


def heat_map(*rows: tuple[float, ...], **fields: object) -> HeatMap:
    return HeatMap(**({"title": "Map", "values": rows, "x_range": (0, 2), "y_range": (0, 2)} | fields))


def test_curves_are_told_by_their_ends() -> None:
    assert describe(curves(train=(2.3, 1.0, 0.2), test=(2.4,))) == "train: from 2.3 to 0.2. test: 2.4."


def test_curves_are_told_by_their_side_of_the_threshold() -> None:
    told = describe(curves(0.97, yours=(0.9, 0.98), reference=(0.9, 0.96)))
    assert told == (
        "yours: from 0.9 to 0.98, above the threshold of 0.97. reference: from 0.9 to 0.96, below the threshold of 0.97."
    )


def test_values_that_are_not_finite_are_counted_and_placed() -> None:
    told = describe(curves(loss=(1.0, math.nan, math.inf, 2.0), other=(math.nan,)))
    assert told == "loss: from 1 to 2; 2 of 4 values not finite, the first at 2. other: no finite value."


def test_an_empty_exhibit_says_so() -> None:
    assert describe(curves()) == "There is no line to draw."
    assert describe(heat_map()) == "There is no value to draw."
    assert describe(heat_map((math.nan, math.nan))) == "1 rows by 2 columns without a finite value."


def test_a_heat_map_is_told_by_its_size_range_and_points() -> None:
    told = describe(heat_map((0.0, 0.25), (0.5, math.nan), points=((0.0, 1.0, 1.0),)))
    assert told == (
        "2 rows by 2 columns, values from 0 to 0.5. 1 of 4 values are not finite. Marked points: 1 at (0, 1)."
    )


def test_the_numbers_of_curves_have_a_row_for_each_x() -> None:
    table = numbers(curves(train=(2.0, math.nan), test=(3.0, math.inf, 1.0)))
    assert table.columns == ("epoch", "train", "test")
    assert table.rows == (("1", "2", "3"), ("2", "NaN", "infinity"), ("3", "", "1"))


def test_the_numbers_of_a_heat_map_stand_as_drawn_the_lowest_row_last() -> None:
    table = numbers(heat_map((1.0, 2.0), (3.0, 4.0)))
    assert table.columns == ("y \\ x", "0.5", "1.5")
    assert table.rows == (("1.5", "3", "4"), ("0.5", "1", "2"))


def test_long_curves_are_thinned_and_the_title_says_so() -> None:
    table = numbers(curves(loss=tuple(map(float, range(1000)))))
    assert table.title == "Loss (40 of 1000 values, evenly spread)"
    assert [table.rows[0][0], table.rows[-1][0], len(table.rows)] == ["1", "1000", 40]


def test_a_measured_value_is_told_among_those_of_right_submissions() -> None:
    told = among_right(Measure(name="test accuracy", value=0.9312, bound=0.97, right=(0.971, 0.9745, 0.978)))
    assert told == (
        "test accuracy: 0.9312 here (the diamond); 0.971 to 0.978 in 3 runs of right submissions. "
        "It has to be above 0.97, right of the dashed line."
    )


def test_what_is_counted_has_to_be_at_most_what_the_assignment_says() -> None:
    told = among_right(Measure(name="epochs needed", value=2, bound=9, better="below", right=(2, 4)))
    assert told.endswith("It has to be at most 8, left of the dashed line.")
    told = among_right(Measure(name="cases right", value=4, bound=3, right=(4, 4)))
    assert told.endswith("It has to be at least 4, right of the dashed line.")


def test_a_measured_value_that_is_not_finite_has_no_diamond() -> None:
    told = among_right(Measure(name="loss", value=math.nan, bound=1, better="below", right=(0.5, 0.5)))
    assert told.startswith("loss: not finite here; all had 0.5 in 2 runs")

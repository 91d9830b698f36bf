from __future__ import annotations

import pytest

from autograder.report.wording import LABELS, counted, duration, number, numbering_of_cells, percent, points, signed
from autograder.results import Status
from tests.unit.report.sample_results import a_failed_item, an_item


@pytest.mark.parametrize(
    ("value", "text"),
    [(3.0, "3"), (1.5, "1.5"), (2 / 3, "0.67"), (-0.001, "0"), (20.0, "20"), (0.3333, "0.33"), (0.1250, "0.125")],
)
def test_points_have_at_most_two_decimals_but_for_eighths(value: float, text: str) -> None:
    assert number(value) == text


def test_points_that_are_shown_add_up_to_the_sum_that_is_shown() -> None:
    for shares in ((0.875, 0.5, 0.75, 0.75, 0.25), (0.5, 0.375, 0.75), (0.375, 0.375), (0.0625, 1)):
        assert abs(sum(float(number(each)) for each in shares) - float(number(sum(shares)))) < 0.006
    assert [number(0.125 * eighth) for eighth in range(4)] == ["0", "0.125", "0.25", "0.375"]
    assert (number(17.2708), number(15.5833), number(0.3125)) == ("17.27", "15.58", "0.31")
    assert number(0.1875 + 0.0001) == "0.19"


def test_shares_are_whole_percents() -> None:
    assert [percent(share) for share in (1 / 3, 0.6667, 0.125, 1.0)] == ["33 %", "67 %", "13 %", "100 %"]


def test_one_point_is_singular() -> None:
    assert (counted(1.0, "point"), counted(0.5, "point")) == ("1 point", "0.5 points")


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.0, "under 0.1 s"), (0.42, "0.4 s"), (41.6, "42 s"), (185.0, "3 min 5 s")]
)
def test_times_have_the_unit_that_suits_them(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_every_status_has_a_sign_and_a_word_of_its_own() -> None:
    assert set(LABELS) == set(Status)
    for field in ("symbol", "ascii_symbol", "word"):
        assert len({getattr(label, field) for label in LABELS.values()}) == len(Status)
    assert all(label.ascii_symbol.isascii() for label in LABELS.values())


def test_undecided_points_are_not_shown_as_none() -> None:
    assert points(an_item(status=Status.REVIEW, points=0.0)) == "– / 1"
    assert points(a_failed_item()) == "0 / 1"


@pytest.mark.parametrize(
    ("difference", "beside", "shown"),
    [
        (0.0012, 0.9778, "+0.0012"),
        (-9.0539, 81.3, "−9.1"),
        (1388.74, 646.2, "+1388.7"),
        (0, 4, "0"),
        (-2, 4, "−2"),
        (0.25, None, "+0.2500"),
        (None, 0.5, "–"),
    ],
)
def test_a_difference_has_its_sign_and_the_decimals_of_the_figure_beside_it(difference, beside, shown):
    assert signed(difference, beside) == shown


def test_what_a_cells_number_counts_is_told_where_there_are_notebooks() -> None:
    assert "third code cell" in numbering_of_cells(["report.pdf", "HW1.IPYNB"])
    assert numbering_of_cells(["hw1.py", "ipynb.txt"]) == ""

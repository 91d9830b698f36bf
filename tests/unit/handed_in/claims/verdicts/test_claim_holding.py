"""Relations are borne out by numbers, contradicted by them, or neither."""

from __future__ import annotations

import pytest

from autograder.handed_in.claims.relations import (
    Amount,
    Apart,
    Between,
    Claim,
    Extreme,
    First,
    Number,
    Of,
    Order,
    Party,
    Same,
    Stated,
)
from autograder.handed_in.claims.verdicts.holding import holds
from autograder.handed_in.claims.words.mentions import Configurations
from autograder.handed_in.naming import Naming
from autograder.handed_in.numbers import Standing

COURSES = {"A": ((1, 0.90), (2, 0.96), (3, 0.97)), "B": ((1, 0.93), (2, 0.95), (3, 0.98))}
STANDING = Standing("accuracy", {"A": 0.97, "B": 0.98, "C": 0.9801}, "table 1", courses=COURSES)
TIMES = Standing("seconds", {"A": 100.0, "B": 200.0, "C": 101.0}, "table 1")
A, B, C, ALL = Party(("A",)), Party(("B",)), Party(("C",)), Party(group="all")
MORE, LESS = Of(("accuracy",), +1), Of(("accuracy",), -1)
LONGER = Of(("seconds",), +1)


def answer(claim: Claim, standing: Standing = STANDING) -> bool | None:
    return holds(claim, standing, Configurations(Naming({"A": [], "B": [], "C": []}), ("A", "B", "C")))


def percent(value: float, step: float = 0.1) -> Number:
    return Number(value, step, "percent")


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        (Order(B, MORE, A), True),
        (Order(A, MORE, B), False),
        (Order(A, LESS, B), True),
        (Order(B, MORE, A, negated=True), False),
        (Order(Party(("A", "B"), nobody=True), MORE, C), None),
        (Order(Party(("A", "B")), MORE, C), False),
        (Order(ALL, MORE, A), True),
        (Order(Party(group="others"), MORE, B), False),
        (Extreme(A, LESS), True),
        (Extreme(A, MORE), False),
        (Extreme(A, MORE, rank=3), True),
        (Extreme(A, MORE, scope=Party(("A", "B"))), False),
        (Between(B, MORE, Party(("A", "C"))), None),
        (Between(A, MORE, Party(("B", "C"))), False),
        (Same(A, MORE, B), False),
        (Same(A, MORE, B, loose=True), None),
        (First(A, MORE, percent(96, 1)), True),
        (First(B, MORE, percent(96, 1)), False),
    ],
)
def test_a_claim_is_held_against_the_values(claim, expected):
    assert answer(claim) is expected


def test_a_tie_contradicts_neither_side_but_what_is_said_to_be_clear():
    assert answer(Order(B, MORE, C)) is answer(Order(C, MORE, B)) is answer(Extreme(B, MORE)) is None
    assert answer(Order(C, MORE, B, clear=True)) is False
    assert answer(Order(Party(("C",)), LONGER, A), TIMES) is None


def test_counts_that_are_equal_are_no_tie_by_rounding_unless_they_are_round():
    fewer = Of(("parameters",), -1)
    assert answer(Order(A, fewer, B), Standing("parameters", {"A": 545_098.0, "B": 545_098.0}, "table 1")) is False
    assert answer(Order(A, fewer, B), Standing("parameters", {"A": 550_000.0, "B": 550_000.0}, "table 1")) is None


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (percent(97.0), True),
        (percent(97, 1), True),
        (percent(96.9), False),
        (percent(97.2), False),
        (percent(96, 1), None),  # an epoch before
        (Number(0.97, 0.01, ""), True),
    ],
)
def test_a_value_may_be_rounded_and_may_be_that_of_another_epoch(number, expected):
    assert answer(Stated(A, MORE, Amount(number))) is expected


def test_a_value_may_be_cut_off_in_place_of_rounded():
    assert answer(Stated(C, MORE, Amount(percent(98.01, 0.01)))) is True
    assert holds(
        Stated(C, MORE, Amount(percent(98.0))),
        Standing("accuracy", {"C": 0.98095, "A": 0.5}, "table 1"),
        Configurations(Naming({"A": [], "C": []}), ("A", "C")),
    )


def test_bounds_are_held_by_all_of_whom_they_are_said():
    assert answer(Stated(ALL, MORE, Amount(percent(96), +1))) is True
    assert answer(Stated(ALL, MORE, Amount(percent(97.5), +1))) is False
    assert answer(Stated(Party(group="all", nobody=True), MORE, Amount(percent(96), -1))) is True


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (Number(2, 0.1, "times"), True),
        (Number(3, 0.1, "times"), False),
        (percent(50, 1), True),
        (percent(100, 1), True),
        (percent(20, 1), False),
        (Number(100, 1, "seconds"), True),
    ],
)
def test_an_amount_is_right_in_any_way_that_it_may_be_meant(number, expected):
    assert answer(Order(B, LONGER, A, amount=Amount(number)), TIMES) is expected


def test_two_that_are_said_to_be_apart_are_so_by_that_much():
    assert answer(Apart(Party(("A", "B")), MORE, Amount(Number(1, 0.1, "points")))) is True
    assert answer(Apart(Party(("A", "B")), MORE, Amount(Number(3, 1, "points"), about=True))) is False


def test_a_source_that_does_not_have_who_is_named_tells_nothing():
    assert answer(Order(Party(("D",)), MORE, A)) is None
    assert answer(Order(B, LONGER, A)) is None


def test_all_three_are_not_all_of_four():
    assert answer(Stated(Party(group="all", size=4), MORE, Amount(percent(99)))) is None


def test_a_column_that_counts_epochs_to_one_value_tells_nothing_of_another():
    epochs = Standing("epochs", {"A": 3.0, "B": 5.0}, "table 1", "epochs to 97%")
    fewer = Of(("epochs",), -1, goal=0.97)
    assert answer(Order(B, fewer, A), epochs) is False
    assert answer(Order(B, Of(("epochs",), -1, goal=0.9), A), epochs) is None


def test_layers_are_compared_where_the_numbers_tell_them_apart():
    layer = Standing("gradient", {"A": 1e-6, "B": 1e-3}, "table 1", "gradient layer 1")
    assert answer(Order(A, Of(("gradient",), +1, at=1), B), layer) is False
    assert answer(Order(A, Of(("gradient",), +1, at=2), B), layer) is None

"""Numbers in tables and prints, and which shares they state."""

from __future__ import annotations

import pytest

from autograder.trace.records import Place, Printed, SourceTrace, Table
from autograder.trace.rows import Row, numbers_in, rows_of, say_everything, thousandths


def values(text: str) -> list[float]:
    return [number.value for number in numbers_in(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("relu: 0.9778", [0.9778]),
        ("109,386 parameters in 12.5s", [109386, 12.5]),
        ("acc=97.8% loss=1.2e-03", [97.8, 0.0012]),
        ("epochs 3, 4", [3, 4]),
        ("conv2d x1 v2", []),
    ],
)
def test_numbers_are_found_however_they_are_written(text, found):
    assert values(text) == found


@pytest.mark.parametrize(
    ("text", "share", "stated"),
    [
        ("0.9778", 0.97781, True),
        ("97.78", 0.97781, True),
        ("97.8 %", 0.97781, True),
        ("98%", 0.97781, True),
        ("0.98", 0.9762, True),
        ("0.9", 0.9, False),  # too rough to state one
        ("0.9779", 0.9771, False),
        ("0.0407", 0.0407, True),
    ],
)
def test_a_share_is_stated_rounded_or_in_percent(text, share, stated):
    assert any(number.is_share(share) for number in numbers_in(text)) is stated


def test_a_number_of_single_precision_with_all_digits_of_a_double_is_that_number():
    (stated,) = numbers_in("0.36000001430511475")
    assert stated.is_share(0.36)
    assert not stated.is_share(0.37)


def test_rows_of_a_table_know_the_heads_of_their_columns_and_printed_lines_what_stood_before():
    place = Place(source="hw1.ipynb", cell=3)
    source = SourceTrace(
        source="hw1.ipynb",
        end="finished",
        seconds=1,
        tables=(Table(place=place, rows=(("", "accuracy"), ("relu", "0.95"))),),
        printed=(Printed(place=place, text="Running: SGD\nfinal 0.91\n"),),
    )
    head, relu, running, final = rows_of(source)
    assert (head.heads, relu.heads) == ((), ("", "accuracy"))
    assert relu.states_share(0.951)
    assert (running.before, final.before) == ("", "Running: SGD")


def test_a_small_share_is_told_by_two_decimals_or_by_its_sign():
    assert not any(each.is_share(0.0075) for each in numbers_in("0.8"))  # of percent
    assert [each.is_share(0.0075) for each in numbers_in("0.75, 0.8 %")] == [True, True]


def printed(*lines: str) -> list[Row]:
    text = Printed(place=Place(source="hw1.py"), text="\n".join(lines))
    return list(rows_of(SourceTrace(source="hw1.py", end="finished", seconds=1, printed=(text,))))


@pytest.mark.parametrize(
    "lines",
    [
        [" ".join(f"{n / 1000:.3f}" for n in range(start, start + 100)) for start in range(0, 1000, 100)],
        [f"relu: {n / 1000:.4f}" for n in range(500, 1000)],
        [f"test accuracy: {n / 10:.1f} %" for n in range(1000, 500, -1)],
    ],
)
def test_rows_that_state_each_share_say_nothing(lines):
    assert say_everything(thousandths(printed(*lines)), 0.8123)


@pytest.mark.parametrize(
    "lines",
    [
        [f"epoch {n}: loss {2.3 * 0.97**n:.4f}, accuracy {1 - 0.9 * 0.95**n:.2%}" for n in range(200)],
        [f"relu {0.9 + n / 1000:.4f}" for n in range(60)],
        [f"{n} %" for n in range(100)],
        [],
    ],
)
def test_a_long_log_does_not_say_everything(lines):
    assert not say_everything(thousandths(printed(*lines)), 0.9412)

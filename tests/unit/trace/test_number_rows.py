"""Numbers in tables and prints, and which shares they state."""

from __future__ import annotations

import time

import pytest

from autograder.trace.outputs import Axes, Figure, Printed, Table
from autograder.trace.places import Place
from autograder.trace.records import SourceTrace
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


@pytest.mark.parametrize(
    ("text", "shares"),
    [
        ("ReLU       | 9779/10000", [0.9779]),
        ("correct 9,779 / 10,000", [0.9779]),
        ("Test: 9779 of 10000, Train: 59 000 out of 60 000", [0.9779, 59 / 60]),
        ("Average loss: 0.0731, Accuracy: 204/256 (80%)", [204 / 256]),
        ("tensor(204) / 256", [204 / 256]),
        ("204.0/256", [204 / 256]),
        ("1/256 right", [1 / 256]),
        ("204 von 256, 203 sur 256", [204 / 256, 203 / 256]),
        ("4/4 right", []),  # of too few
        ("300/256", []),
        ("12/03/2024, lr 1/1000.5, a/204/256, 97.5/100", []),
        ("Epoch 37/50", []),
        ("Epoch [37/50], Step [120/938]", []),
        ("epoch: 37 of 100, Époque 37/50, 에폭 37/50", []),
        ("Train Epoch: 3 [12800/60000 (21%)]", []),
        ("loss: 2.302  [   64/60000]", []),
        ("120/938 [=====>......]", []),
        (" 12%|█▏        | 120/938 [00:05<00:30, 23.1it/s]", []),
        ("938/938 ━━━━━━━━━━ 3s 2ms/step", []),
        ("938/938 - 3s - 3ms/step", []),
    ],
)
def test_a_count_of_all_states_a_share_and_a_mark_of_progress_none(text, shares):
    assert [number.value / number.of for number in numbers_in(text) if number.of] == pytest.approx(shares)


def test_a_count_states_that_share_alone_and_stays_a_number():
    (hits, total) = numbers_in("9779/10000")
    assert (hits.value, total.value) == (9779, 10000)
    assert hits.is_share(0.9779)
    assert not any(each.is_share(share) for each in (hits, total) for share in (0.9778, 0.97795, 0.009779, 1.0))
    assert not any(each.is_share(1.0) for each in numbers_in("1/256"))


def test_counts_are_read_in_tables_and_in_drawn_ones():
    place = Place(source="hw1.ipynb", cell=3)
    rows = (("", "correct"), ("relu", "204/256"))
    figure = Figure(place=place, id=1, axes=(Axes(tables=(rows,)),))
    source = SourceTrace(
        source="hw1.ipynb",
        end="finished",
        seconds=1,
        tables=(Table(place=place, rows=rows),),
        figures=(figure,),
    )
    assert [row.states_share(204 / 256) for row in rows_of(source)] == [False, True] * 2


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


@pytest.mark.parametrize(
    ("first", "are_heads"),
    [
        (("", "accuracy", "epochs to 95 %"), True),
        (("", "accuracy", "layer 1"), True),
        (("SGD", "0.93", "12 s"), False),
        (("SGD", "93.1 %", "1.2 sec"), False),
        (("", "1", "2"), False),
    ],
)
def test_a_head_may_have_a_number_in_it_and_a_number_with_its_unit_is_none(first, are_heads):
    place = Place(source="hw1.ipynb", cell=3)
    tables = (Table(place=place, rows=(first, ("relu", "0.95", "7"))),)
    _, relu = rows_of(SourceTrace(source="hw1.ipynb", end="finished", seconds=1, tables=tables))
    assert relu.heads == (first if are_heads else ())


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
        [f"{n / 10:.1f} %" for n in range(1000) if n % 40 != 7],
    ],
)
def test_rows_that_state_nearly_each_share_say_nothing(lines):
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


@pytest.mark.parametrize(
    "line",
    ["loss: 2.30  [ {:4d}/ 512]", "Epoch  {:3d}/ 512", "seen {}/512", "{} of 512 pictures, loss 0.3"],
)
def test_what_counts_up_while_it_trains_states_no_share(line):
    rows = printed(*(line.format(hits) for _ in range(3) for hits in range(64, 513, 64)))
    assert not any(row.states_share(hits / 512) for row in rows for hits in range(64, 513, 64))


def test_accuracies_among_what_counts_up_are_stated():
    lines = []
    for right in (301, 350, 411):
        lines += [f"seen {hits}/512" for hits in range(64, 513, 64)] + [f"correct {right}/512"]
    rows = printed(*lines)
    assert all(any(row.states_share(right / 512) for row in rows) for right in (301, 350, 411))


def test_accuracies_that_grow_are_stated():
    lines = [f"epoch {n}: correct {hits}/256" for n, hits in enumerate((74, 112, 115, 130, 145, 160, 171, 182))]
    assert all(any(row.states_share(hits / 256) for row in printed(*lines)) for hits in (74, 145, 182))


def test_who_states_each_count_states_none():
    counts = [(7 * hits) % 257 for hits in range(257)]
    rows = printed(*(f"relu: {hits}/256" for hits in counts))
    assert not any(row.states_share(204 / 256) for row in rows)


def test_a_number_of_a_table_has_as_many_decimals_as_others_of_its_column():
    table = Table(
        place=Place(source="a.py"), rows=(("", "accuracy", "seconds"), ("tanh", "0.8", "7"), ("relu", "0.7875", "8.5"))
    )
    _, tanh, _ = rows_of(SourceTrace(source="a.py", end="finished", seconds=1.0, tables=(table,)))
    assert tanh.cells == ("tanh", "0.8000", "7")
    assert tanh.states_share(0.8) and not tanh.states_share(0.81)


def test_a_table_of_many_short_rows_and_a_long_one_is_read_in_little_time():
    rows = (*[("1.5",)] * 50_000, ("0.25",) * 50_000)
    began = time.process_time()
    first, *_, last = rows_of(
        SourceTrace(source="a.py", end="finished", seconds=1.0, tables=(Table(place=Place(source="a.py"), rows=rows),))
    )
    assert (first.cells, last.cells[0]) == (("1.50",), "0.25")
    assert time.process_time() - began < 20

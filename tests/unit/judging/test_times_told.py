"""A training's time is told by what is called one, or is nothing else and about as long."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from autograder.trace.outputs import Printed, Table
from autograder.trace.places import Place
from autograder.trace.records import SourceTrace
from autograder.trace.rows import Row, rows_of
from traced.named import optimizer_in
from traced.times import Telling, without_time

NAMES = ("SGD", "SGD+Momentum", "RMSprop", "Adam")
ACCURACIES = (0.3164, 0.8125, 0.8906, 0.8984)
SECONDS = (0.62, 0.75, 0.93, 1.31)


def training(number: int) -> Any:
    run = SimpleNamespace(
        id=number, began=10.0 * number, ended=10.0 * number + SECONDS[number], seconds=SECONDS[number]
    )
    one = SimpleNamespace(seconds=SECONDS[number], accuracy=ACCURACIES[number])
    source = SimpleNamespace(source="hw1.py", runs=[run])
    return SimpleNamespace(
        run=run,
        source=source,
        training=[one],
        passes=[one],
        epochs=20,
        histories=[],
        final_accuracies=lambda split, miscounted=False: [ACCURACIES[number]],
    )


TRAININGS = [training(number) for number in range(4)]


def lacking(rows: list[Row]) -> list[str]:
    own = {optimizer_in(row.text): row for row in rows if row.stated() and optimizer_in(row.text)}
    observed: Any = SimpleNamespace(rows=rows, panels=[])
    telling = [Telling(own[name], (each,)) for name, each in zip(NAMES, TRAININGS, strict=True)]
    return [NAMES[place] for place in without_time(observed, telling, rows, optimizer_in)]


def printed(*lines: str) -> list[Row]:
    text = Printed(place=Place(source="hw1.py"), text="\n".join(lines))
    return list(rows_of(SourceTrace(source="hw1.py", end="finished", seconds=1, printed=(text,))))


def table(*rows: tuple[str, ...]) -> list[Row]:
    one = Table(place=Place(source="hw1.py"), rows=rows)
    return list(rows_of(SourceTrace(source="hw1.py", end="finished", seconds=1, tables=(one,))))


@pytest.mark.parametrize(
    "form",
    [
        "{name:14s} {accuracy:.4f} {seconds:.2f}",
        "{name}  {accuracy:.1%}  {seconds:.1f}s",
        "{name}: accuracy {accuracy:.4f}, trained in {seconds:.1f} s",
        "{name}: accuracy {accuracy:.4f}, time {seconds:.0f}",
        "{name}: accuracy {accuracy:.4f}, time {minutes:.0f} min",
        "{name}: accuracy {accuracy:.4f}, time {minutes:.3f}",
        "{name}: accuracy {accuracy:.4f}, 0m {seconds:.0f}s",
        "{name}: accuracy {accuracy:.4f}, took 0:00:{seconds:05.2f}",
        "{name} | {accuracy:.0%} | {milliseconds:.0f} ms",
    ],
)
def test_times_are_told_in_any_form(form):
    every = zip(NAMES, ACCURACIES, SECONDS, strict=True)
    lines = [
        form.format(name=name, accuracy=accuracy, seconds=time, minutes=time / 60, milliseconds=1000 * time)
        for name, accuracy, time in every
    ]
    assert lacking(printed(*lines)) == []


@pytest.mark.parametrize(
    "form",
    [
        "{name:14s} {accuracy:.4f}",
        "{name}  {accuracy:.1%}",
        "{place} {name} {accuracy:.4f}",
        "{name}  {accuracy:.4f}  1.0",
        "{name}  {accuracy:.4f}  kernel 1",
        "{name}: accuracy {accuracy:.4f}, time 3.0",
    ],
)
def test_a_table_without_times_lacks_them(form):
    every = enumerate(zip(NAMES, ACCURACIES, strict=True))
    lines = [form.format(name=name, accuracy=accuracy, place=place) for place, (name, accuracy) in every]
    assert lacking(printed(*lines)) == list(NAMES)


def test_heads_call_a_column_times_in_printed_tables_and_in_frames():
    rows = [
        ("", "acc", "time"),
        *((n, f"{a:.4f}", f"{t:.2f}") for n, a, t in zip(NAMES, ACCURACIES, SECONDS, strict=True)),
    ]
    assert lacking(table(*rows)) == []
    assert lacking(table(*((row[0], row[1]) for row in rows))) == list(NAMES)
    assert lacking(printed(*(f"{a or 'name'}  {b}  {c}" for a, b, c in rows))) == []


def test_a_time_that_is_near_the_accuracy_is_a_time():
    lines = [f"{name} {accuracy:.4f} {accuracy:.2f}" for name, accuracy in zip(NAMES, ACCURACIES, strict=True)]
    assert lacking(printed(*lines)) == list(NAMES)
    times = (0.62, 0.81, 0.89, 1.31)  # two of them look like accuracies
    lines = [f"{name} {a:.4f} {t:.2f}" for name, a, t in zip(NAMES, ACCURACIES, times, strict=True)]
    assert lacking(printed(*lines)) == []


def test_a_time_on_a_line_of_its_own_that_names_the_training_is_told():
    lines = [f"{name}: training took {time:.1f} s" for name, time in zip(NAMES, SECONDS, strict=True)]
    lines += [f"epoch {number}" for number in range(20)]
    lines += [f"{name}  {accuracy:.4f}" for name, accuracy in zip(NAMES, ACCURACIES, strict=True)]
    assert lacking(printed(*lines)) == []


def test_the_time_of_one_is_not_that_of_the_others():
    lines = [f"{name} {accuracy:.4f}" for name, accuracy in zip(NAMES, ACCURACIES, strict=True)]
    lines[1] += " trained in 0.8 s"
    assert lacking(printed(*lines)) == ["SGD", "RMSprop", "Adam"]

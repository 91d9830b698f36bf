"""Training times: whether tables and lines tell them, and what is wrong with those that are told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from autograder.trace.durations import OF_EPOCHS, TIME, Duration, durations_in, units_said
from autograder.trace.observed import Experiment, Observed
from autograder.trace.records import Run
from autograder.trace.rows import Row, Stated, numbers_in
from traced.tables import are_heads, form, heads_of, labelled, nearby, rows_about

OF_ITS_PART = 0.2  # of an equal part of the time, where trainings take turns
CLOSE = 0.3  # how far from a training's time a number may be that nothing calls a time
SAME = 1.3  # times that differ by no more may be told as the same
MEASURES = re.compile(r"acc|loss|param|weight|gewicht|lr\b|rate|gap|decay|genauig|strat|verlust|точн|%", re.IGNORECASE)
COUNTS = re.compile(
    r"(?<![^\W_])(?:kernels?|filters?|conv\w*|layers?|epochs?|epochen|épo\w+|batch\w*|pool\w*|strides?|seed|depth|channels?|"
    r"runs?|size|rank|no|nr|id|index|units?)\W*$",
    re.IGNORECASE,
)
PROGRESS = re.compile(r"/\s*(?:step|it|batch)\b|it/s|\bETA\b|[━█]", re.IGNORECASE)


@dataclass(frozen=True)
class Telling:
    """Where a table tells of a training: the row, and the training, or several that came to the same results."""

    row: Row
    experiments: tuple[Experiment, ...]


def states_time(row: Row, around: Sequence[Row], experiment: Experiment, rows: Sequence[Row] = ()) -> bool:
    """Whether a row, or one close to it, states a time that this training can have taken, with or without its evaluations: it is
    called one, or nothing else and about as long."""
    for each in (row, *around):
        heads = heads_of(each, rows)
        if any(_fits(told, experiment) for told in _named(each.cells, heads)):
            return True
        unnamed = [number for _, number in _unnamed(each.cells, heads)]
        if any(_is_close(number, experiment) and not _is_measured(number, experiment) for number in unnamed):
            return True
    return False


def without_time(
    observed: Observed, told: Sequence[Telling], rows: Sequence[Row], name_in: Callable[[str], str] | None = None
) -> list[int]:
    """Of which of these trainings, by index, no time is told: not in its row, near it, or in another line that is about it.
    The same number for all is the time of none, where their times differ."""
    taken = {(each.row.block, each.row.number) for each in told}
    found: list[set[tuple[float, float]]] = [set() for _ in told]
    columns: dict[tuple[int, int], dict[int, Stated]] = {}
    shared = len(taken) < len(told)
    for place, each in enumerate(told):
        for row in (each.row, *_beside(each.row, rows, taken, name_in)):
            heads = heads_of(row, rows)
            named = [time for time in _named(row.cells, heads) if any(_fits(time, one) for one in each.experiments)]
            found[place].update((time.seconds, time.digit) for time in named)
            for position, number in () if shared else _unnamed(row.cells, heads):
                columns.setdefault((row.number - each.row.number, position), {})[place] = number
    for column in columns.values():
        of = [(number, told[place].experiments) for place, number in column.items()]
        close = sum(any(_is_close(number, one) for one in own) for number, own in of)
        measured = sum(any(_is_measured(number, one) for one in own) for number, own in of)
        if 2 * close < len(told) or 2 * measured > len(of):
            continue
        for place, number in column.items():
            time = Duration(number.value, 10.0**-number.decimals)
            if any(_fits(time, one) for one in told[place].experiments):
                found[place].add((time.seconds, time.digit))
    if all(found) and _is_constant(found, told):
        found = [set() for _ in told]
    return [
        place
        for place, each in enumerate(told)
        if not found[place]
        and not any(_is_told_elsewhere(observed, each.row, one, taken, name_in) for one in each.experiments)
    ]


def _beside(
    row: Row, rows: Sequence[Row], taken: set[tuple[str, int]], name_in: Callable[[str], str] | None
) -> list[Row]:
    """The rows that may tell more of what a row tells of: printed lines close to it that are of no other training, and of a table
    whose columns are trainings those that are called times."""
    if not row.block.endswith("printed"):
        return [each for each in rows if each.block == row.block and _is_row_of_times(each.cells)]
    near = [each for each in nearby(rows, row) if (each.block, each.number) not in taken]
    own = name_in(row.text) if name_in else ""
    return [each for each in near if name_in is None or not own or name_in(each.text) in ("", own)]


def _is_told_elsewhere(
    observed: Observed,
    row: Row,
    experiment: Experiment,
    taken: set[tuple[str, int]],
    name_in: Callable[[str], str] | None,
) -> bool:
    """Whether a line that was printed after the training, one that has its name, or a chart of times tells its time. What has the
    form of other lines there, as an epoch's has, does not."""
    headings = [each for each in observed.rows if are_heads(each)]
    own = name_in(row.text) if name_in else next((cell for cell in row.cells if form(cell).strip() == cell), "")
    about = rows_about(observed, experiment)
    forms = Counter(form(each.text) for each in about)
    lines = [each for each in about if forms[form(each.text)] == 1]
    if own and name_in:
        named = [each for each in observed.rows if name_in(each.text) == own]
        lines += [each for each in named if TIME.search(" ".join((each.text, *heads_of(each, headings))))]
    elif own:
        lines += [each for each in observed.rows if each.cells[0] == own or own in each.cells[:2]]
    for line in lines:
        if PROGRESS.search(line.text) or (line.block, line.number) in taken:
            continue
        heads = heads_of(line, headings)
        if any(_fits(time, experiment) and not time.of_epoch for time in _named(line.cells, heads)):
            return True
    return _is_in_a_chart(observed, experiment)


def _is_in_a_chart(observed: Observed, experiment: Experiment) -> bool:
    """Whether bars that are called times show its time."""
    for panel in observed.panels:
        axes = panel.axes
        if TIME.search(f"{axes.title} {axes.x_label} {axes.y_label} {' '.join(axes.legend)}"):
            bars = [Stated(round(bar, 6), 6, False) for bar in axes.bars[:100]]
            if any(_is_close(bar, experiment) for bar in bars):
                return True
    return False


def _is_constant(found: Sequence[set[tuple[float, float]]], told: Sequence[Telling]) -> bool:
    """Whether all trainings have one and the same time, and did not take about the same."""
    values = set.union(*found)
    if len(told) < 2 or len(values) != 1:
        return False
    ((value, digit),) = values
    seconds = [each.experiments[0].run.seconds for each in told]
    if max(seconds) <= SAME * min(seconds) or max(seconds) - min(seconds) < 0.2:
        return False
    least = [_least(each.experiments[0]) for each in told]
    return any(not 0.8 * low - digit <= value <= 1.2 * high + digit for low, high in zip(least, seconds, strict=True))


@lru_cache(maxsize=20_000)
def _named(cells: tuple[str, ...], heads: tuple[str, ...]) -> tuple[Duration, ...]:
    """The times in cells that are called times: by the unit behind them, the head of their column, or the words before them."""
    found: list[Duration] = []
    is_of_times = _is_row_of_times(cells)
    for index, cell in enumerate(cells):
        head = heads[index] if index < len(heads) else ""
        written = durations_in(cell)
        found += written
        if written:
            continue
        if TIME.search(head):
            found += _as_times(numbers_in(cell), head)
        elif is_of_times and index:
            found += _as_times(numbers_in(cell), cells[0])
    if not heads:
        for label, number in labelled(cells):
            if TIME.search(label) and not number.percent:
                found += _as_times([number], label)
    return tuple(found)


def _is_row_of_times(cells: Sequence[str]) -> bool:
    """Whether its first cell calls the others times."""
    return len(cells) > 1 and bool(TIME.search(cells[0])) and not numbers_in(cells[0])


def _as_times(numbers: Sequence[Stated], words: str) -> list[Duration]:
    of_epoch = bool(OF_EPOCHS.search(words))
    return [
        Duration(unit * number.value, unit * 10.0**-number.decimals, of_epoch)
        for number in numbers
        for unit in units_said(words)
    ]


@lru_cache(maxsize=20_000)
def _unnamed(cells: tuple[str, ...], heads: tuple[str, ...]) -> tuple[tuple[int, Stated], ...]:
    """The numbers that nothing calls something other than a time, each with its place from the right."""
    if heads:
        every = [
            (heads[index] if index < len(heads) else "", number)
            for index, cell in enumerate(cells)
            for number in numbers_in(cell)
        ]
    else:
        every = labelled(cells)
    found = []
    for place, (label, number) in enumerate(every):
        whole = number.decimals <= 0
        is_index = whole and not place and not (heads and label) and bool(re.match(r"\W*\d", cells[0]))
        if not (is_index or number.percent or number.of or MEASURES.search(label) or (whole and COUNTS.search(label))):
            found.append((len(every) - place, number))
    return tuple(found)


def _least(experiment: Experiment) -> float:
    trained = sum(each.seconds for each in experiment.training) or experiment.run.seconds
    return min(trained, experiment.run.seconds)


def _fits(told: Duration, experiment: Experiment) -> bool:
    """Whether a training can have taken this time, as it is rounded, with or without its evaluations."""
    least = _least(experiment)
    if others := at_the_same_time(experiment):  # each had its part, without the data that all were given
        least *= OF_ITS_PART / (len(others) + 1)
    times = (1, max(experiment.epochs, 1)) if told.of_epoch else (1,)
    return any(
        0.6 * least - 0.1 <= (told.seconds + told.digit) * count
        and (told.seconds - told.digit) * count <= 3 * experiment.run.seconds + 2
        for count in times
    )


def _is_close(number: Stated, experiment: Experiment) -> bool:
    """Whether a number is about the seconds that a training took, with or without its evaluations."""
    least = _least(experiment)
    if others := at_the_same_time(experiment):
        least *= OF_ITS_PART / (len(others) + 1)
    most = max(experiment.run.seconds, sum(each.seconds for each in experiment.passes))
    digit = 10.0**-number.decimals if number.decimals < 2 else 0.0
    return (1 - CLOSE) * least - digit - 0.05 <= number.value <= (1 + CLOSE) * most + digit + 0.1


def _is_measured(number: Stated, experiment: Experiment) -> bool:
    """Whether a number is an accuracy of the training, or the last loss of one of its histories."""
    shares = [each.accuracy for each in experiment.passes if each.accuracy is not None]
    for split in ("test", "train"):
        shares += experiment.final_accuracies(split, miscounted=True)
    losses = [each.values[-1] for each in experiment.histories if each.what == "loss" and each.values]
    return any(map(number.is_share, shares)) or (number.decimals > 1 and any(map(number.is_value, losses)))


def at_the_same_time(experiment: Experiment) -> list[Run]:
    """The trainings of the same source that took turns with this one, step by step."""
    own = experiment.run
    return [
        each
        for each in experiment.source.runs
        if each is not own and min(own.ended, each.ended) - max(own.began, each.began) > own.seconds / 2
    ]

"""Times that are told and are not those of each training: of one epoch, or from the beginning of the first one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from autograder.trace.durations import TIME, durations_in, units_said
from autograder.trace.observed import Experiment
from autograder.trace.rows import Row, Stated, numbers_in
from traced.tables import LINES_EACH, heads_of
from traced.times import at_the_same_time

MANY = 8  # epochs
SMALL = 0.25  # of a training's time
MOST_IN_MINUTES = 1.2  # of a training's time in minutes; one epoch of twenty is more than this
OF_EACH = re.compile(r"epoch|époque|epoca|época|эпох|average|mean|\bms\b|min", re.IGNORECASE)


def wrong_times(stated: Sequence[tuple[Row, Experiment]], rows: Sequence[Row], trained: str) -> str:
    """What the rows, among all `rows`, tell as the time of each training in place of that; '' where they tell it, or nothing.
    `trained` names what each training is of: 'optimizer'."""
    if _are_in_minutes(stated, rows):
        return "The times are in minutes, and their column says seconds."
    if _are_of_one_epoch(stated, rows):
        return (
            "The times are those of one epoch, and not of the whole training: the clock is started again in each epoch."
        )
    if _add_up(stated):
        return f"Each training time includes those before it: restart the clock before each {trained}'s training."
    return ""


def _add_up(stated: Sequence[tuple[Row, Experiment]]) -> bool:
    """Whether the rows of three trainings or more state how long it took from the beginning of the first one to the end of each,
    and none but the first how long its own took."""
    in_order = sorted(stated, key=lambda each: each[1].run.began)
    if len(in_order) < 3 or len({each.source.source for _, each in in_order}) > 1 or not _are_of_one_table(stated):
        return False
    start = in_order[0][1].run.began
    later = in_order[1:]
    from_start = [each.run.ended - start for _, each in later]
    columns = list(zip(*([*reversed(_single(row))] for row, _ in later), strict=False))
    columns = [column for column in columns if not _are_accuracies(column, [each for _, each in later])]
    columns = [tuple(number.value for number in column) for column in columns]
    added = any(_are_about(column, from_start, 0.15) for column in columns)
    return added and not any(_are_about(column, [each.run.seconds for _, each in later], 0.3) for column in columns)


def _are_in_minutes(stated: Sequence[tuple[Row, Experiment]], rows: Sequence[Row]) -> bool:
    """Whether what each row tells in a column of seconds is about how long its training took in minutes."""
    told = [(each, _times_in(row, heads_of(row, rows))) for row, each in stated]
    return len(told) > 1 and all(
        times and not at_the_same_time(each) and all(_is_in_minutes(time, each) for time in times)
        for each, times in told
    )


def _is_in_minutes(time: tuple[Stated, bool], experiment: Experiment) -> bool:
    number, is_in_seconds = time
    run = experiment.run  # a clock may leave out all but the steps
    return is_in_seconds and number.digits > 1 and run.busy <= 60 * number.value <= MOST_IN_MINUTES * run.seconds


def _are_of_one_epoch(stated: Sequence[tuple[Row, Experiment]], rows: Sequence[Row]) -> bool:
    """Whether what rows, among all `rows`, tell as the time of each training is a small part of it, as that of its last epoch
    is."""
    told = [(row, each, _times_in(row, heads_of(row, rows))) for row, each in stated]
    return len(told) > 1 and all(
        times and each.epochs >= MANY and not at_the_same_time(each) and all(_is_small(time, each) for time in times)
        for _, each, times in told
    )


def _times_in(row: Row, heads: Sequence[str]) -> list[tuple[Stated, bool]]:
    """The numbers of a row that its column's head calls a time, and not of an epoch, each with whether the head or the cell says
    that it is in seconds."""
    columns = [index for index, head in enumerate(heads) if TIME.search(head) and not OF_EACH.search(head)]
    return [
        (number, len(units_said(heads[index])) == 1 or _is_in_seconds(number, row.cells[index]))
        for index in columns
        for number in numbers_in(row.cells[index])
    ]


def _is_in_seconds(number: Stated, cell: str) -> bool:
    return any(each.seconds == number.value for each in durations_in(cell))


def _is_small(time: tuple[Stated, bool], experiment: Experiment) -> bool:
    """Whether a time, however it is rounded, is a small part of a training, less than its steps alone took, and may not be that
    of all of it in minutes. A clock may leave out evaluations and plots, which take most of a short run, and no steps."""
    number, is_in_seconds = time
    digit, seconds = 10.0**-number.decimals, experiment.run.seconds
    in_minutes = 60 * (number.value - digit) <= 1.3 * seconds and 60 * (number.value + digit) >= 0.7 * seconds
    is_less_than_the_steps = number.value + digit / 2 < experiment.run.busy
    is_small = is_less_than_the_steps and number.value + digit <= SMALL * seconds
    return is_small and (is_in_seconds or not in_minutes)


def _are_of_one_table(stated: Sequence[tuple[Row, Experiment]]) -> bool:
    """Whether each training has a row of its own, and the rows stand near each other."""
    numbers = {(row.block, row.number) for row, _ in stated}
    places = [row.number for row, _ in stated]
    return len(numbers) == len(stated) and max(places) - min(places) <= LINES_EACH * len(stated)


def _are_accuracies(column: Sequence[Stated], experiments: Sequence[Experiment]) -> bool:
    """Whether these are the trainings' accuracies: in a short run, seconds are of the same size."""
    shares = [[*each.final_accuracies("test"), *each.final_accuracies("train")] for each in experiments]
    return all(any(map(number.is_share, own)) for number, own in zip(column, shares, strict=True))


def _single(row: Row) -> list[Stated]:
    """The numbers of a row, but for those of a list in a cell, such as the filters of each layer."""
    return [number for cell in row.cells if not cell.startswith(("[", "(")) for number in numbers_in(cell)]


def _are_about(values: Sequence[float], seconds: Sequence[float], share: float) -> bool:
    return all(abs(value - each) <= share * each + 0.3 for value, each in zip(values, seconds, strict=True))

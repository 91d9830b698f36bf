"""Tables, printed or shown: whether they state a value for each of several experiments, side by side."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from autograder.trace.observed import Experiment, Observed
from autograder.trace.records import Run
from autograder.trace.rows import Row, Stated, numbers_in, say_everything

OF_ITS_PART = 0.2  # of an equal part of the time, where trainings take turns
MANY = 8  # epochs
SMALL = 0.25  # of a training's time
TIME = re.compile(r"time|sec|zeit|temps|tiempo|tempo|czas|süre|врем|уақыт|时间|時間|시간", re.IGNORECASE)
TIMES_OF_ONE_EPOCH = (
    "The times are those of one epoch, and not of the whole training: the clock is started again in each epoch."
)
OF_EACH = re.compile(r"epoch|époque|epoca|época|эпох|average|mean|\bms\b|min", re.IGNORECASE)
NUMERALS = re.compile(r"[\d.,%]+")
WORD = re.compile(r"[^\W\d_]{2}")
MOST_ROWS = 12  # of a printed table, below its heads
LINES_EACH = 5  # printed lines that a table may take for one of its entries


@dataclass(frozen=True)
class Entry:
    """Where a table states a value: the row, and the texts that name it."""

    row: Row
    names: tuple[str, ...]


def stated_together(
    observed: Observed, values: Mapping[str, Sequence[float]], name_in: Callable[[str], str]
) -> dict[str, Entry]:
    """For each kind, where one and the same table states one of its values (shares), and names it. The table that states the
    most; of printed lines, those that stand close together count as one table. Of equal ones the last; of rows, those that hold
    the name themselves before those that stand below it."""
    best: dict[str, Entry] = {}
    values = {kind: telling(observed, wanted) for kind, wanted in values.items()}
    for rows in tables(observed, len(values)):
        found: dict[str, Entry] = {}
        for kind, wanted in values.items():
            for row in rows:
                names = naming(row, wanted)
                if name_in(row.text) in values and name_in(row.text) != kind:  # what stands above it names another row
                    names = tuple(name for name in names if name not in row.before.splitlines())
                surer = kind in found and name_in(found[kind].row.text) == kind != name_in(row.text)
                if names and any(name_in(name) == kind for name in names) and not surer:
                    found[kind] = Entry(row, names)
        if found and len(found) >= len(best):
            best = found
    return best


def told_apart(
    observed: Observed,
    experiments: Mapping[str, Experiment],
    values: Mapping[str, Sequence[float]],
    name_in: Callable[[str], str],
) -> dict[str, Entry]:
    """For each kind, a line that was printed after its training, and before another network was asked, and states one of its
    values. What has the form of other lines there, as an epoch's has, tells of the way and not what came of it."""
    found: dict[str, Entry] = {}
    for kind, experiment in experiments.items():
        own = rows_about(observed, experiment)
        forms = Counter(form(each.text) for each in own)
        wanted = telling(observed, values[kind])
        for row in own:
            is_of_it = forms[form(row.text)] == 1 and name_in(row.text) in ("", kind)
            if is_of_it and any(map(row.states_share, wanted)):
                found[kind] = Entry(row, (row.text,))
    return found


def rows_about(observed: Observed, experiment: Experiment) -> list[Row]:
    """The lines that were printed after a training's network was asked, and before another one was."""
    here, own = experiment.source.source, experiment.run.id
    return [row for row in observed.rows if row.about == own and here in (row.place.run, row.place.source)]


def telling(observed: Observed, shares: Sequence[float]) -> list[float]:
    """Those of some shares whose being stated tells something: not where nearly all are."""
    return [each for each in shares if not say_everything(observed.thousandths, each)]


def form(text: str) -> str:
    """A line without its numbers: the same for all lines that one statement has printed."""
    return NUMERALS.sub("", text)


def tables(observed: Observed, entries: int) -> list[list[Row]]:
    """All tables, and all windows of printed lines that may be one."""
    found = []
    blocks: dict[str, list[Row]] = {}
    for row in observed.rows:
        blocks.setdefault(row.block, []).append(row)
    for block, rows in blocks.items():
        if not block.endswith("printed"):
            found.append(rows)
            continue
        width = LINES_EACH * max(entries, 1)
        found += [rows[start : start + width] for start in range(0, max(len(rows) - width, 0) + 1, 1)]
    return found


def naming(row: Row, values: Sequence[float]) -> tuple[str, ...]:
    """The texts that name one of these shares in a row: the head of its column, the row itself, the line before it."""
    found: list[str] = []
    for index, cell in enumerate(row.cells):
        if any(number.is_share(value) for number in row.numbers(cell) for value in values):
            head = row.heads[index] if len(row.heads) == len(row.cells) else ""
            found += [head, row.text, *reversed(row.before.splitlines()[-2:])]
    return tuple(text for text in found if text)


def states_time(row: Row, around: Sequence[Row], experiment: Experiment) -> bool:
    """Whether a row, or one close to it, states a time that this training can have taken, with or without its evaluations."""
    least = min(sum(each.seconds for each in experiment.training) or experiment.run.seconds, experiment.run.seconds)
    if others := _at_the_same_time(experiment):  # each had its part, without the data that all were given
        least *= OF_ITS_PART / (len(others) + 1)
    return any(
        0.6 * least - 0.1 <= number.value * unit <= 3 * experiment.run.seconds + 2
        for each in (row, *around)
        for index, cell in enumerate(each.cells)
        for number in numbers_in(cell)
        for unit in (1.0, 60.0, 0.001)
        if unit == 1.0 or _is_unit(unit, each, index)
    )


def _at_the_same_time(experiment: Experiment) -> list[Run]:
    """The trainings of the same source that took turns with this one, step by step."""
    own = experiment.run
    return [
        each
        for each in experiment.source.runs
        if each is not own and min(own.ended, each.ended) - max(own.began, each.began) > own.seconds / 2
    ]


def times_add_up(stated: Sequence[tuple[Row, Experiment]]) -> bool:
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


def are_of_one_epoch(stated: Sequence[tuple[Row, Experiment]], rows: Sequence[Row]) -> bool:
    """Whether what rows, among all `rows`, tell as the time of each training is a small part of it, as that of its last epoch
    is."""
    told = [(row, each, _times_in(row, _heads_of(row, rows))) for row, each in stated]
    return len(told) > 1 and all(
        times and each.epochs >= MANY and not _at_the_same_time(each) and max(times) <= SMALL * each.run.seconds
        for _, each, times in told
    )


def _heads_of(row: Row, rows: Sequence[Row]) -> tuple[str, ...]:
    """The heads of a row's columns: its own, or the last line of words above it in a printed table that has a cell for each of
    its own, or for each but the first, as where rows are numbered; () where there are none."""
    if len(row.heads) == len(row.cells):
        return row.heads
    near = range(row.number - MOST_ROWS, row.number)
    above = [each for each in rows if each.block == row.block and each.number in near]
    heads = [each.cells for each in above if _are_heads(each) and 0 <= len(row.cells) - len(each.cells) <= 1]
    return ("",) * (len(row.cells) - len(heads[-1])) + heads[-1] if heads else ()


def _are_heads(row: Row) -> bool:
    return not row.stated() and len(row.cells) > 1 and all(map(WORD.search, row.cells))


def _times_in(row: Row, heads: Sequence[str]) -> list[float]:
    """The numbers of a row that its column's head calls a time, in seconds and not of an epoch."""
    columns = [index for index, head in enumerate(heads) if TIME.search(head) and not OF_EACH.search(head)]
    return [number.value for index in columns for number in numbers_in(row.cells[index])]


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


def _is_unit(unit: float, row: Row, index: int) -> bool:
    head = row.heads[index] if len(row.heads) == len(row.cells) else ""
    text = f"{head} {row.cells[index]}".lower()
    return "min" in text if unit == 60.0 else "ms" in text


def nearby(rows: Sequence[Row], row: Row) -> list[Row]:
    """The rows of the same block in the next lines around a row."""
    return [each for each in rows if each.block == row.block and 0 < abs(each.number - row.number) <= 2]


def beside(share: float, row: Row | None, shares: Sequence[float]) -> tuple[str, str]:
    """A measured share, and the number of a row that states one of `shares`, both written as the row writes it."""
    number = None if row is None else next((each for each in row.stated() if any(map(each.is_share, shares))), None)
    if number is None:
        return f"{share:.4g}", "not found"
    if number.of:
        return f"{share:.4g}", f"{number.value:g} of {number.of}"
    if number.percent or number.value > 1.5:
        return f"{100 * share:.{number.decimals}f} %", f"{number.value:.{number.decimals}f} %"
    return f"{share:.{number.decimals}f}", f"{number.value:.{number.decimals}f}"


def accuracies(
    observed: Observed, experiments: Mapping[str, Experiment], split: str = "test"
) -> dict[str, list[float]]:
    """By kind, what may be told as the final accuracy."""
    return {kind: observed.final_accuracies(each, split) for kind, each in experiments.items()}

"""Tables, printed or shown: whether they state a value for each of several experiments, side by side."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from autograder.trace.observed import Experiment, Observed
from autograder.trace.rows import NUMBER, Row, Stated, numbers_in, say_everything

WORD = re.compile(r"[^\W\d_]{2}")
MOST_ROWS = 12  # of a printed table, below its heads
NUMERALS = re.compile(r"[\d.,%]+")
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
    the name themselves before those that stand below it. Rows that name several count where others don't state as many."""
    values = {kind: telling(observed, wanted) for kind, wanted in values.items()}
    found = _stated(observed, values, name_in, of_several=False)
    if len(found) == len(values):
        return found
    return max(found, _stated(observed, values, name_in, of_several=True), key=len)


def _stated(
    observed: Observed, values: Mapping[str, Sequence[float]], name_in: Callable[[str], str], *, of_several: bool
) -> dict[str, Entry]:
    best: dict[str, Entry] = {}
    for rows in tables(observed, len(values)):
        found: dict[str, Entry] = {}
        for kind, wanted in values.items():
            for row in rows:
                names = naming(row, wanted, of_several=of_several)
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


def naming(row: Row, values: Sequence[float], *, of_several: bool = False) -> tuple[str, ...]:
    """The texts that name one of these shares in a row: the head of its column, the row itself, the line before it; in a row `of
    several` names also what stands before it."""
    found: list[str] = []
    for index, cell in enumerate(row.cells):
        numbers = row.numbers(cell)
        if any(number.is_share(value) and row.states_share(value) for number in numbers for value in values):
            head = row.heads[index] if len(row.heads) == len(row.cells) else ""
            found += [
                head,
                *(_labels(cell, values) if of_several else ()),
                row.text,
                *reversed(row.before.splitlines()[-2:]),
            ]
    return tuple(text for text in found if text)


def _labels(cell: str, values: Sequence[float]) -> list[str]:
    """What stands before one of these shares in a cell with several numbers."""
    every = labelled((cell,))
    return [label for label, number in every if len(every) > 1 and any(map(number.is_share, values))]


def labelled(cells: Sequence[str]) -> list[tuple[str, Stated]]:
    """Each number with the words between it and the one before: 'tanh' of "{'relu': 0.98, 'tanh': 0.97}" for 0.97."""
    found = []
    text, end = "  ".join(cells), 0
    for match in NUMBER.finditer(text):
        numbers = numbers_in(match[0])
        found += [(text[end : match.start()] if not place else "", number) for place, number in enumerate(numbers)]
        end = match.end()
    return found


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


def heads_of(row: Row, rows: Sequence[Row]) -> tuple[str, ...]:
    """The heads of a row's columns: its own, or the last line of words above it in a printed table that has a cell for each of
    its own, or for each but the first, as where rows are numbered; () where there are none."""
    if len(row.heads) == len(row.cells):
        return row.heads
    near = range(row.number - MOST_ROWS, row.number)
    above = [each for each in rows if each.block == row.block and each.number in near]
    heads = [each.cells for each in above if are_heads(each) and 0 <= len(row.cells) - len(each.cells) <= 1]
    return ("",) * (len(row.cells) - len(heads[-1])) + heads[-1] if heads else ()


def are_heads(row: Row) -> bool:
    """Whether a row may be the heads of a printed table: words in each cell, and no number."""
    return not row.stated() and len(row.cells) > 1 and all(map(WORD.search, row.cells))

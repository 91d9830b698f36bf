"""Rows of numbers that a run has shown, from tables, pictures of tables and printed lines; and which values they state."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from typing import Final

from autograder.trace.enumerated import Interval, covered, is_one_of_all
from autograder.trace.fractions import COUNTED, SPACED, Fraction, counting, total_behind
from autograder.trace.places import Place
from autograder.trace.records import SourceTrace

NUMBER: Final = re.compile(
    r"(?<![\w.])[-+]?\d[\d,_ \u202f]*(?:\.\d+)?(?:e[-+]?\d+)?(?!\w|\.\d)\s*%?|(?<![\w.])\d+(?:\.\d+)?(?=s\b|sec\b|k\b|M\b)",
    re.I,
)
DECIMAL: Final = re.compile(r"[-+]?\d+\.\d+")
LETTER: Final = re.compile(r"[^\W\d_]")
FEWEST_LETTERS: Final = 4  # of a head that has a number in it
LONGEST: Final = 2_000  # characters of a printed line that are read
MOST_LINES: Final = 20_000
SINGLE: Final = 1e-6  # relative: a number of single precision, printed with all digits of a double
TINY: Final = 0.015  # a share that as percent looks like a share
AROUND: Final = (
    60  # thousandths on either side of a share; whoever prints the accuracy of each step states many, hardly all
)
NEARLY_ALL: Final = 0.9  # of them: whoever guesses may leave some out
MANY_LINES: Final = 60  # of one form, which together state
ALL: Final = 0.95  # of all shares, including those below chance


@dataclass(frozen=True)
class Stated:
    """A number as written in a text: its value, how many decimals it has, whether it is marked as percent, and the total that it
    is stated to be a part of ('9779/10000'; 0 if there is none)."""

    value: float
    decimals: int
    percent: bool
    of: int = 0

    @property
    def thousandth(self) -> int | None:
        """Which thousandth it is as a share, whether written as one or in percent; None if it is not a share, or less precise."""
        if self.of:
            return round(1000 * self.value / self.of)
        in_percent = self.percent or self.value > 1.5
        share, decimals = (self.value / 100, self.decimals + 2) if in_percent else (self.value, self.decimals)
        return round(1000 * share) if decimals >= 3 and 0 <= share <= 1 else None

    @property
    def digits(self) -> int:
        """Its number of significant digits: from the first that is not 0 to its last decimal."""
        scaled = abs(self.value) * 10.0**self.decimals
        return len(str(round(scaled))) if 0.5 <= scaled < 1e15 else 0

    @property
    def shares(self) -> Interval | None:
        """The interval of the shares that this may state; None if it is too imprecise to state one, or states exactly one."""
        in_percent = self.percent or self.value > 1.5
        share, decimals = (self.value / 100, self.decimals + 2) if in_percent else (self.value, self.decimals)
        if self.of or not 0 <= share <= 1 or decimals < 2 or (in_percent and not (self.percent or self.decimals)):
            return None
        unit = 10.0**-decimals
        return share - unit / 2, share + unit

    def is_value(self, value: float) -> bool:
        """Whether this is `value`, rounded to this number of decimals, truncated to it, in significant digits, or in single
        precision."""
        unit = 10.0**-self.decimals
        cut_off = self.decimals > 0 and 0 <= value - self.value < unit
        return cut_off or abs(self.value - value) <= max(0.501 * unit, SINGLE * abs(value))

    def is_share(self, share: float) -> bool:
        """Whether this states a share in [0, 1]: as it is, in percent or as a count of a total. '0.9' and '9 %' are too rough."""
        if self.of:
            return abs(self.value / self.of - share) <= SINGLE * share
        if share < TINY and (self.decimals >= 2 or self.percent) and self.is_value(100 * share):
            return share > 0
        if self.percent or self.value > 1.5:
            return self.is_value(100 * share) and (self.decimals > 0 or self.percent or share in (0.0, 1.0))
        return self.is_value(share) and (self.decimals >= 2 or share in (0.0, 1.0))


@dataclass(frozen=True)
class Row:
    """One row: its cells, the column heads above it, and the surrounding text that may name it. `block` is the same for all rows
    of a table; the printed lines of a source are one block, with `number` as their order."""

    place: Place
    block: str
    number: int
    cells: tuple[str, ...]
    heads: tuple[str, ...] = ()
    before: str = ""
    about: int | None = None  # the run whose network was used last before it was printed
    begun: int | None = None  # runs that had started when it was printed; None if not known
    counting: frozenset[Fraction] = frozenset()  # what tells progress only, where it was printed
    listed: frozenset[int] = (
        frozenset()
    )  # which of its numbers, in lines of its form, are between them all there can be

    @property
    def text(self) -> str:
        return "  ".join(self.cells)

    def stated(self) -> list[Stated]:
        return [each for cell in self.cells for each in self.numbers(cell)]

    def numbers(self, cell: str) -> list[Stated]:
        """The numbers of one of its cells; what reports progress is not a count of a total."""
        found = numbers_in(cell)
        if not self.counting:
            return found
        return [replace(each, of=0) if (each.value, each.of) in self.counting else each for each in found]

    def states_share(self, share: float) -> bool:
        """Whether it states this share, but not nearly all others as well."""
        stated = self.stated()
        found = any(each.is_share(share) and place not in self.listed for place, each in enumerate(stated))
        return found and not state_all(stated, share)


def state_all(stated: Sequence[Stated], share: float) -> bool:
    """Whether numbers that appear together, as in a line or on one figure, state nearly all shares around this one."""
    return is_one_of_all([shares for each in stated if (shares := each.shares) is not None], share)


def with_lists(rows: Sequence[Row]) -> list[Row]:
    """The rows, marked with which of their numbers belong to a list of all shares, one per line: '0 %', '1 %' and so on. Logged
    accuracies, however many, hardly lie below chance."""
    groups: dict[tuple[object, ...], list[int]] = {}
    for place, row in enumerate(rows):
        if row.stated():
            groups.setdefault((row.block, NUMBER.sub("", row.text), row.about, row.begun), []).append(place)
    found = list(rows)
    for places in groups.values():
        if len(places) < MANY_LINES:
            continue
        columns: dict[int, list[Interval]] = {}
        for place in places:
            for index, number in enumerate(rows[place].stated()):
                if (shares := number.shares) is not None:
                    columns.setdefault(index, []).append(shares)
        listed = frozenset(index for index, shares in columns.items() if covered(shares) >= ALL)
        for place in places if listed else ():
            found[place] = replace(rows[place], listed=listed)
    return found


def thousandths(rows: Sequence[Row]) -> frozenset[int]:
    """All shares that rows state, to the thousandth or more precisely, in thousandths."""
    return frozenset(cell for row in rows for number in row.stated() if (cell := number.thousandth) is not None)


def say_everything(stated: frozenset[int], share: float) -> bool:
    """Whether nearly all shares around this one are stated, to the thousandth, so that it proves nothing that this one is."""
    centre = round(1000 * share)
    around = [cell for cell in range(centre - AROUND, centre + AROUND + 1) if 0 < cell < 1000]
    return len(stated.intersection(around)) >= NEARLY_ALL * len(around)


def numbers_in(text: str) -> list[Stated]:
    """The numbers of a text. '109,386' and '109 386' are one number; '97.8 %' is marked as percent."""
    return list(_numbers_in(text[:LONGEST]))


@lru_cache(maxsize=50_000)
def _numbers_in(text: str) -> tuple[Stated, ...]:
    found = []
    for match in NUMBER.finditer(text):
        written = match.group()
        percent = written.endswith("%")
        parts = _apart(written.rstrip("% "))
        last = max(written.rfind(parts[-1]), 0) if parts else 0
        total = 0 if percent else total_behind(text, match.start() + last, match.end())
        for index, part in enumerate(parts, 1):
            bare, _, power = part.lower().partition("e")
            try:
                value = float(part)
                decimals = len(bare.partition(".")[2]) - (int(power) if power else 0)
            except ValueError:
                continue
            if abs(value) < 1e300:
                of = total if index == len(parts) and value.is_integer() and 0 <= value <= total else 0
                found.append(Stated(value, max(min(decimals, 15), -15), percent, of))
    return tuple(found)


def _apart(written: str) -> list[str]:
    """'109,386' is one number with a thousands separator; '3, 4' and '12 14' are two."""
    if re.fullmatch(r"[-+]?\d{1,3}(?:[,_ \u202f]\d{3})+(?:\.\d+)?", written):
        return [re.sub(r"[,_ \u202f]", "", written)]
    return [part for part in re.split(r"[,_ \u202f]+", written) if part]


def rows_of(source: SourceTrace, number: int = 0) -> Iterator[Row]:
    """All rows of a notebook or script; `number` distinguishes its blocks from those of others."""
    for index, table in enumerate(source.tables):
        yield from _table(table.rows, table.place, f"{number}/table {index}")
    for figure in source.figures:
        for place, axes in enumerate(figure.axes):
            for which, drawn in enumerate(axes.tables):
                yield from _table(drawn, figure.place, f"{number}/figure {figure.id}/{place}/{which}")
    yield from _printed(source, f"{number}/printed")


def _printed(source: SourceTrace, block: str) -> Iterator[Row]:
    lines = (
        (printed, SPACED.sub(_closed, line[:LONGEST]), line[:200])
        for printed in source.printed
        for line in printed.text.splitlines()
        if line.strip()
    )
    first_lines = list(islice(lines, MOST_LINES))
    counts = (each for _, line, _ in first_lines if COUNTED.search(line) for each in numbers_in(line) if each.of)
    progress = counting((int(each.value), each.of) for each in counts)
    before: list[str] = []
    for number, (printed, line, shown) in enumerate(first_lines):
        cells = tuple(part.strip() for part in re.split(r"\s{2,}|\t|\|", line) if part.strip())
        yield Row(
            printed.place,
            block,
            number,
            cells,
            before="\n".join(before[-4:]),
            about=printed.run,
            begun=printed.begun,
            counting=progress,
        )
        before.append(shown)


def _closed(mark: re.Match[str]) -> str:
    return mark[0].rstrip() + ("" if mark[0].startswith("[") else " ")


def _table(rows: Sequence[Sequence[str]], place: Place, block: str) -> Iterator[Row]:
    heads = tuple(rows[0]) if rows and not any(map(_is_a_number, rows[0][1:])) else ()
    decimals = [0] * max(map(len, rows), default=0)
    for row in rows:
        decimals[: len(row)] = [max(each) for each in zip(decimals, map(_decimals, row), strict=False)]
    for number, cells in enumerate(rows):
        aligned = tuple(_with_decimals(cell, count) for cell, count in zip(cells, decimals, strict=False))
        yield Row(place, block, number, aligned, () if cells is rows[0] else heads)


def _is_a_number(cell: str) -> bool:
    """Whether a cell has a number and at most a unit beside it: '0.97', '12 s', but not 'epochs to 95 %'."""
    return bool(numbers_in(cell)) and len(LETTER.findall(NUMBER.sub("", cell))) < FEWEST_LETTERS


def _decimals(cell: str) -> int:
    return len(cell.partition(".")[2]) if DECIMAL.fullmatch(cell) else 0


def _with_decimals(cell: str, count: int) -> str:
    """A number with as many decimals as others of its column: in a table of values, '0.8' means '0.8000'."""
    return f"{cell}{'0' * (count - len(cell.partition('.')[2]))}" if DECIMAL.fullmatch(cell) else cell

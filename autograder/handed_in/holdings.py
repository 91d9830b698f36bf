"""What documents contain for a part besides its answer: plots, tables, figures and errors, as much as a report has room for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from autograder.handed_in.measured import ranking
from autograder.handed_in.numbers import Number, standings
from autograder.handed_in.passages import Passage
from autograder.results import Fact, HandedIn, Picture, Question, Table

MOST_PICTURES: Final = 8
MOST_TABLES: Final = 6
MOST_ROWS: Final = 25
MOST_COLUMNS: Final = 10
MOST_FIGURES: Final = 12
MOST_ERRORS: Final = 5
LONGEST_CELL: Final = 80
LONGEST_ERROR: Final = 300
QUANTITIES: Final = {"accuracy": "test accuracy"}


class Budget:
    """How many characters of pictures the result may still take, and the reduced pictures, keyed by the original."""

    def __init__(self, left: int, small: Mapping[bytes, str]) -> None:
        self._left = left
        self.small = small

    def take(self, png: str) -> bool:
        fits = 0 < len(png) <= self._left
        self._left -= len(png) * fits
        return fits


def holdings(
    part: str, passages: Sequence[Passage], found: Sequence[Number], asked: Sequence[Question], budget: Budget
) -> HandedIn:
    pictures, unshown = _pictures([each for each in passages if each.kind == "picture"], budget)
    tables = [each for each in passages if each.kind == "table" and each.rows]
    errors = [each for each in passages if each.kind == "error"]
    figures = list(_figures(found))
    left_out = [
        *unshown,
        *_more(len(tables) - MOST_TABLES, "table"),
        *_more(len(figures) - MOST_FIGURES, "line", "of numbers"),
        *_more(len(errors) - MOST_ERRORS, "error"),
    ]
    return HandedIn(
        part=part,
        pictures=pictures,
        tables=tuple(map(_table, tables[:MOST_TABLES])),
        figures=tuple(figures[:MOST_FIGURES]),
        errors=tuple(Fact(label=each.place, found=each.text[:LONGEST_ERROR]) for each in errors[:MOST_ERRORS]),
        questions=tuple(asked),
        left_out=tuple(left_out),
    )


def holds_something(each: HandedIn) -> bool:
    return bool(each.pictures or each.tables or each.figures or each.errors or each.questions or each.left_out)


def first_pictures(passages: Sequence[Passage]) -> list[bytes]:
    """Those that may be shown, and as many again in case some are damaged."""
    return list(dict.fromkeys(each.picture for each in passages if each.picture))[: 2 * MOST_PICTURES]


def _pictures(passages: Sequence[Passage], budget: Budget) -> tuple[tuple[Picture, ...], list[str]]:
    """The pictures to show, each once, and a sentence for each reason why others are not."""
    shown: dict[bytes, Picture] = {}
    reasons: dict[str, int] = {}
    for passage in passages:
        if passage.picture in shown and passage.picture:
            continue
        if not passage.picture:
            reasons[f"in {passage.place}: {passage.text}"] = 0
            continue
        if len(shown) >= MOST_PICTURES:
            reason = f"shown are the first {MOST_PICTURES}"
        elif not (png := budget.small.get(passage.picture, "")):
            reason = "damaged, or too large"
        elif not budget.take(png):
            reason = "this report has no more room"
        else:
            title = f"{passage.place}: {passage.text}" if passage.text else passage.place
            alt = f"Picture stored in {passage.place}" + (f", called {passage.text}" if passage.text else "")
            shown[passage.picture] = Picture(title=title, alt=alt, png=png)
            continue
        reasons[reason] = reasons.get(reason, 0) + 1
    told = [
        f"{count} more picture{'s' * (count > 1)}: {reason}" if count else reason for reason, count in reasons.items()
    ]
    return tuple(shown.values()), told[:MOST_PICTURES]


def _table(passage: Passage) -> Table:
    width = min(max(map(len, passage.rows)), MOST_COLUMNS)
    rows = [[cell[:LONGEST_CELL] for cell in (*row, *[""] * width)][:width] for row in passage.rows[: MOST_ROWS + 1]]
    cut = len(passage.rows) - len(rows)
    title = passage.place + (f" (the first {MOST_ROWS} of {len(passage.rows) - 1} rows)" if cut else "")
    return Table(title=title, columns=tuple(rows[0]), rows=tuple(map(tuple, rows[1:])))


def _more(count: int, noun: str, of: str = "") -> list[str]:
    return [f"{count} more {noun}{'s' * (count > 1)} {of}".strip()] if count > 0 else []


def _figures(found: Iterable[Number]) -> Iterator[Fact]:
    """The numbers in few lines: several models' side by side, and the last epoch of each log."""
    found = list(found)
    side_by_side = standings(found)
    for standing in side_by_side:
        what = QUANTITIES.get(standing.quantity, standing.quantity)
        yield Fact(label=f"{what}, {standing.place}", found=ranking(what, standing.values))
    told = {(each.place, each.quantity) for each in side_by_side}
    single: dict[tuple[str, str], Number] = {}
    for number in found:
        if (number.place, number.quantity) not in told:
            single[number.place, number.quantity] = number
    for (place_, quantity), number in single.items():
        epoch = f", epoch {number.epoch}" if number.epoch else ""
        name = f"{number.name} " if number.name else ""
        yield Fact(label=f"{QUANTITIES.get(quantity, quantity)}{epoch}, {place_}", found=f"{name}{number.value:.4g}")

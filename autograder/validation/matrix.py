"""The page of `autograder validate`: submissions as rows, items as columns, and whether each lost what it declares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final

from autograder.report.render import environment
from autograder.results import write_atomically
from autograder.rubric import Rubric
from autograder.validation.cases import Kind
from autograder.validation.rows import Row, naming_rates

TEMPLATE: Final = "validation.html.j2"


@dataclass(frozen=True)
class Mark:
    """What a cell can show: a symbol, the word for it, the style of the cell."""

    symbol: str
    word: str
    style: str


KEPT: Final = Mark("·", "kept", "kept")
LOST: Final = Mark("×", "lost, as declared", "lost")
MAY_LOSE: Final = Mark("○", "lost, which it may", "may-lose")
WRONGLY_KEPT: Final = Mark("!", "kept, though it should be lost", "wrong")
WRONGLY_LOST: Final = Mark("‼", "lost, though it should be kept", "wrong")
WAITS: Final = Mark("?", "left to a person, which it may", "may-lose")
WRONGLY_WAITS: Final = Mark("⁇", "left to a person, though a check should decide", "wrong")
NOT_RUN: Final = Mark("", "not run: nothing that it depends on was changed", "not-run")
MARKS: Final = (KEPT, LOST, MAY_LOSE, WRONGLY_KEPT, WRONGLY_LOST, WAITS, WRONGLY_WAITS, NOT_RUN)
GROUPS: Final[Mapping[Kind, str]] = {
    "reference": "The reference",
    "right": "Right submissions",
    "wrong": "Whole wrong submissions",
    "freeform": "Free-form submissions",
    "variant": "Wrong variants of submissions that work at the top level",
}


@dataclass(frozen=True)
class ShownRow:
    name: str
    row: Row
    marks: Sequence[Mark]


@dataclass(frozen=True)
class Group:
    """The rows of one kind; `code` is the function that they are wrong versions of, or empty."""

    title: str
    code: str
    rows: Sequence[ShownRow]


def write_matrix(path: Path, rubric: Rubric, rows: Sequence[Row], unproved: Sequence[str]) -> None:
    """Write the page to `path`. Raises OSError when it can't be written."""
    items = [item for item in rubric.items if item.kind == "automatic"]
    values = {
        "assignment": rubric.assignment,
        "parts": [(part, count) for part in rubric.parts if (count := sum(item.part == part.id for item in items))],
        "items": items,
        "groups": list(_groups(rows, [item.id for item in items])),
        "marks": MARKS,
        "rows": rows,
        "not_as_declared": [row for row in rows if not row.as_declared],
        "unproved": unproved,
        "naming": naming_rates(rows),
        "seconds": sum(row.seconds for row in rows),
    }
    page = environment(rubric.root / "templates").get_template(TEMPLATE).render(values)
    write_atomically(path, page)


def mark(row: Row, item: str) -> Mark:
    """What a row's cell shows for an item."""
    if item in row.waiting:
        return WAITS if item in row.may_wait else WRONGLY_WAITS
    if item not in row.kept:
        return NOT_RUN
    if row.kept[item]:
        return WRONGLY_KEPT if item in row.loses else KEPT
    if item in row.loses:
        return LOST
    return MAY_LOSE if item in row.may_lose else WRONGLY_LOST


def _groups(rows: Sequence[Row], items: Sequence[str]) -> Iterator[Group]:
    for (kind, function), group in groupby(rows, key=_group):
        title = "Wrong versions of" if function else GROUPS[kind]
        shown = [ShownRow(_name(row), row, [mark(row, item) for item in items]) for row in group]
        yield Group(title, function, shown)


def _group(row: Row) -> tuple[Kind, str]:
    """A row's kind, and the function that a bug of the library is in."""
    is_bug = row.kind == "wrong" and "/" not in row.case
    return row.kind, row.case.partition(".")[0] if is_bug else ""


def _name(row: Row) -> str:
    """A row's name inside its group: without the folder or the function before it."""
    if _group(row)[1]:
        return row.case.partition(".")[2]
    return row.case.removeprefix(f"{row.kind}/")

"""The points of a class as a table for other programs: `grades.csv`."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Final

from autograder.class_results import Entry, items_of, parts_of
from autograder.report.text import one_line
from autograder.report.wording import UNDECIDED
from autograder.results import ItemResult, Result

UNGUARDED: Final = ("=", "+", "-", "@", "\t", "\r")  # what spreadsheets take for the start of a formula
SUMS: Final = ("score", "bonus", "awaiting", "awaiting bonus")


def grades_csv(entries: Sequence[Entry]) -> str:
    """A row for each submission: name, sums, points by part and by item, a note, the folder of its report.

    An empty cell is a number that does not exist: the item waits for a person or is not looked at, or the grader could not grade
    the submission. If nothing could be read, all points are 0.
    """
    parts, items = parts_of(entries), items_of(entries)
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(["name", *SUMS, *(_text(p.id) for p in parts), *(_text(i.id) for i in items), "note", "folder"])
    for entry in entries:
        of_parts = [entry.in_part(part.id) for part in parts]
        of_items = [entry.item(item.id) for item in items]
        writer.writerow(
            [
                _text(entry.name),
                *_sums(entry.result),
                *("" if part is None else _number(part.points) for part in of_parts),
                *("" if item is None else _points(item, entry.graded) for item in of_items),
                _text(entry.note),
                _text(entry.folder),
            ]
        )
    return table.getvalue()


def _sums(result: Result | None) -> list[str]:
    if result is None:
        return ["" for _ in SUMS]
    return [_number(n) for n in (result.score, result.bonus, result.awaiting_review, result.awaiting_bonus)]


def _points(item: ItemResult, graded: bool) -> str:
    return "" if graded and item.status in UNDECIDED else _number(item.points)


def _number(value: float) -> str:
    return f"{round(value, 4):g}"


def _text(text: str) -> str:
    """Text that a spreadsheet shows and never computes: with an apostrophe before what would start a formula."""
    line = one_line(text, longest=2_000)
    return f"'{line}" if line.startswith(UNGUARDED) else line

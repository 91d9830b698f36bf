"""The page of a whole class, `index.html`, with `grades.csv` beside it. Both are made from the results alone."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

from autograder.class_results import REPORT, Entry, items_of, parts_of
from autograder.report.grades import grades_csv
from autograder.report.render import anchor, environment
from autograder.report.wording import UNDECIDED
from autograder.results import ItemResult, write_atomically

TEMPLATE: Final = "class.html.j2"
INDEX: Final = "index.html"
GRADES: Final = "grades.csv"
BINS: Final = 10
LOST_SHOWN: Final = 12


@dataclass(frozen=True)
class Waiting:
    """An item that waits for a person, and the students whose answers wait: (name, address of the item in the report)."""

    item: ItemResult
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Bin:
    """How many submissions have from `low` up to `high` points; `high` itself counts in the last bin only."""

    low: float
    high: float
    count: int
    share: float  # of the fullest bin


@dataclass(frozen=True)
class Lost:
    """What an item has cost the submissions in which it is decided."""

    item: ItemResult
    students: int  # that lost points
    decided: int
    points: float  # mean of those decided
    share: float  # of the item's points


def write_class(folder: Path, entries: Sequence[Entry], *, template_dir: Path) -> None:
    """Write the class's page and its table into `folder`. Raises OSError."""
    write_atomically(folder / INDEX, render_class(entries, template_dir=template_dir))
    # With a byte order mark: without it, Excel reads é as Ã©.
    write_atomically(folder / GRADES, "\N{ZERO WIDTH NO-BREAK SPACE}" + grades_csv(entries))


def render_class(entries: Sequence[Entry], *, template_dir: Path) -> str:
    """The page; equal entries give equal pages."""
    results = [entry.result for entry in entries if entry.result]
    graded = [entry.result for entry in entries if entry.result and entry.graded]
    scores = [result.score for result in graded]
    return (
        environment(template_dir)
        .get_template(TEMPLATE)
        .render(
            entries=entries,
            parts=parts_of(entries),
            title=results[0].assignment.title if results else "",
            most=max((result.max_score for result in results), default=0),
            most_bonus=max((result.max_bonus for result in results), default=0),
            graded=len(graded),
            waiting=waiting(entries),
            bins=bins(scores, max((result.max_score for result in graded), default=0)),
            median=statistics.median(scores) if scores else 0,
            mean=statistics.fmean(scores) if scores else 0,
            lost=most_lost(entries),
            awaiting_in=awaiting_in,
            report_of=report_of,
            grades=GRADES,
        )
    )


def report_of(entry: Entry, item: ItemResult | None = None) -> str:
    """The address of a report, or of an item in it, from the class's page."""
    place = f"#{anchor(item.id)}" if item else ""
    return f"{quote(entry.folder)}/{REPORT}{place}"


def awaiting_in(entry: Entry, part: str) -> float:
    """The points of a part that a person has yet to decide."""
    return sum(item.max_points for item in entry.waiting if item.part == part)


def waiting(entries: Sequence[Entry]) -> list[Waiting]:
    """What waits for a person, in the assignment's order."""
    found: dict[str, list[tuple[str, str]]] = {}
    for entry in entries:
        for item in entry.waiting:
            found.setdefault(item.id, []).append((entry.name, report_of(entry, item)))
    return [Waiting(item, tuple(found[item.id])) for item in items_of(entries) if item.id in found]


def bins(scores: Sequence[float], most: float) -> list[Bin]:
    """The distribution of the scores between 0 and `most`; empty without scores."""
    if not scores or most <= 0:
        return []
    counts = [0] * BINS
    for score in scores:
        counts[min(int(score / most * BINS), BINS - 1)] += 1
    width = most / BINS
    return [Bin(n * width, (n + 1) * width, count, count / max(counts)) for n, count in enumerate(counts)]


def most_lost(entries: Sequence[Entry]) -> list[Lost]:
    """The items that cost the class most points, the costliest first, without bonus items."""
    lost = []
    for item in (each for each in items_of(entries) if not each.bonus):
        own = [found for entry in entries if entry.graded and (found := entry.item(item.id))]
        decided = [each for each in own if each.status not in UNDECIDED]
        costs = [each.max_points - each.points for each in decided]
        if any(cost > 0.005 for cost in costs):
            mean = statistics.fmean(costs)
            students = sum(cost > 0.005 for cost in costs)
            lost.append(Lost(item, students, len(decided), mean, mean / item.max_points))
    return sorted(lost, key=lambda each: -each.points)[:LOST_SHOWN]

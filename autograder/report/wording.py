"""The words, signs and figures that every rendering of a result shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from autograder.results import ItemResult, Met, PartResult, Status


@dataclass(frozen=True)
class Label:
    """How a status is shown: a sign, the same for plain ASCII terminals, a word, and what the word means."""

    symbol: str
    ascii_symbol: str
    word: str
    meaning: str


LABELS: dict[Status, Label] = {
    Status.PASSED: Label("✓", "+", "passed", "It does what was asked."),
    Status.PARTIAL: Label("◐", "~", "partial", "Some of it does what was asked."),
    Status.FAILED: Label("✗", "x", "failed", "It runs, but does something other than what was asked."),
    Status.ERROR: Label("!", "!", "error", "Your code raised an error."),
    Status.TIMEOUT: Label("∞", "t", "timeout", "Your code took longer than it may."),
    Status.MISSING: Label("?", "?", "missing", "The function was not found, or is still to be written."),
    Status.REVIEW: Label("✎", "r", "review", "A person decides; no points yet."),
    Status.UNCHECKED: Label("–", "-", "not graded", "This profile does not look at it, or nothing could be read."),
}

MET_LABELS: dict[Met, Label] = {
    Met.MET: Label("✓", "+", "met", "The submission has it."),
    Met.UNMET: Label("✗", "x", "not met", "The submission lacks it, or has it in part."),
    Met.UNSEEN: Label("–", "-", "not looked at", "There was nothing to look at, or it was not asked for."),
}

LEAST: Final = Decimal("0.01")  # points that are shown as more than none

UNDECIDED = frozenset({Status.REVIEW, Status.UNCHECKED})


def number(value: float) -> str:
    """Return points without trailing zeros: 3, 1.5, 0.67. Exactly three decimals, such as eighths of a point, are kept, so that
    sums are as people add them; anything longer is rounded to two, halves up."""
    exact = Decimal(str(round(value, 4)))  # the precision of results
    eighths = exact.quantize(Decimal("0.001"), ROUND_HALF_UP)
    shown = eighths if exact == eighths and abs(exact) >= LEAST else exact.quantize(LEAST, ROUND_HALF_UP)
    return f"{shown.normalize() + 0:f}"


def percent(share: float) -> str:
    """Return a share as whole percents, halves up: "33 %"."""
    return f"{Decimal(str(round(100 * share, 4))).quantize(Decimal(1), ROUND_HALF_UP)} %"


def counted(value: float, noun: str) -> str:
    """Return a number with its noun: "1 point", "1.5 points"."""
    return f"{number(value)} {noun}" if number(value) == "1" else f"{number(value)} {noun}s"


def listed(names: Sequence[str]) -> str:
    """Return names as a person lists them: "ReLU, sigmoid and tanh"; "nothing" for none."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else "nothing"


def numbering_of_cells(files: Sequence[str]) -> str:
    """What a cell's number counts, which a notebook does not show; empty if none of the files is a notebook."""
    if not any(name.lower().endswith(".ipynb") for name in files):
        return ""
    return "Cells are counted without those of text: cell 3 is the third code cell, `In [3]` after a run from the top."


def points(scored: ItemResult | PartResult) -> str:
    """Return the points out of the maximum, "0.5 / 1", or "– / 1" while nothing is decided."""
    undecided = isinstance(scored, ItemResult) and scored.status in UNDECIDED and not scored.points
    return f"{'–' if undecided else number(scored.points)} / {number(scored.max_points)}"


def duration(seconds: float) -> str:
    """Return a time in the unit that suits it: "under 0.1 s", "0.4 s", "42 s", "3 min 5 s"."""
    if seconds < 0.05:
        return "under 0.1 s"
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def figure(value: float | None) -> str:
    """Return a measured figure with four significant decimals, whole numbers in groups of three; "–" for none."""
    if value is None:
        return "–"
    if value == round(value) and abs(value) >= 1:
        return f"{value:,.0f}".replace(",", "\N{NARROW NO-BREAK SPACE}")
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.4f}" if abs(value) >= 0.001 else f"{value:.1e}"


def signed(value: float | None, beside: float | None = None) -> str:
    """Return a difference with its sign and as many decimals as `figure` shows for the figure `beside` it: "+0.0012", "−3.2",
    "0"; "–" for none."""
    if value is None:
        return "–"
    whole = value == round(value)
    size = figure(abs(value)) if whole else f"{abs(value):.1f}" if abs(beside or value) >= 10 else f"{abs(value):.4f}"
    return "0" if value == 0 else ("+" if value > 0 else "−") + size

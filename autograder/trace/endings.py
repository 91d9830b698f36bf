"""How the run of a notebook or script ended, as a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from autograder.quoting import file_named, quoted
from autograder.trace.records import Called, SourceTrace

MOST_CELLS: Final = 6
MOST_CALLS: Final = 3
LONGEST_CALL: Final = 60  # characters


def ending(source: SourceTrace) -> str:
    """'hw1.ipynb ran to the end on little data, in 33.7 s.'; with which arguments, if it asked for some; and how much of the
    trace could not be read, if any."""
    return " ".join(filter(None, (_ended(source), _called(source.called), _unread(source.dropped))))


def _called(calls: Sequence[Called]) -> str:
    """'Without arguments it does nothing, so it was run with “--problem 1a”, “--problem 1b” and 8 more.'"""
    if not calls:
        return ""
    shown = [quoted(each.arguments, LONGEST_CALL) for each in calls[:MOST_CALLS]]
    more = [f"{len(calls) - MOST_CALLS} more"] if len(calls) > MOST_CALLS else []
    return f"Without arguments it does nothing, so it was run with {_joined([*shown, *more])}."


def _joined(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]


def _unread(dropped: int) -> str:
    """Most likely the fault is ours; whoever grades by hand should know that something may be missing here."""
    if not dropped:
        return ""
    records = "One record" if dropped == 1 else f"{dropped:,} records"
    return f"{records} of what it did could not be read, so more may have been done than is shown here."


def _stopped(source: SourceTrace) -> str:
    """'cell 3', 'cells 3, 5 and 8', 'cells 3, 4, 5 and 9 more'"""
    cells = [str(each) for each in dict.fromkeys(each.place.cell_at_work for each in source.failures)]
    if len(cells) == 1:
        return f"cell {cells[0]}"
    shown = [*cells[:MOST_CELLS], f"{len(cells) - MOST_CELLS} more"] if len(cells) > MOST_CELLS + 1 else cells
    return f"cells {_joined(shown)}"


def _ended(source: SourceTrace) -> str:
    name = file_named(source.source)
    number, total = source.cells
    inside = f" in code cell {number} of {total}" if total else ""
    match source.end:
        case "finished" if source.failures and not total:
            return f"{name} stopped with an error on little data, after {source.seconds:.1f} s."
        case "finished" if source.failures:
            return (
                f"Every cell of {name} was run on little data, in {source.seconds:.1f} s: {_stopped(source)} stopped "
                "with an error, and the cells after it were run anyway."
            )
        case "finished":
            return f"{name} ran to the end on little data, in {source.seconds:.1f} s."
        case "budget":
            return f"{name} was still running{inside} when the time was up; what it had done until then counts."
        case "died":
            return f"{name} ended too early{inside}: its process was gone. What it had done until then counts."
    return f"{name} was not run: those before it had used up the time."

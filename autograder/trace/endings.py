"""How the run of a notebook or script ended, as a sentence."""

from __future__ import annotations

from autograder.trace.records import SourceTrace


def ending(source: SourceTrace) -> str:
    """'hw1.ipynb ran to the end on little data, in 33.7 s.'"""
    number, total = source.cells
    inside = f" in code cell {number} of {total}" if total else ""
    match source.end:
        case "finished" if source.failures and not total:
            return f"{source.source} stopped with an error on little data, after {source.seconds:.1f} s."
        case "finished":
            return f"{source.source} ran to the end on little data, in {source.seconds:.1f} s."
        case "budget":
            return (
                f"{source.source} was still running{inside} when the time was over; what it had done until then counts."
            )
        case "died":
            return f"{source.source} ended too early{inside}: its process was gone. What it had done until then counts."
    return f"{source.source} was not run: those before it had used up the time."

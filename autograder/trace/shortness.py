"""What the short run itself is to blame for: time that ran out too early, an error that only a cut data set leads to."""

from __future__ import annotations

import re

from autograder.quoting import file_named
from autograder.trace.records import Failure, SourceTrace, Trace


def by_the_cut(source: SourceTrace, failure: Failure) -> bool:
    """Whether an error comes from combining a whole data set with what was computed on a part of it: it mentions both sizes; or
    may come from the sets being cut themselves."""
    if failure.by_cut:
        return True
    numbers = set(map(int, re.findall(r"\d+", failure.error[:500])))
    cut = any(data.samples < data.whole and data.samples in numbers for data in source.data)
    return cut and failure.error.startswith(("ValueError", "RuntimeError", "IndexError"))


def by_a_guess(source: SourceTrace) -> bool:
    """Whether a script did nothing with the arguments that the grader found for it, and ended with an error."""
    return bool(source.called and source.failures) and not (source.runs or source.figures)


def unfinished_from(source: SourceTrace) -> int | None:
    """The code cell from which on a source may not have shown what it does; 0: any part of it. None if it has shown all."""
    if source.end == "not run" or (source.end == "budget" and not source.cells[1]) or by_a_guess(source):
        return 0
    first = [source.cells[0]] if source.end == "budget" else []
    first += [failure.place.cell_at_work for failure in source.failures if by_the_cut(source, failure)]
    return min(first, default=None)


def why_incomplete(trace: Trace) -> str:
    """A sentence if a run has not shown all that the submission does, through no fault of its own; else ''."""
    for source in trace:
        if source.end in ("budget", "not run"):
            return f"The run of {file_named(source.source)} was not finished when its time was up."
        if by_a_guess(source):
            return f"{file_named(source.source)} needs arguments, and with those that the grader found it stopped with an error."
        if any(by_the_cut(source, failure) for failure in source.failures):
            return f"A cell of {file_named(source.source)} needs the whole data set, and the run has a part of it."
    return ""

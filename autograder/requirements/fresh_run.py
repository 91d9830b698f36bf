"""Whether notebooks and scripts run from start to end on a fresh kernel, by how their runs ended."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from autograder.quoting import file_named
from autograder.requirements.finding import Finding, counted, shortened
from autograder.results import Met, RequirementResult
from autograder.trace.endings import ending
from autograder.trace.records import Failure, SourceTrace, Trace
from autograder.trace.shortness import by_the_cut

NOT_RUN: Final = "It was not run from start to end."
NETWORK: Final = re.compile(
    r"URLError|ConnectionError|gaierror|name resolution|Name or service not known|Network is unreachable"
)
MISSING: Final = re.compile(r"ModuleNotFoundError: No module named '([\w.]+)'")
ASKING: Final = "its command line asks for arguments"  # how a run reports it


def look(trace: Trace | None) -> Finding:
    """Judge by how the runs ended. A budget that ran out judges nobody, nor does a missing network, nor a command-line tool that
    asks for arguments if another source does the work."""
    if trace is None:
        advice = "Before you hand in: restart the kernel, run all cells, and see that the last one is reached."
        return Finding(Met.UNSEEN, NOT_RUN, advice=advice)
    if not trace.sources:
        return Finding(Met.UNSEEN, "Nothing here runs by itself: the scripts only define functions and classes.")
    runs, tools = _without_tools(trace.sources)
    bad = [run for run in runs if run.end == "died" or _own_failures(run)]
    cut = [run for run in runs if run not in bad and (run.end != "finished" or run.failures)]
    first = (bad or cut or list(runs))[0]
    details = [_sentence(run).rstrip(".") for run in (*runs, *tools) if run is not first]
    tracebacks = "\n\n".join(
        failure.traceback for run in bad for failure in _own_failures(run)[:1] if failure.traceback
    )
    if bad:
        advice = "Run it from a fresh start yourself (restart the kernel, run all cells), and fix what stops it."
        missing = [found[1] for failure in _own_failures(first)[:1] if (found := MISSING.match(failure.error))]
        if missing:
            advice = (
                f"`{missing[0]}` is not installed on the grading machine: do without it, or ask for it to be installed."
            )
        return Finding(Met.UNMET, _sentence(first), shortened(details), advice, tracebacks)
    if cut:
        asked = any(NETWORK.search(failure.error) for run in cut for failure in run.failures)
        advice = "Submissions are run without a network, so what lies behind that line was not seen." if asked else ""
        return Finding(Met.UNSEEN, _sentence(first), shortened(details), advice)
    if len(runs) == 1:
        return Finding(Met.MET, _sentence(first), shortened(details))
    whole = sum(run.seconds for run in runs)
    told = f"All {len(runs)} ran to the end on little data, in {whole:.0f} s."
    return Finding(Met.MET, told, shortened([_sentence(first), *details]))


def _without_tools(runs: Sequence[SourceTrace]) -> tuple[Sequence[SourceTrace], Sequence[SourceTrace]]:
    """The runs, and separately those that only lacked command-line arguments, if another run completed."""
    if not any(run.end == "finished" and not run.failures for run in runs):
        return runs, ()
    return [run for run in runs if not _asks_for_arguments(run)], [run for run in runs if _asks_for_arguments(run)]


def _asks_for_arguments(run: SourceTrace) -> bool:
    return any(failure.error.startswith(ASKING) for failure in run.failures)


def _own_failures(run: SourceTrace) -> list[Failure]:
    return [failure for failure in run.failures if not NETWORK.search(failure.error) and not by_the_cut(run, failure)]


def was_run(requirements: Sequence[RequirementResult]) -> bool:
    """Whether a result reports such a run."""
    return any(each.kind == "fresh-run" and each.found != NOT_RUN for each in requirements)


def _sentence(run: SourceTrace) -> str:
    failures = _own_failures(run) or list(run.failures)
    if not failures:
        return ending(run)
    first = failures[0]
    error = " ".join(first.error.split())[:300].rstrip(".")
    if not run.cells[1]:
        return f"{file_named(run.source)} stopped at {first.place.to_the_line}: {error}."
    cells = {failure.place.cell_at_work for failure in failures} - {first.place.cell_at_work}
    more = (
        f" {counted(len(cells), 'later cell')} {'stops' if len(cells) == 1 else 'stop'} with an error too."
        if cells
        else ""
    )
    return f"“Run all” stops at {first.place.to_the_line}: {error}.{more}"

"""Whether notebooks and scripts run from start to end on a fresh kernel: which are run, and what that showed."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from autograder.requirements.finding import Finding, shortened
from autograder.requirements.reading import read_source
from autograder.results import Met, RequirementResult
from autograder.sandbox import Kind
from autograder.sandbox.launch import Launch
from autograder.sandbox.whole import End, WholeRun, run_whole
from autograder.submission import Submission
from autograder.worker.binding.effects import same_scope
from autograder.worker.binding.sources import Source, Statement

NOT_ASKED = "It was not run from start to end; `--run-all` does that."
NETWORK = re.compile(
    r"URLError|ConnectionError|gaierror|name resolution|Name or service not known|Network is unreachable"
)
MISSING = re.compile(r"ModuleNotFoundError: No module named '([\w.]+)'")


def look(runs: Sequence[WholeRun] | None) -> Finding:
    """Judge by how the runs ended. A budget that ended too early judges nobody, nor does the lack of a network."""
    if runs is None:
        advice = "Before you hand in: restart the kernel, run all cells, and see that the last one is reached."
        return Finding(Met.UNSEEN, NOT_ASKED, advice=advice)
    if not runs:
        return Finding(Met.UNSEEN, "Nothing here runs by itself: the scripts only define functions and classes.")
    bad = [run for run in runs if run.end in (End.STOPPED, End.DIED) and not NETWORK.search(run.error)]
    cut = [run for run in runs if run not in bad and run.end is not End.FINISHED]
    first = (bad or cut or list(runs))[0]
    details = [_sentence(run).rstrip(".") for run in runs if run is not first]
    tracebacks = "\n\n".join(run.traceback for run in bad if run.traceback)
    if bad:
        advice = "Run it from a fresh start yourself (restart the kernel, run all cells), and mend what stops it."
        if missing := MISSING.match(first.error):
            advice = (
                f"`{missing[1]}` is not installed on the grading machine: do without it, or ask for it to be installed."
            )
        return Finding(Met.UNMET, _sentence(first), shortened(details), advice, tracebacks)
    if cut:
        asked = any(NETWORK.search(run.error) for run in cut)
        advice = "Submissions are run without a network, so what lies behind that line was not seen." if asked else ""
        return Finding(Met.UNSEEN, _sentence(first), shortened(details), advice)
    if len(runs) == 1:
        return Finding(Met.MET, _sentence(first))
    whole = sum(run.seconds for run in runs)
    return Finding(
        Met.MET, f"All {len(runs)} ran to the end, in {whole:.0f} s.", shortened([_sentence(first), *details])
    )


def was_run(requirements: Sequence[RequirementResult]) -> bool:
    """Whether a result tells of such a run."""
    return any(each.kind == "fresh-run" and each.found != NOT_ASKED for each in requirements)


def run_all(submission: Submission, kind: Kind, launch: Launch, seconds: float) -> tuple[WholeRun, ...]:
    """Run one after the other, all within `seconds`. Raises SandboxUnavailable when the machine can't start a sandbox."""
    runs: list[WholeRun] = []
    left = seconds
    for path in to_run([read_source(submission.folder, path) for path in submission.sources]):
        runs.append(run_whole(kind, launch, path, left) if left >= 1 else WholeRun(path, End.BUDGET, 0))
        left -= runs[-1].seconds
    return tuple(runs)


def to_run(sources: Sequence[Source]) -> list[str]:
    """The notebooks, and the scripts with a main guard or with work at the top level, in reading order."""
    return [source.path for source in sources if source.cells or any(map(_works, source.statements)) or source.errors]


def _works(statement: Statement) -> bool:
    """Whether a top-level statement does more than to define: what a main guard holds, a loop, a call for its own sake."""
    if statement.guarded:
        return True
    match statement.node:
        case ast.For() | ast.While() | ast.With():
            return True
        case ast.Expr(value=ast.Call(func=function)):
            return not _is_setting(ast.unparse(function))
        case ast.If() | ast.Try():
            return any(isinstance(node, ast.For | ast.While) for node in same_scope(statement.node))
    return False


def _is_setting(function: str) -> bool:
    """Seeds, warnings, paths and styles are set by modules that only define, too."""
    return bool(re.search(r"seed|warn|filter|path|set_|style|use$|basicConfig|rcParams", function))


def _sentence(run: WholeRun) -> str:
    place = run.where.replace(f"{run.source}:", "line ")
    where = f" at {place}" if place else ""
    match run.end:
        case End.FINISHED:
            return f"{run.source} ran to the end in {run.seconds:.1f} s."
        case End.STOPPED:
            return f"{run.source} stopped{where}: {' '.join(run.error.split())[:300].rstrip('.')}."
        case End.DIED:
            return f"{run.source} ended too early{where}. {run.error}"
        case End.BUDGET if run.seconds:
            inside = f" in {place}" if place else ""
            over = f"after {run.seconds:.0f} s, when the time was over"
            return f"{run.source} was still running{inside} {over}; no error until then."
        case End.BUDGET:
            return f"{run.source} was not run: those before it had used up the time."
    return f"{run.source} could not be run: {run.error.rstrip('.')}."

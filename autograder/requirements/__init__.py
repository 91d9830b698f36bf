"""What an assignment asks of a submission as a whole: a report, a requirements file, comments, seeds, a clean run.

No points depend on these. Each has a module of its own, which says what it found and what to do next, and runs nothing of
the submission. The rubric lists them (`requirements:`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from autograder import limited
from autograder.handed_in.pdf import Pdf
from autograder.requirements import examining, fresh_run, report
from autograder.requirements.finding import Finding
from autograder.results import Met, RequirementResult
from autograder.rubric import Requirement
from autograder.submission import Submission
from autograder.trace.records import Trace

__all__ = ["examine"]

BOUNDS: Final = limited.Bounds(seconds=30.0, memory=2_000_000_000, output=2_000_000)


def examine(
    submission: Submission, asked: Sequence[Requirement], pdfs: Mapping[str, Pdf], trace: Trace | None = None
) -> tuple[RequirementResult, ...]:
    """How the submission meets each requirement in `asked`, in that order.

    `pdfs` are its PDF files as they were read, by name. `trace` records how each notebook and script ran; None: it was not run.
    Raises limited.ReaderFailed if this machine can't read what was handed in.
    """
    parsed = [each for each in asked if each.kind not in ("report", "fresh-run")]
    found = _parsed(submission, parsed)
    for each in asked:
        match each.kind:
            case "report":
                words, figures = each.at_least("words"), each.at_least("figures")
                found[each.kind] = report.look(submission.reports, pdfs, words=words, figures=figures)
            case "fresh-run":
                found[each.kind] = fresh_run.look(trace)
    return tuple(_result(each, found[each.kind]) for each in asked)


def _parsed(submission: Submission, asked: Sequence[Requirement]) -> dict[str, Finding]:
    """What is found by parsing. If a requirement ends the parsing process, only that requirement stays unseen."""
    found: dict[str, Finding] = {}
    waiting = list(asked)
    while waiting:
        heard = limited.read_apart(examining.findings, examining.given(submission, waiting), BOUNDS)
        for record in heard.records:
            found[waiting.pop(0).kind] = examining.as_finding(record)
        if waiting:
            sentence = (
                f"The files could not be looked at for this, since {heard.problem}; a person should look at them."
            )
            found[waiting.pop(0).kind] = Finding(Met.UNSEEN, sentence)
    return found


def _result(asked: Requirement, found: Finding) -> RequirementResult:
    return RequirementResult(
        kind=asked.kind,
        asked=asked.asked,
        status=found.status,
        found=found.found,
        details=found.details,
        traceback=found.traceback,
        advice=found.advice,
    )

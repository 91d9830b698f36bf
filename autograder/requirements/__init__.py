"""What an assignment asks of a submission as a whole: a report, a requirements file, comments, seeds, a clean run.

No points hang on these. Each is looked at by a module of its own, which says what it found and what to do next, and
runs nothing of the submission. Which ones there are, the rubric says (`requirements:`).
"""

from __future__ import annotations

from collections.abc import Sequence

from autograder.requirements import comments, dependencies, fresh_run, notebook_order, report, seeds
from autograder.requirements.finding import Finding
from autograder.requirements.reading import read_source
from autograder.results import Met, RequirementResult
from autograder.rubric import Requirement
from autograder.submission import Submission
from autograder.trace.records import Trace
from autograder.worker.binding.sources import Source

__all__ = ["examine"]


def examine(
    submission: Submission, asked: Sequence[Requirement], trace: Trace | None = None
) -> tuple[RequirementResult, ...]:
    """What the submission has of what is `asked`, in that order.

    `trace` tells how each notebook and script did when it was run; None: it was not.
    """
    if not asked:
        return ()
    sources = [read_source(submission.folder, path) for path in submission.sources]
    return tuple(_result(each, _looked(each, submission, sources, trace)) for each in asked)


def _looked(asked: Requirement, submission: Submission, sources: Sequence[Source], trace: Trace | None) -> Finding:
    """What was found; where this look itself fails, that costs this requirement and nothing else."""
    try:
        return _look(asked, submission, sources, trace)
    except Exception as error:
        place = f"{type(error).__name__}: {error}"[:300]
        return Finding(Met.UNSEEN, f"The grader itself stumbled here, so a person should look at it ({place}).")


def _look(asked: Requirement, submission: Submission, sources: Sequence[Source], trace: Trace | None) -> Finding:
    match asked.kind:
        case "report":
            return report.look(submission, words=asked.at_least("words"), figures=asked.at_least("figures"))
        case "requirements-file":
            return dependencies.look(submission, sources)
        case "comments":
            return comments.look(submission, share=asked.at_least("share"))
        case "seeds":
            return seeds.look(submission, sources)
        case "notebook-order":
            return notebook_order.look(submission)
        case "fresh-run":
            return fresh_run.look(trace)


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

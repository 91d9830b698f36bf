"""Looks into sources and requirements files, in a process of its own: it parses strangers' files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from autograder.requirements import comments, dependencies, notebook_order, seeds
from autograder.requirements.finding import Finding
from autograder.requirements.reading import read_source
from autograder.results import Met
from autograder.rubric import Requirement
from autograder.submission import Submission
from autograder.worker.binding.sources import Source


def given(submission: Submission, asked: Sequence[Requirement]) -> dict[str, Any]:
    """The argument of `findings`, as JSON."""
    told = {**vars(submission), "folder": str(submission.folder), "notes": ()}
    return {"submission": told, "asked": [each.model_dump() for each in asked]}


def findings(given: dict[str, Any]) -> Iterator[list[Any]]:
    """What was found for each requirement asked, in that order. One that fails affects no other."""
    told: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in given["submission"].items()
    }
    submission = Submission(**{**told, "folder": Path(told["folder"])})
    sources = [read_source(submission.folder, path) for path in submission.sources]
    for each in given["asked"]:
        found = _looked(Requirement.model_validate(each), submission, sources)
        yield [found.status, found.found, found.details, found.advice]


def as_finding(record: list[Any]) -> Finding:
    """The finding in a record of `findings`."""
    status, found, details, advice = record
    return Finding(Met(status), found, tuple(details), advice)


def _looked(asked: Requirement, submission: Submission, sources: Sequence[Source]) -> Finding:
    try:
        match asked.kind:
            case "requirements-file":
                return dependencies.look(submission, sources)
            case "comments":
                return comments.look(submission, share=asked.at_least("share"))
            case "seeds":
                return seeds.look(submission, sources)
            case "notebook-order":
                return notebook_order.look(submission)
        raise ValueError(f"nobody looks for {asked.kind} here")
    except MemoryError:
        raise
    except Exception as error:
        place = f"{type(error).__name__}: {error}"[:300]
        return Finding(Met.UNSEEN, f"The grader itself stumbled here, so a person should look at it ({place}).")

"""All that a grade depends on besides the submission, as one hash: results are reused while it stays the same."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import cache
from importlib.metadata import distributions
from pathlib import Path
from typing import Final

from autograder.checks.settings import Settings
from autograder.rubric import Rubric

ENGINE: Final = Path(__file__).resolve().parent
NO_GRADE: Final = frozenset({"cli", "report"})  # folders of the engine that only show grades


def digest_of_grader(rubric: Rubric, settings: Settings) -> str:
    """A hash of all that a grade depends on but the submission: engine, rubric, checks, reference, settings, libraries."""
    settings = replace(settings, gpu=settings.gpu and "any", cores=1)  # which GPU, and how many cores, do not matter
    digest = hashlib.sha256(repr(settings).encode() + rubric.path.read_bytes())
    assignment = rubric.assignment
    names = (
        assignment.reference,
        *assignment.other_references.values(),
        assignment.probes,
        assignment.checks.public,
        assignment.checks.hidden,
        assignment.bugs,
    )
    judging = (rubric.root / assignment.probes).with_name("judging")
    judges = [rubric.root / assignment.run.judges] if assignment.run else []
    for folder in (ENGINE, *(rubric.root / name for name in names), judging, *judges):
        for path in sorted(entry for kind in ("*.py", "*.yaml") for entry in folder.rglob(kind)):
            within = path.relative_to(folder)
            if folder != ENGINE or within.parts[0] not in NO_GRADE:
                digest.update(str(within).encode() + path.read_bytes())
    digest.update(_libraries())
    return digest.hexdigest()


def digest_under_any_secret(rubric: Rubric, settings: Settings) -> str:
    """The same, whatever inputs the checks draw: a resumed grading draws new ones, which measure the same."""
    return digest_of_grader(rubric, replace(settings, secret=0))


@cache
def _libraries() -> bytes:
    """What is installed, each with its version."""
    return "\n".join(sorted(f"{each.name} {each.version}" for each in distributions())).encode()

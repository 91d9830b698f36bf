"""Turns check results, and what a run has shown, into the `Result` of a submission: its items, its parts, its score."""

from __future__ import annotations

import importlib.metadata
import platform
import time
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from autograder.checks.settings import Settings
from autograder.grader_digest import digest_under_any_secret
from autograder.judging.deciding import decided, with_bugs_that_both_show, with_its_own_fault
from autograder.judging.neighbours import left_with_their_neighbours
from autograder.results import (
    AssignmentInfo,
    Binding,
    CheckResult,
    Environment,
    ItemResult,
    PartResult,
    RequirementResult,
    Result,
    Status,
    SubmissionInfo,
    rescored,
)
from autograder.rubric import Item, Rubric
from autograder.sandbox import gpus
from autograder.sizes import bounded

PACKAGES: Final = ("torch", "torchvision", "numpy", "matplotlib", "keras", "autograder")
# The status of an item that earns nothing: the first of these among its checks' statuses.
GRAVEST: Final = (Status.REVIEW, Status.MISSING, Status.ERROR, Status.TIMEOUT, Status.FAILED, Status.PARTIAL)


def assemble(
    rubric: Rubric,
    settings: Settings,
    submission: SubmissionInfo,
    checks: Sequence[CheckResult],
    bindings: Sequence[Binding],
    started: float,
    problem: str = "",
    requirements: Sequence[RequirementResult] = (),
    shown: Mapping[str, CheckResult] = MappingProxyType({}),
) -> Result:
    """Turn the checks' results, and what a run has `shown` of each item, into items, parts and the score."""
    by_name = {check.name: bounded(check) for check in checks}
    shown = {name: bounded(check) for name, check in shown.items()}
    empty = Result(
        assignment=AssignmentInfo(id=rubric.assignment.id, title=rubric.assignment.title),
        submission=submission,
        grader=digest_under_any_secret(rubric, settings),
        profile=settings.profile,
        seed=settings.seed,
        secret=settings.secret,
        score=0,
        max_score=rubric.assignment.points,
        bonus=0,
        max_bonus=rubric.assignment.bonus,
        awaiting_review=0,
        unchecked=0,
        problem=problem,
        parts=tuple(PartResult(id=p.id, title=p.title, points=0, max_points=p.points) for p in rubric.parts),
        items=(),
        requirements=tuple(requirements),
        bindings=tuple(bindings),
        environment=environment(settings),
        seconds=round(time.monotonic() - started, 2),
    )
    decisions: Sequence[ItemResult] = [
        decided(_item(item, by_name, problem), shown.get(item.id), item.hint, was_run=bool(shown))
        for item in rubric.items
    ]
    decisions = with_bugs_that_both_show(decisions, shown, {item.id: item.hint for item in rubric.items})
    return rescored(empty, tuple(map(with_its_own_fault, left_with_their_neighbours(decisions))))


def _item(item: Item, by_name: Mapping[str, CheckResult], problem: str) -> ItemResult:
    """One item's result. A problem of the whole submission is reported once, by the result, and not by every item."""
    checks = tuple(by_name[name] for name in item.checks if name in by_name)
    status, points = _outcome(item, checks, problem)
    lost = [check for check in checks if check.credit < 1]
    message = next((check.message for check in lost if check.message), "") or (item.message if lost else "")
    return ItemResult(
        id=item.id,
        part=item.part,
        title=item.title,
        kind=item.kind,
        bonus=item.bonus,
        status=status,
        points=points,
        max_points=item.points,
        message=message,
        hint=item.hint if lost and status is not Status.REVIEW else "",  # what may be right needs none
        checks=checks,
    )


def _outcome(item: Item, checks: Sequence[CheckResult], problem: str) -> tuple[Status, float]:
    """An item's status and points.

    A check that a person must look at keeps the whole item open, unless others have lost all its points already.
    """
    if problem:
        return Status.UNCHECKED, 0.0
    if item.kind == "review":
        return Status.REVIEW, 0.0
    if not checks:
        return Status.UNCHECKED, 0.0
    statuses = {check.status for check in checks}
    if Status.REVIEW in statuses:
        at_best = item.credit({c.name: 1.0 if c.status is Status.REVIEW else c.credit for c in checks})
        if at_best > 0:
            return Status.REVIEW, 0.0
        statuses.discard(Status.REVIEW)
    credit = item.credit({check.name: check.credit for check in checks})
    if credit >= 1:
        return Status.PASSED, item.points
    status = Status.PARTIAL if credit > 0 else next(grave for grave in GRAVEST if grave in statuses)
    return status, round(item.points * credit, 4)


def environment(settings: Settings) -> Environment:
    """What the grade is made with: versions, machine and settings."""
    return Environment(
        python=platform.python_version(),
        platform=platform.platform(terse=True),
        packages={name: version for name in PACKAGES if (version := _version(name))},
        device=gpus.name_of(settings.gpu) if settings.gpu else "cpu",
        threads=settings.threads,
        sandbox=settings.sandbox.value,
    )


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""

"""The fixtures of checks: what a check may ask for as a parameter."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from autograder import data
from autograder.answering import ReferencePlayer, Student
from autograder.checks.evidence import Evidence
from autograder.checks.run import ATTEMPT, RUN, Run
from autograder.checks.stalls import seconds_at_first
from autograder.checks.thresholds import Thresholds


@pytest.fixture
def student(request: pytest.FixtureRequest) -> Iterator[Student]:
    """The student's code, in a session of its own."""
    run, stash = _run(request), request.node.stash
    seconds = run.setup.seconds_for(stash[ATTEMPT].check)
    at_first = seconds_at_first(run.ends, seconds)
    with run.sessions.student(seconds, for_calls=at_first) as player:
        stash[ATTEMPT] = replace(stash[ATTEMPT], student=player, seconds=at_first)
        yield player


@pytest.fixture
def reference(request: pytest.FixtureRequest) -> ReferencePlayer:
    """The reference, which answers the same probes."""
    return _run(request).setup.reference()


@pytest.fixture
def thresholds(request: pytest.FixtureRequest) -> Thresholds:
    """The thresholds that the rubric sets for this check's item."""
    return Thresholds(request.node.stash[ATTEMPT].check.item)


@pytest.fixture
def evidence(request: pytest.FixtureRequest) -> Evidence:
    """Collects the facts and exhibits that the report shows for this check."""
    found: Evidence = request.node.stash[ATTEMPT].evidence
    return found


@pytest.fixture
def secret(request: pytest.FixtureRequest) -> int:
    """The number that all inputs of this grading run are drawn from. No probe may get it, nor anything that reveals it."""
    return _run(request).setup.settings.secret


@pytest.fixture
def material(request: pytest.FixtureRequest, secret: int) -> Any:
    """The inputs of this grading run, as the assignment's `material` draws them from the secret."""
    rubric = _run(request).setup.rubric
    if rubric.assignment.material is None:
        raise pytest.UsageError(f"{rubric.path}: checks take `material`, but `assignment: material:` is not set")
    module, _, name = rubric.assignment.material.partition(":")
    return getattr(importlib.import_module(module), name)(secret)


@pytest.fixture
def images(request: pytest.FixtureRequest) -> Callable[[str, str], data.ImageSet]:
    """`images("mnist", "test")`: a data set with its labels, on the grader's side."""
    return _run(request).setup.images


@pytest.fixture
def sampled(request: pytest.FixtureRequest) -> bool:
    """Whether this run works on the small sample."""
    return _run(request).setup.profile.sample


@pytest.fixture
def assigned(request: pytest.FixtureRequest) -> bool:
    """Whether this run trains as long as the assignment asks for."""
    return _run(request).setup.profile.training == "assigned"


def _run(request: pytest.FixtureRequest) -> Run:
    run = request.config.stash.get(RUN, None)
    if run is None:
        raise pytest.UsageError("checks need a submission: give `--submission PATH`")
    return run

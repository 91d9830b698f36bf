"""Whether a rubric and the checks found in the tests agree with each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from autograder.rubric.model import Rubric, Visibility
from autograder.rubric.problems import Problem, RubricError, did_you_mean


@dataclass(frozen=True)
class FoundCheck:
    """A check as its test file declares it."""

    name: str
    item: str  # the item that it claims to prove; empty if known only once the checks are collected
    visibility: Visibility
    where: str  # e.g. 'tests/public/test_part1.py:12'


def verify_checks(rubric: Rubric, found: Mapping[str, FoundCheck]) -> None:
    """Compare `rubric` with the checks `found`, by name. Raises `RubricError` with every disagreement."""
    problems = [*_listed(rubric, found), *_unlisted(rubric, found)]
    if problems:
        raise RubricError(problems)


def _listed(rubric: Rubric, found: Mapping[str, FoundCheck]) -> Iterator[Problem]:
    folders = rubric.assignment.checks
    for item in rubric.items:
        for name, place in item.listed_checks():
            check = found.get(name)
            if check is None:
                message = f"no such check in {folders.public} or {folders.hidden}; {did_you_mean(name, found)}"
                yield Problem(place, f"'{name}': {message}")
            elif check.item not in ("", item.id):
                message = f"this check is for item '{check.item}' at {check.where}; correct the one or the other"
                yield Problem(place, f"'{name}': {message}")


def _unlisted(rubric: Rubric, found: Mapping[str, FoundCheck]) -> Iterator[Problem]:
    items = {item.id: item for item in rubric.items}
    listed = {name for item in rubric.items for name in item.checks}
    for check in found.values():
        if check.name in listed or not check.item:
            continue
        subject = f"check '{check.name}' at {check.where}"
        if check.item in items:
            place = items[check.item].place("checks")
            yield Problem(place, f"{subject} is for this item; list it here, or delete it there")
        else:
            advice = did_you_mean(check.item, items)
            message = f"{subject} is for item '{check.item}', which is not in this rubric; {advice}"
            yield Problem(rubric.source.place("parts"), message)

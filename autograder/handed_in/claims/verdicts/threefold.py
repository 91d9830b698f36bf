"""Three-valued logic: True, False, and None for undecided."""

from __future__ import annotations

from collections.abc import Iterable

Answer = bool | None


def not_(answer: Answer) -> Answer:
    return None if answer is None else not answer


def all_(answers: Iterable[Answer]) -> Answer:
    answers = list(answers)
    return False if False in answers else None if None in answers or not answers else True


def any_(answers: Iterable[Answer]) -> Answer:
    return not_(all_(map(not_, answers)))

"""Which known bug gives the student's answers? The probes are deterministic, so equality is the test."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np

from autograder.checks.players import Call, ReferencePlayer
from autograder.diagnosis.bugs import Bug, BugLibrary, BugLibraryError
from autograder.results import Diagnosis
from autograder.sandbox import StudentDied, StudentError, StudentFault, StudentMissing, StudentTimeout

RELATIVE: Final = 1e-4
ABSOLUTE: Final = 1e-5
SECONDS: Final = 20.0
NAMED: Final = 2  # more bugs that can't be told apart than this, and none is named
TIMES: Final = frozenset({"seconds"})  # fields that differ from run to run

Player = Callable[[Any], ReferencePlayer]


def name_bugs(library: BugLibrary, functions: Sequence[str], calls: Sequence[Call], player: Player) -> tuple[Diagnosis, ...]:
    """The bugs, in `functions`, whose answers to the recorded calls equal the student's; nothing rather than a guess.

    Tries single bugs first, then pairs within one function. `player` makes a player of a version of the reference.
    Empty when the answers equal the reference's own, when nothing matches, and when too many match to tell apart.
    """
    telling = [call for call in calls if not isinstance(call.fault, StudentTimeout | StudentDied | StudentMissing)]
    if not telling:
        return ()
    deadline = time.monotonic() + SECONDS
    told = _differing(telling, player(library.reference))
    if not told:
        return ()
    for candidates in _candidates(library, functions):
        matching = list(itertools.islice(_matching(library, candidates, telling, told, player, deadline), NAMED + 1))
        if matching:
            return _told_apart(matching)
    return ()


def _candidates(library: BugLibrary, functions: Sequence[str]) -> Iterator[list[tuple[Bug, ...]]]:
    bugs = list(library.of(functions))
    yield [(bug,) for bug in bugs]
    yield [pair for pair in itertools.combinations(bugs, 2) if pair[0].function == pair[1].function]


def _matching(
    library: BugLibrary,
    candidates: Sequence[tuple[Bug, ...]],
    calls: Sequence[Call],
    told: Sequence[Call],
    player: Player,
    deadline: float,
) -> Iterator[tuple[Bug, ...]]:
    for bugs in candidates:
        if time.monotonic() > deadline:
            return
        try:
            variant = library.variant(*bugs)
        except BugLibraryError:
            continue  # two patches of the same line exclude each other
        try:
            # The calls that the reference answers differently come first: they rule out most bugs at once.
            wrong = player(variant)
            if all(_equals(call, wrong) for call in told) and all(_equals(call, wrong) for call in calls):
                yield bugs
        finally:
            variant.forget()


def _told_apart(matching: Sequence[tuple[Bug, ...]]) -> tuple[Diagnosis, ...]:
    if len(matching) > NAMED:
        return ()
    return tuple(
        Diagnosis(bug=bug.bug, function=bug.function, cause=bug.cause, mend=bug.mend) for bugs in matching for bug in bugs
    )


def _differing(calls: Sequence[Call], reference: ReferencePlayer) -> list[Call]:
    return [call for call in calls if not _equals(call, reference)]


def _equals(call: Call, player: ReferencePlayer) -> bool:
    try:
        answer = ReferencePlayer(player.code, player.stored, call.seed).ask(call.probe, **call.arguments)
    except StudentFault as fault:
        return _same_fault(call.fault, fault)
    except Exception:  # a wrong version may break in its own way, which is no match
        return False
    return call.fault is None and same(call.answer, answer)


def _same_fault(student: StudentFault | None, other: StudentFault) -> bool:
    if isinstance(student, StudentError) and isinstance(other, StudentError):
        return (student.kind, student.message) == (other.kind, other.message)
    return type(student) is type(other) and str(student) == str(other)


def same(one: Any, other: Any) -> bool:
    """Whether two answers are equal up to rounding; times don't count."""
    match one, other:
        case np.ndarray(), np.ndarray():
            return one.shape == other.shape and bool(
                np.allclose(one, other, rtol=RELATIVE, atol=ABSOLUTE, equal_nan=True)
            )
        case bool(), bool():
            return one == other
        case (int() | float() | np.number()), (int() | float() | np.number()):
            return bool(np.isclose(one, other, rtol=RELATIVE, atol=ABSOLUTE, equal_nan=True))
        case Mapping(), Mapping():
            return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one if key not in TIMES)
        case (list() | tuple()), (list() | tuple()):
            return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and one == other

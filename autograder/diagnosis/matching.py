"""Which known bug gives the student's answers? The probes are deterministic, so equality is the test."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np

from autograder.checks.players import Call, ReferencePlayer
from autograder.diagnosis.bugs import Bug, BugLibrary, BugLibraryError, RightVersion
from autograder.results import Diagnosis
from autograder.sandbox import StudentDied, StudentError, StudentFault, StudentMissing, StudentTimeout

RELATIVE: Final = 1e-4
ABSOLUTE: Final = 1e-5
SECONDS: Final = 10.0  # of processor time for one check; what is not found by then is not named
NAMED: Final = 2  # more bugs that can't be told apart than this, and none is named
TIMES: Final = frozenset({"seconds"})  # fields that differ from run to run

Player = Callable[[Any], ReferencePlayer]
Bugs = tuple[Bug | RightVersion, ...]


def name_bugs(
    library: BugLibrary, functions: Sequence[str], calls: Sequence[Call], player: Player, known: Sequence[str] = ()
) -> tuple[Diagnosis, ...]:
    """The bugs whose answers to the recorded calls equal the student's; nothing rather than a guess.

    Tries bugs that are `known` of this submission already, together and alone, whatever function they are in (the failing
    function may only call a broken one); then single bugs in `functions`, in the reference and in other right versions of
    it; then pairs within one function. `player` makes
    a player of a version of the reference. Empty when the answers equal the reference's own, when nothing matches within
    the time, and when too many match to tell apart.
    """
    if not library.bugs:
        return ()
    telling = [call for call in calls if not isinstance(call.fault, StudentTimeout | StudentDied | StudentMissing)]
    deadline = time.thread_time() + SECONDS
    told = [call for call in telling if not _equals(call, player(library.reference))]
    if not told:
        return ()
    # The calls that the reference answers differently come first: they rule out most bugs at once.
    ordered = [*told, *(call for call in telling if not any(call is one for one in told))]
    for candidates in _candidates(library, functions, known):
        matching = list(itertools.islice(_matching(library, candidates, ordered, player, deadline), NAMED + 1))
        if matching:
            return _told_apart(matching)
    return ()


def _candidates(library: BugLibrary, functions: Sequence[str], known: Sequence[str]) -> Iterator[list[Bugs]]:
    found = [bug for bug in library.bugs if bug.bug in known]
    if len(found) > 1:
        yield [tuple(found)]
    yield [(bug,) for bug in found]
    bugs = list(library.of(functions))
    yield [(bug,) for bug in bugs]
    yield [(bug, version) for bug in [*found, *bugs] for version in library.versions_of([bug.function, *functions])]
    yield [pair for pair in itertools.combinations(bugs, 2) if pair[0].function == pair[1].function]


def _matching(
    library: BugLibrary, candidates: Sequence[Bugs], calls: Sequence[Call], player: Player, deadline: float
) -> Iterator[Bugs]:
    for bugs in candidates:
        if time.thread_time() > deadline:
            return
        try:
            variant = library.variant(*bugs)
        except BugLibraryError:
            continue  # two patches of the same line exclude each other
        try:
            if all(_equals(call, player(variant)) for call in calls):
                yield bugs
        finally:
            variant.forget()


def _told_apart(matching: Sequence[Bugs]) -> tuple[Diagnosis, ...]:
    if len(matching) > NAMED:
        return ()
    return tuple(
        Diagnosis(bug=bug.bug, function=bug.function, cause=bug.cause, mend=bug.mend)
        for bugs in matching
        for bug in bugs
        if isinstance(bug, Bug)
    )


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
        case ((int() | float() | np.number()), (int() | float() | np.number())):
            return bool(np.isclose(one, other, rtol=RELATIVE, atol=ABSOLUTE, equal_nan=True))
        case Mapping(), Mapping():
            return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one if key not in TIMES)
        case ((list() | tuple()), (list() | tuple())):
            return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and one == other

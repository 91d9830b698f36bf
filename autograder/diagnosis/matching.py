"""Which known bug is the student's?

First by answers: the probes are deterministic, so equality of all answers is the test. Where right answers may differ (a
network's own initial weights, a figure's layout), so do wrong ones. Then by the sign that the check saw (`Failed.sign`): the
check itself is run on the wrong versions, and the only one in which it sees the same is the bug.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np

from autograder.checks.players import Call, ReferencePlayer
from autograder.diagnosis.bugs import Bug, BugLibrary, BugLibraryError, RightVersion
from autograder.reference import Reference
from autograder.results import Diagnosis
from autograder.sandbox import StudentDied, StudentError, StudentFault, StudentMissing, StudentTimeout

RELATIVE: Final = 1e-4
ABSOLUTE: Final = 1e-5  # of numbers up to 1
SECONDS: Final = (
    10.0  # of processor time for answers, and for signs, of one check; what is not found by then is not named
)
WAITING: Final = 40.0  # seconds on the clock for the same, where a probe sleeps or the machine is busy
NAMED: Final = 2  # more bugs that can't be told apart than this, and none is named
TIMES: Final = frozenset({"seconds"})  # fields that differ from run to run

Player = Callable[[Any], ReferencePlayer]
Bugs = tuple[Bug | RightVersion, ...]


def name_bugs(
    library: BugLibrary,
    functions: Sequence[str],
    calls: Sequence[Call],
    player: Player,
    known: Sequence[str] = (),
    sign: str = "",
    told: Callable[[Bug], str] = lambda bug: "",
) -> tuple[Diagnosis, ...]:
    """The bugs that make the reference answer as the student's code did; nothing rather than a guess.

    Tries bugs that are `known` of this submission already, together and alone, whatever function they are in (the failing
    function may only call a broken one); then single bugs in `functions`; then, where the check saw a `sign`, the bugs in
    which it sees the same (`told`); then bugs in other right versions, and pairs within one function, as far as the time
    goes. `player` makes a player of a version of the reference. Empty when the answers equal the reference's own, when
    nothing matches within the time, and when too many match to tell apart.
    """
    if not library.bugs:
        return ()
    telling = [call for call in calls if not isinstance(call.fault, StudentTimeout | StudentDied | StudentMissing)]
    budget = _Budget()
    noting = _Noting(library.reference)
    differing = [call for call in telling if not _equals(call, player(noting))]
    # The calls that the reference answers differently come first: they rule out most bugs at once.
    ordered = [*differing, *(call for call in telling if not any(call is one for one in differing))]
    functions = library.reached(functions, noting.asked)
    alone, together = _candidates(library, functions, known)
    if differing and (named := _by_answers(library, alone, ordered, player, budget)):
        return named
    if sign and (named := _by_sign(library, functions, sign, told, known)):
        return named
    return _by_answers(library, together, ordered, player, budget) if differing else ()


class _Budget:
    """The time that one search may take."""

    def __init__(self) -> None:
        self._until = time.thread_time() + SECONDS, time.monotonic() + WAITING

    @property
    def spent(self) -> bool:
        processor, clock = self._until
        return time.thread_time() > processor or time.monotonic() > clock


class _Noting:
    """The reference, noting which of its functions it is asked for."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        self.asked: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        self.asked.add(name)
        return getattr(self._reference, name)


def _by_answers(
    library: BugLibrary, groups: Iterable[Sequence[Bugs]], calls: Sequence[Call], player: Player, budget: _Budget
) -> tuple[Diagnosis, ...]:
    """The bugs of the first group in which some give the student's answers to all calls."""
    for candidates in groups:
        matching = list(itertools.islice(_matching(library, candidates, calls, player, budget), NAMED + 1))
        if matching:
            return _told_apart(matching)
    return ()


def _by_sign(
    library: BugLibrary, functions: Sequence[str], sign: str, told: Callable[[Bug], str], known: Sequence[str]
) -> tuple[Diagnosis, ...]:
    """The only bug with this sign: of the known ones, or else of those in `functions`. None when the time does not suffice
    to try them all."""
    budget = _Budget()
    for bugs in ([bug for bug in library.bugs if bug.bug in known], list(library.of(functions))):
        matching = []
        for bug in bugs:
            if budget.spent:
                return ()
            if told(bug) == sign:
                matching.append((bug,))
        if len(matching) == 1:
            return _told_apart(matching)
    return ()


def _candidates(
    library: BugLibrary, functions: Sequence[str], known: Sequence[str]
) -> tuple[list[list[Bugs]], list[list[Bugs]]]:
    """Groups of bugs alone (and the known ones together), and of bugs together with other versions or with each other."""
    found = [bug for bug in library.bugs if bug.bug in known]
    bugs = list(library.of(functions))
    alone: list[list[Bugs]] = [[tuple(found)]] if len(found) > 1 else []
    alone += [[(bug,) for bug in found], [(bug,) for bug in bugs]]
    versions = [
        (bug, version) for bug in [*found, *bugs] for version in library.versions_of([bug.function, *functions])
    ]
    pairs = [pair for pair in itertools.combinations(bugs, 2) if pair[0].function == pair[1].function]
    return alone, [[*versions], [*pairs]]


def _matching(
    library: BugLibrary, candidates: Sequence[Bugs], calls: Sequence[Call], player: Player, budget: _Budget
) -> Iterator[Bugs]:
    for bugs in candidates:
        if budget.spent:
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


def _same_numbers(one: np.ndarray, other: np.ndarray) -> bool:
    """Rounding is measured by the largest number, so that arrays of tiny ones, such as gradients, are told apart too."""
    finite = np.abs(other[np.isfinite(other)])
    scale = min(1.0, float(finite.max(initial=0.0)))
    return bool(np.allclose(one, other, rtol=RELATIVE, atol=ABSOLUTE * scale, equal_nan=True))


def same(one: Any, other: Any) -> bool:
    """Whether two answers are equal up to rounding; times don't count."""
    match one, other:
        case np.ndarray(), np.ndarray():
            return one.shape == other.shape and _same_numbers(one, other)
        case bool(), bool():
            return one == other
        case ((int() | float() | np.number()), (int() | float() | np.number())):
            return bool(np.isclose(one, other, rtol=RELATIVE, atol=ABSOLUTE, equal_nan=True))
        case Mapping(), Mapping():
            return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one if key not in TIMES)
        case ((list() | tuple()), (list() | tuple())):
            return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and one == other

"""Which known bug is the student's?

First by answers: the probes are deterministic, so equality of all answers is the test. If right answers may differ (a network's
own initial weights, a figure's layout), so do wrong ones. Then by the sign that the check saw (`Failed.sign`): the check itself
is run on the wrong versions, and if it sees the same sign in exactly one, that is the bug.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np

from autograder.answering import Call
from autograder.diagnosis.bugs import Bug, BugLibrary, BugLibraryError
from autograder.diagnosis.versions import Changes, Outcome, Versions, fault_key
from autograder.results import Diagnosis
from autograder.sandbox import StudentDied, StudentMissing, StudentTimeout

RELATIVE: Final = 1e-4
ABSOLUTE: Final = 1e-5  # of numbers up to 1
SECONDS: Final = (
    10.0  # of processor time for answers, and for signs, of one check; what is not found by then is not named
)
WAITING: Final = 40.0  # seconds of wall-clock time for the same, if a probe sleeps or the machine is busy
NAMED: Final = 2  # if more bugs than this can't be told apart, none is named
TIMES: Final = frozenset({"seconds"})  # fields that differ from run to run


def name_bugs(
    versions: Versions,
    functions: Sequence[str],
    calls: Sequence[Call],
    known: Sequence[str] = (),
    sign: str = "",
    sign_of: Callable[[Bug], str] = lambda bug: "",
) -> tuple[Diagnosis, ...]:
    """The bugs that make the reference answer as the student's code did; nothing rather than a guess.

    Tries bugs that are already `known` of this submission, alone and together, whatever function they are in (the failing
    function may only call a broken one); then single bugs in `functions`; then, if the check saw a `sign`, the bugs in which it
    sees the same (`sign_of`); then, as time permits, single bugs together with the known ones, bugs in other right versions, and
    pairs within one function. Empty when the answers equal the reference's own, when nothing matches in time, and when too many
    match to be told apart.
    """
    library = versions.library
    if not library.bugs:
        return ()
    telling = _answered_in_time(
        [call for call in calls if not isinstance(call.fault, StudentTimeout | StudentDied | StudentMissing)]
    )
    budget = _Budget()
    with versions.version(()) as reference:
        own = [reference.outcome(call) for call in telling]
    differing = [call for call, outcome in zip(telling, own, strict=True) if not _equals(call, outcome)]
    # The calls that the reference answers differently come first: they rule out most bugs at once.
    ordered = [*differing, *(call for call in telling if not any(call is one for one in differing))]
    functions = library.reached(functions, frozenset[str]().union(*(outcome.asked for outcome in own)))
    alone, together = _candidates(library, functions, known)
    search = _Search(versions, ordered, budget)
    if differing and (named := search.first_of(alone)):
        return named
    if sign and (named := _by_sign(library, functions, sign, sign_of, known)):
        return named
    return search.first_of(together) if differing else ()


def _answered_in_time(calls: Sequence[Call]) -> list[Call]:
    """The calls, the quickest first, without the longest if even a single version could not answer all within a search's time."""
    by_time = sorted(calls, key=lambda call: call.seconds)
    ends = itertools.accumulate(call.seconds for call in by_time)
    return [call for call, end in zip(by_time, ends, strict=True) if end <= SECONDS]


class _Budget:
    """The time that one search may take."""

    def __init__(self) -> None:
        self._until = time.thread_time() + SECONDS, time.monotonic() + WAITING

    @property
    def spent(self) -> bool:
        processor, clock = self._until
        return time.thread_time() > processor or time.monotonic() > clock


class _Search:
    """Looks for the changes that give the student's answers to all calls."""

    def __init__(self, versions: Versions, calls: Sequence[Call], budget: _Budget) -> None:
        self._versions, self._calls, self._budget = versions, calls, budget

    def first_of(self, groups: Iterable[Sequence[Changes]]) -> tuple[Diagnosis, ...]:
        """The bugs of the first group with candidates that give the student's answers."""
        for candidates in groups:
            matching: dict[tuple[Bug, ...], None] = {}  # the same bug in two right versions is one bug
            for changes in self._matching(candidates):
                matching[_bugs(self._needed(changes))] = None
                if len(matching) > NAMED:
                    break
            if matching:
                return _told_apart(list(matching))
        return ()

    def _matching(self, candidates: Sequence[Changes]) -> Iterator[Changes]:
        for changes in candidates:
            if self._budget.spent:
                return
            if self._matches(changes):
                yield changes

    def _matches(self, changes: Changes) -> bool:
        try:
            with self._versions.version(changes) as version:
                return all(_equals(call, version.outcome(call)) for call in self._calls)
        except BugLibraryError:
            return False  # two patches of the same line exclude each other

    def _needed(self, changes: Changes) -> Changes:
        """The changes without any that the answers do not depend on. Of two, each was already tried alone."""
        for change in changes:
            fewer = tuple(other for other in changes if other is not change)
            if len(fewer) > 1 and self._matches(fewer):
                changes = fewer
        return changes


def _by_sign(
    library: BugLibrary, functions: Sequence[str], sign: str, sign_of: Callable[[Bug], str], known: Sequence[str]
) -> tuple[Diagnosis, ...]:
    """The only bug with this sign: among the known ones, or else among those in `functions`. Empty if there is not enough time to
    try them all."""
    budget = _Budget()
    for bugs in ([bug for bug in library.bugs if bug.bug in known], list(library.of(functions))):
        matching = []
        for bug in bugs:
            if budget.spent:
                return ()
            if sign_of(bug) == sign:
                matching.append((bug,))
        if len(matching) == 1:
            return _told_apart(matching)
    return ()


def _candidates(
    library: BugLibrary, functions: Sequence[str], known: Sequence[str]
) -> tuple[list[list[Changes]], list[list[Changes]]]:
    """Groups of bugs alone (and the known ones together), and of bugs together with known ones, other versions, each other."""
    found = [bug for bug in library.bugs if bug.bug in known]
    bugs = list(library.of(functions))
    alone: list[list[Changes]] = [[(bug,) for bug in found]]
    alone += [[tuple(found)]] if len(found) > 1 else []
    alone += [[(bug,) for bug in bugs]]
    versions = [
        (bug, version) for bug in [*found, *bugs] for version in library.versions_of([bug.function, *functions])
    ]
    pairs = [pair for pair in itertools.combinations(bugs, 2) if pair[0].function == pair[1].function]
    besides = [(*found, bug) for bug in bugs if bug not in found] if found else []
    return alone, [[*besides], [*versions], [*pairs]]


def _bugs(changes: Changes) -> tuple[Bug, ...]:
    return tuple(change for change in changes if isinstance(change, Bug))


def _told_apart(matching: Sequence[tuple[Bug, ...]]) -> tuple[Diagnosis, ...]:
    if len(matching) > NAMED:
        return ()
    return tuple(
        Diagnosis(bug=bug.bug, function=bug.function, cause=bug.cause, mend=bug.mend, latent=bug.latent)
        for bug in dict.fromkeys(itertools.chain(*matching))
    )


def _equals(call: Call, outcome: Outcome) -> bool:
    if call.fault is not None:
        return fault_key(call.fault) == outcome.fault
    return outcome.answered and same(call.answer, outcome.answer)


def _same_numbers(one: np.ndarray, other: np.ndarray) -> bool:
    """The tolerance is relative to the largest number, so that arrays of tiny ones, such as gradients, are told apart too."""
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

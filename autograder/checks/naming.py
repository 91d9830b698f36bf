"""Naming the bugs behind a failed check, and the student's line that each is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from autograder.checks.case import Attempt, run_again
from autograder.checks.ends import End, lost_in
from autograder.checks.lane import Lost
from autograder.checks.outcomes import sign_of
from autograder.checks.setup import Setup
from autograder.diagnosis import Bug, BugLibrary, Versions, find_functions, name_bugs, where
from autograder.reference import Reference
from autograder.results import Binding, Diagnosis
from autograder.submission import Submission


@dataclass(frozen=True)
class Named:
    """The bugs behind a failed check, and the grader's own errors while it looked for them."""

    diagnosis: tuple[Diagnosis, ...] = ()
    notes: tuple[str, ...] = ()


UNNAMED: Final = Named()


def named(
    setup: Setup, bindings: Sequence[Binding], attempt: Attempt, error: BaseException, known: Sequence[str]
) -> Named:
    """The bugs behind a check that ended with `error`; `known` are those that other checks have named."""
    if attempt.student is None:
        return UNNAMED
    try:
        found = bugs_behind(attempt, error, setup.versions, known)
    except Exception as failure:  # a name only helps; without one the grade is the same
        name = attempt.check.name
        return Named((), (f"The grader stumbled where it looked for the bug behind `{name}`: {failure!r:.200}",))
    return Named(tuple(pointed_at(bug, setup.library, bindings, setup.submission) for bug in found))


def with_names_for_what_is_left(
    setup: Setup, bindings: Sequence[Binding], ends: tuple[End, ...], elsewhere: Lost
) -> tuple[End, ...]:
    """The ends, with the bugs named of the checks that waited for a second chance and failed it.

    `elsewhere` is what was lost in other lanes.
    """
    for place, end in enumerate(ends):
        if end.unnamed is not None and end.is_lost:
            known = (lost_in(ends) | elsewhere).bugs
            name = named(setup, bindings, end.attempt, end.unnamed, known)
            after = replace(end.with_result(diagnosis=name.diagnosis), unnamed=None, notes=(*end.notes, *name.notes))
            ends = (*ends[:place], after, *ends[place + 1 :])
    return ends


def bugs_behind(
    attempt: Attempt, error: BaseException, versions: Versions, known: Sequence[str]
) -> tuple[Diagnosis, ...]:
    """The bugs that make the check fail as it failed; `known` are those that other checks have named."""
    check = attempt.check
    # The sign seen by a check that depends on luck may be bad luck, and running it takes long.
    sign = "" if check.mark.random else sign_of(error)

    def seen(version: Reference) -> str:
        player, reference = versions.player(version), versions.player(versions.library.reference)
        return sign_of(run_again(attempt, player, reference)[0])

    def sign_of_bug(bug: Bug) -> str:
        return versions.sign(check.name, bug, seen)

    calls = attempt.student.calls if attempt.student is not None else ()
    return name_bugs(versions, check.item.needs, calls, known, sign, sign_of_bug)


def pointed_at(named: Diagnosis, library: BugLibrary, bindings: Sequence[Binding], submission: Submission) -> Diagnosis:
    """The diagnosis with the line of the submission that it is about, if it can be determined."""
    bug = next(bug for bug in library.bugs if bug.bug == named.bug)
    for binding in bindings:  # a private function of the reference: the student's that does its work
        if bug.function in (binding.function, *library.reference.private_parts(binding.function)):
            functions = find_functions(submission.folder, submission.sources, binding.bound_to)
            if functions:
                return named.model_copy(update={"where": where(bug, library, functions)})
    return named

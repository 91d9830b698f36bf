"""Naming the bugs behind a failed check, and the student's line that each is about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from autograder.checks.case import CheckCase, run_again
from autograder.checks.outcomes import sign_of
from autograder.checks.players import ReferencePlayer, Student
from autograder.diagnosis import Bug, BugLibrary, find_functions, name_bugs, where
from autograder.reference import Reference
from autograder.results import Binding, Diagnosis
from autograder.submission import Submission

Play = Callable[[Reference | None], ReferencePlayer]  # a version of the reference as a player; None: as it is written

# By check and bug: what a check sees of a wrong version is the same for every submission that a process grades.
_SIGNS: Final[dict[tuple[str, ...], str]] = {}


def bugs_behind(
    check: CheckCase,
    student: Student,
    error: BaseException,
    library: BugLibrary,
    play: Play,
    known: Sequence[str],
    context: Sequence[str],
) -> tuple[Diagnosis, ...]:
    """The bugs that make the check fail as it failed; `known` are those that other checks have named.

    `context` tells runs apart in which a check may see something else of the same bug: rubric, profile, seed.
    """
    # What a check sees that hangs on luck may be bad luck, and running it takes long.
    sign = "" if check.mark.random else sign_of(error)

    def told(bug: Bug) -> str:
        key = (*context, check.name, bug.bug)
        if key not in _SIGNS:
            version = library.variant(bug)
            _SIGNS[key] = sign_of(run_again(check, play(version), play(None))[0])
            version.forget()
        return _SIGNS[key]

    return name_bugs(library, check.item.needs, student.calls, play, known, sign, told)


def pointed_at(named: Diagnosis, library: BugLibrary, bindings: Sequence[Binding], submission: Submission) -> Diagnosis:
    """The diagnosis with the line of the submission that it is about, where it can be told."""
    bug = next(bug for bug in library.bugs if bug.bug == named.bug)
    for binding in bindings:  # a private function of the reference: the student's that does its work
        if bug.function in (binding.function, *library.reference.private_parts(binding.function)):
            functions = find_functions(submission.folder, submission.sources, binding.bound_to)
            if functions:
                return named.model_copy(update={"where": where(bug, library, functions)})
    return named

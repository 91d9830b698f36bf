"""Naming the bugs behind a failed check, and the student's line that each is about."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.answering import Student
from autograder.checks.case import CheckCase, run_again
from autograder.checks.outcomes import sign_of
from autograder.diagnosis import Bug, BugLibrary, Versions, find_functions, name_bugs, where
from autograder.reference import Reference
from autograder.results import Binding, Diagnosis
from autograder.submission import Submission


def bugs_behind(
    check: CheckCase, student: Student, error: BaseException, versions: Versions, known: Sequence[str]
) -> tuple[Diagnosis, ...]:
    """The bugs that make the check fail as it failed; `known` are those that other checks have named."""
    # What a check sees that hangs on luck may be bad luck, and running it takes long.
    sign = "" if check.mark.random else sign_of(error)

    def seen(version: Reference) -> str:
        player, reference = versions.player(version), versions.player(versions.library.reference)
        return sign_of(run_again(check, player, reference)[0])

    def sign_of_bug(bug: Bug) -> str:
        return versions.sign(check.name, bug, seen)

    return name_bugs(versions, check.item.needs, student.calls, known, sign, sign_of_bug)


def pointed_at(named: Diagnosis, library: BugLibrary, bindings: Sequence[Binding], submission: Submission) -> Diagnosis:
    """The diagnosis with the line of the submission that it is about, where it can be told."""
    bug = next(bug for bug in library.bugs if bug.bug == named.bug)
    for binding in bindings:  # a private function of the reference: the student's that does its work
        if bug.function in (binding.function, *library.reference.private_parts(binding.function)):
            functions = find_functions(submission.folder, submission.sources, binding.bound_to)
            if functions:
                return named.model_copy(update={"where": where(bug, library, functions)})
    return named

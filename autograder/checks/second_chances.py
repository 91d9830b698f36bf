"""Checks that were lost by bad luck, or by another function's fault, are run again before they cost points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from autograder.checks.calibration import beside_right_submissions
from autograder.checks.case import Attempt, run_again, verdict
from autograder.checks.ends import End, lost_in, to_blame
from autograder.checks.evidence import Evidence
from autograder.checks.lane import Lost
from autograder.checks.sessions import Sessions
from autograder.checks.setup import Setup
from autograder.checks.stalls import seconds_at_first
from autograder.excerpt import excerpt
from autograder.reference import Reference
from autograder.results import CheckResult, Fact, Status
from autograder.sandbox import Replacing
from autograder.sandbox.faults import PatienceOver


def with_second_chances(setup: Setup, sessions: Sessions, ends: tuple[End, ...], elsewhere: Lost) -> tuple[End, ...]:
    """The ends after lost checks were run again: on another seed if they depend on luck, and with the reference's functions in
    place of broken ones that their item only uses.

    Call it when all checks are over: only then it is known which functions are broken, here and `elsewhere`, in other lanes. The
    sandbox then contains these functions and what they are made of, and nothing else of the reference; none of its output reaches
    a report.
    """
    if setup.settings.calibrating:
        return ends
    lost = lost_in(ends) | elsewhere
    settled: set[str] = set()  # items that have lost a check for good, where all must pass
    after = []
    for end in ends:
        better = None
        if end.is_lost and end.check.item.id not in settled:
            broken = to_blame(setup, end.check, lost)
            better = _second_chance(setup, sessions, end, broken, _for_calls(setup, end, broken, ends))
            if better is None and not end.check.item.shares and end.result.status is not Status.REVIEW:
                settled.add(end.check.item.id)
        after.append(end if better is None else replace(end, result=better))
    return tuple(after)


def _for_calls(setup: Setup, end: End, broken: tuple[str, ...], ends: tuple[End, ...]) -> float | None:
    """How long calls of each further try may take: little if the first one timed out and only the seed is new."""
    return seconds_at_first(ends, setup.seconds_for(end.check)) if end.stalled_in and not broken else None


def _second_chance(
    setup: Setup, sessions: Sessions, end: End, broken: tuple[str, ...], for_calls: float | None
) -> CheckResult | None:
    """The result of a lost check if it passes with the reference's functions in place of `broken` ones; None if it never does."""
    check, lost = end.check, end.result
    replacing = _reference_for(setup, broken, end.attempt) if broken else None
    if replacing is None:
        broken = ()
    first = setup.settings.seed
    others = (first + 1, first + 2) if check.mark.random else ()
    if lost.status in (Status.MISSING, Status.REVIEW) and not broken:
        return None  # these do not depend on luck
    tries = [f"seed {first}: {lost.message}"]
    for seed in (first, *others) if broken else others:
        try:
            with sessions.student(setup.seconds_for(check), seed, replacing, for_calls) as player:
                error, evidence = run_again(end.attempt, player, setup.reference(seed))
        except PatienceOver:
            return None
        told = "" if broken else verdict(error)[2]  # nothing that code says beside the reference is reported
        tries.append(f"seed {seed}: {'passed' if error is None else told or 'failed'}")
        if error is None:
            shown = Evidence() if broken else evidence
            facts = [_carried_forward(broken)] if broken else []
            if seed != first:
                facts.append(Fact(label="tries", found="; ".join(tries)))
            return _passed(setup, lost, shown, facts)
    return None


def _reference_for(setup: Setup, broken: tuple[str, ...], attempt: Attempt) -> Replacing | None:
    """The reference's functions in place of broken ones; None if they are made of what the check itself asks for."""
    loaded = attempt.student.session.loaded if attempt.student else None
    folder = setup.rubric.assignment.other_references.get(str((loaded or {}).get("framework", "")))
    reference = Reference(setup.rubric.root / folder) if folder else setup.library.reference
    found = excerpt(reference, broken)
    return None if found.names & set(attempt.check.item.needs) else Replacing(broken, found.text)


def _passed(setup: Setup, lost: CheckResult, evidence: Evidence, facts: Sequence[Fact]) -> CheckResult:
    """The result of a check that was lost at first and has passed now."""
    return lost.model_copy(
        update={
            "status": Status.PASSED,
            "credit": 1.0,
            "message": "",
            "traceback": "",
            "output": "",
            "diagnosis": (),
            "facts": (*facts, *evidence.facts),
            "measures": beside_right_submissions(setup.calibration, lost.name, evidence.measures),
            "exhibits": tuple(evidence.exhibits),
        }
    )


def _carried_forward(broken: Sequence[str]) -> Fact:
    names = ", ".join(f"`{name}`" for name in broken)
    found = f"passes with the reference's {names}, whose own items have lost the points"
    return Fact(label="carried forward", found=found)

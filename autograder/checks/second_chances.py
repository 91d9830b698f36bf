"""Checks that were lost by bad luck, or by another function's fault, are run again before they cost points."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.checks.calibration import beside_right_submissions
from autograder.checks.case import CheckCase, run_again, verdict
from autograder.checks.evidence import Evidence
from autograder.checks.run import CheckRun
from autograder.excerpt import excerpt
from autograder.reference import Reference
from autograder.results import CheckResult, Fact, Status
from autograder.sandbox import Replacing
from autograder.sandbox.faults import PatienceOver


def give_second_chances(run: CheckRun) -> None:
    """Run lost checks again: on another seed where luck has a part in them, and with the reference's functions in place of
    broken ones that their item only uses.

    Called when all checks are over: only then it is known which functions are broken. Beside the student's code lie those
    functions and what they are made of, nothing else of the reference; and nothing that is said there reaches a report.
    """
    if run.settings.calibrating:
        return
    to_blame = {check.name: run.to_blame(check) for check in run.lost}
    settled: set[str] = set()  # items that have lost a check for good, where all must pass
    for check in run.lost:
        if check.item.id in settled:
            continue
        lost = run.result_of(check)
        better = _second_chance(run, check, lost, to_blame[check.name])
        if better is not None:
            run.replace(lost, better)
        elif not check.item.shares and lost.status is not Status.REVIEW:
            settled.add(check.item.id)


def _second_chance(run: CheckRun, check: CheckCase, lost: CheckResult, broken: tuple[str, ...]) -> CheckResult | None:
    """The result of a lost check once it passes, with the reference's functions in place of `broken` ones; None when it never
    does."""
    replacing = _reference_for(run, broken, check) if broken else None
    if replacing is None:
        broken = ()
    first = run.settings.seed
    others = (first + 1, first + 2) if check.mark.random else ()
    if lost.status in (Status.MISSING, Status.REVIEW) and not broken:
        return None  # no luck has a part in these
    tries = [f"seed {first}: {lost.message}"]
    for seed in (first, *others) if broken else others:
        try:
            with run.student(run.seconds_for(check), seed, replacing) as player:
                error, evidence = run_again(check, player, run.reference(seed=seed))
        except PatienceOver:
            return None
        told = "" if broken else verdict(error)[2]  # beside the reference, nothing that the code says is told
        tries.append(f"seed {seed}: {'passed' if error is None else told or 'failed'}")
        if error is None:
            shown = Evidence() if broken else evidence
            facts = [_carried_forward(broken)] if broken else []
            if seed != first:
                facts.append(Fact(label="tries", found="; ".join(tries)))
            return _passed(run, lost, shown, facts)
    return None


def _reference_for(run: CheckRun, broken: tuple[str, ...], check: CheckCase) -> Replacing | None:
    """The reference's functions in the place of broken ones; None where they are made of what the check itself asks for."""
    loaded = check.student.session.loaded if check.student else None
    folder = run.rubric.assignment.other_references.get(str((loaded or {}).get("framework", "")))
    reference = Reference(run.rubric.root / folder) if folder else run.library.reference
    found = excerpt(reference, broken)
    return None if found.names & set(check.item.needs) else Replacing(broken, found.text)


def _passed(run: CheckRun, lost: CheckResult, evidence: Evidence, facts: Sequence[Fact]) -> CheckResult:
    """The result of a check that was lost first and is passed now."""
    return lost.model_copy(
        update={
            "status": Status.PASSED,
            "credit": 1.0,
            "message": "",
            "traceback": "",
            "output": "",
            "diagnosis": (),
            "facts": (*facts, *evidence.facts),
            "measures": beside_right_submissions(run.calibration, lost.name, evidence.measures),
            "exhibits": tuple(evidence.exhibits),
        }
    )


def _carried_forward(broken: Sequence[str]) -> Fact:
    names = ", ".join(f"`{name}`" for name in broken)
    found = f"passes with the reference's {names}, whose own items have lost the points"
    return Fact(label="carried forward", found=found)

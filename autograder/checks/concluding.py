"""From the end of a check to its result."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from autograder.checks.calibration import beside_right_submissions
from autograder.checks.case import Attempt, run_again, verdict
from autograder.checks.ends import End, lost_in, to_blame
from autograder.checks.misfit import misfit
from autograder.checks.naming import UNNAMED, named
from autograder.checks.sessions import Sessions
from autograder.checks.setup import Setup
from autograder.checks.stalls import is_known, waited_less, waits_for_more
from autograder.results import CheckResult, Status
from autograder.sandbox import SandboxUnavailable, StudentError, StudentTimeout
from autograder.sandbox.faults import PatienceOver, may_be_the_machines, once_more
from autograder.sizes import bounded

MAX_OUTPUT: Final = 4000  # characters of the text printed during a check that a result keeps
NAMEABLE: Final = (Status.FAILED, Status.ERROR, Status.PARTIAL)


def concluded(
    setup: Setup, sessions: Sessions, attempt: Attempt, error: BaseException | None, before: Sequence[End]
) -> End:
    """The end of a check that ended with `error`, None if it passed, after those that ended `before`: its result, and the bug's
    name if one fits. Naming is postponed if another function's bug may excuse the check.

    The attempt's session is still open, or has been ended.
    """
    hurried = attempt.seconds < setup.seconds_for(attempt.check)
    known = hurried and is_known(error, before)
    if may_be_the_machines(error):
        attempt, error = _in_a_fresh_sandbox(setup, sessions, attempt)
    elif hurried and waits_for_more(error, before):
        attempt, error = _again(setup, sessions, attempt)
    check, student, evidence = attempt.check, attempt.student, attempt.evidence
    stalled_in = error.function if isinstance(error, StudentTimeout) else ""
    status, credit, message = verdict(error)
    if known:
        message = f"{message} {waited_less(stalled_in, attempt.seconds, setup.seconds_for(check))}"
    if student is not None:
        sessions.learn(student.session)
    bindings = sessions.loading.bindings
    if told := misfit(error, check.item.needs, bindings):
        status, credit, message = Status.MISSING, 0.0, told
    output = _trimmed(student.session.output) if student is not None and credit < 1 else ""
    name, unnamed = UNNAMED, None
    if error is not None and status in NAMEABLE:
        lost = lost_in(before)
        if to_blame(setup, check, lost):
            unnamed = error  # it will likely be excused, and then needs no name
        else:
            name = named(setup, bindings, attempt, error, lost.bugs)
    result = CheckResult(
        name=check.name,
        sentence=check.sentence,
        visibility=check.visibility,
        random=check.mark.random,
        status=status,
        credit=credit,
        share=check.item.shares.get(check.name, 1.0),
        message=message,
        traceback=error.traceback if isinstance(error, StudentError | StudentTimeout) else "",
        output=output,
        diagnosis=name.diagnosis,
        facts=tuple(evidence.facts),
        measures=beside_right_submissions(setup.calibration, check.name, evidence.measures),
        exhibits=tuple(evidence.exhibits),
        seconds=round(time.monotonic() - attempt.started, 3),
    )
    return End(attempt, bounded(result), unnamed, name.notes, stalled_in)


def _in_a_fresh_sandbox(setup: Setup, sessions: Sessions, attempt: Attempt) -> tuple[Attempt, BaseException | None]:
    """Run a check again whose worker died while student code was running: if it happens twice, the machine is not to blame."""
    sessions.renew()
    again, error = _again(setup, sessions, attempt)
    return again, once_more(error) if again is not attempt else error


def _again(setup: Setup, sessions: Sessions, attempt: Attempt) -> tuple[Attempt, Exception | None]:
    """Run a check again, with all its time; if that can't be started, the given attempt, and why."""
    seconds = setup.seconds_for(attempt.check)
    try:
        with sessions.student(seconds) as player:
            error, evidence = run_again(attempt, player, setup.reference())
    except (SandboxUnavailable, PatienceOver) as not_begun:
        return attempt, not_begun
    return replace(attempt, student=player, seconds=seconds, evidence=evidence), error


def _trimmed(text: str) -> str:
    if len(text) <= MAX_OUTPUT:
        return text
    half = MAX_OUTPUT // 2
    return f"{text[:half]}\n[…]\n{text[-half:]}"

"""Judges: functions of an assignment that decide whether a run has shown a deliverable, and how the verdict becomes a result.

A judge is to a trace what a check is to a function that can be called. It asks for any of `observed`, `thresholds`, `evidence`,
`images`, `sampled` and `secret` as parameters of these names, and returns if everything is shown as it should be. It raises
`Partial` or `Failed` for what is shown and wrong, `NeedsReview` for what can't be decided, and `NotShown` if the run shows
nothing of the kind: then it gives no verdict.
"""

from __future__ import annotations

import importlib
import inspect
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from autograder.checks.case import verdict
from autograder.checks.evidence import Evidence
from autograder.checks.importing import make_importable
from autograder.checks.outcomes import Failed, NeedsReview, Partial
from autograder.checks.thresholds import Thresholds
from autograder.results import CheckResult, Status
from autograder.rubric import Item

ATTRIBUTE: Final = "__autograder_shows__"


class NotShown(Exception):
    """The run shows nothing of this deliverable."""


@dataclass(frozen=True)
class Judge:
    item: str
    sentence: str
    call: Callable[..., None]
    lines: bool = False  # what it looks for is drawn as lines

    @property
    def name(self) -> str:
        return self.call.__name__


def shows(item: str, lines: bool = False) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Declare that a function judges the rubric item `item`; `lines` if that is drawn as lines. The function's docstring is the
    sentence that the student reads."""

    def mark(function: Callable[..., None]) -> Callable[..., None]:
        if not function.__doc__:
            raise TypeError(f"the judge {function.__name__} needs a docstring: the sentence that the student reads")
        setattr(function, ATTRIBUTE, (item, lines))
        return function

    return mark


def judges_in(folder: Path) -> list[Judge]:
    """The judges in a folder of modules, which may import each other as a package of the folder's name."""
    make_importable(folder.parent)
    found = []
    for path in sorted(folder.glob("[!_]*.py")):
        module = importlib.import_module(f"{folder.name}.{path.stem}")
        for function in vars(module).values():
            if (
                callable(function)
                and (declared := getattr(function, ATTRIBUTE, None))
                and function.__module__ == module.__name__
            ):
                item, lines = declared
                found.append(Judge(item, " ".join((function.__doc__ or "").split()), function, lines))
    return found


def judged(judge: Judge, item: Item, given: Mapping[str, Any]) -> CheckResult | None:
    """A judge's verdict as a result; None if it gives none."""
    started = time.monotonic()
    evidence = Evidence()
    known = {**given, "evidence": evidence, "thresholds": Thresholds(item)}
    error: BaseException | None = None
    try:
        judge.call(**{name: known[name] for name in inspect.signature(judge.call).parameters})
    except NotShown:
        return None
    except Exception as raised:
        error = raised
    return _result(judge, evidence, error, time.monotonic() - started)


def undecided(judge: Judge, why: str) -> CheckResult:
    """A verdict that leaves a deliverable to a person."""
    return _result(judge, Evidence(), NeedsReview(why), 0.0)


def _result(judge: Judge, evidence: Evidence, error: BaseException | None, seconds: float) -> CheckResult:
    status, credit, message = verdict(error)
    if status is not Status.REVIEW:
        message = " ".join(dict.fromkeys(filter(None, (message, *evidence.remarks))))
    return CheckResult(
        name=judge.name,
        sentence=judge.sentence,
        visibility="public",
        status=status,
        credit=credit,
        message=message,
        place=evidence.place or "your code",
        harmless=tuple(evidence.harmless),
        shows_bugs=tuple(evidence.bugs),
        facts=tuple(evidence.facts),
        measures=tuple(evidence.measures),
        exhibits=tuple(evidence.exhibits),
        seconds=round(seconds, 3),
    )


def conclude(faults: Sequence[tuple[float, str]]) -> None:
    """End a judge with its faults, each with the share of the credit that it costs: raise Partial or Failed, or nothing."""
    if not faults:
        return
    message = " ".join(dict.fromkeys(sentence for _, sentence in faults))
    left = 1 - sum(cost for cost, _ in faults)
    if left < 0.01:
        raise Failed(message)
    raise Partial(round(left, 4), message)

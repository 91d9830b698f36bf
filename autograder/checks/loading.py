"""How a submission was loaded for its checks: what its names were bound to, and what of its top level was run."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import ValidationError

from autograder.results import Binding, TopLevel
from autograder.sandbox import Session
from autograder.sizes import LONGEST_FACT, MOST_ACCOUNTED, shortened

MOST_BINDINGS: Final = 200  # one per standard function
MOST_NOTES: Final = 100


@dataclass(frozen=True)
class Loading:
    """What the sessions of a submission have reported about loading it, so far."""

    bindings: tuple[Binding, ...] = ()  # from the first session that reported any
    notes: tuple[str, ...] = ()  # what was odd
    reasons: Mapping[tuple[str, str], str] = field(default_factory=dict)  # place and text -> why it was left out so far

    @property
    def top_level(self) -> tuple[TopLevel, ...]:
        """What part of the submission's top level was run for the checks so far, and what was left out."""
        return tuple(TopLevel(place=place, text=text, reason=reason) for (place, text), reason in self.reasons.items())


def after(loading: Loading, session: Session) -> Loading:
    """What is known including this session's report. One that has ended reports nothing more of what it ran."""
    bindings, notes = loading.bindings, loading.notes
    if not bindings and session.loaded is not None:
        bindings, odd = _reported(session.loaded)
        notes += odd
    reasons = dict(loading.reasons)
    for entry in session.account()[:MOST_ACCOUNTED]:
        place, text, reason = (each[:LONGEST_FACT] for each in entry)
        if len(reasons) < MOST_ACCOUNTED or (place, text) in reasons:
            known = reasons.get((place, text), reason)
            reasons[place, text] = known and reason  # what was run once counts as run
    return Loading(bindings, notes, reasons)


def _reported(loaded: Mapping[str, Any]) -> tuple[tuple[Binding, ...], tuple[str, ...]]:
    """How the names were bound, and what was odd, as reported by the worker; malformed entries are ignored."""
    told: list[Binding] = []
    bindings, notes = loaded.get("bindings"), loaded.get("notes")
    for record in bindings[:MOST_BINDINGS] if isinstance(bindings, list) else ():
        with suppress(ValidationError):
            told.append(shortened(Binding.model_validate(record)))
    odd = notes[:MOST_NOTES] if isinstance(notes, list) else []
    return tuple(told), tuple(str(note)[:LONGEST_FACT] for note in odd)

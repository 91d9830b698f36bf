"""A standard function that was not found: why, and what could have been meant."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from autograder.worker.binding.bindings import Binding
from autograder.worker.binding.calling import Function
from autograder.worker.binding.definitions import Definition, Names
from autograder.worker.binding.sources import LoadError

NEAREST: Final = 3
ALIKE: Final = 0.75  # least similarity, of 1: `get_predictions` is not a misspelt `get_gradients`


@dataclass(frozen=True)
class Missing:
    """What is said instead of a binding."""

    reason: str  # one or more sentences
    nearest: tuple[Definition, ...] = ()  # what could have been meant, the nearest first
    stubs: tuple[Definition, ...] = ()  # definitions of the name that are still to be written

    def as_binding(self, function: str) -> Binding:
        target = self.nearest[0].target if self.nearest else ""
        others = tuple(map(str, self.nearest))
        return Binding(function, "", self.reason, others, target=target, unwritten=bool(self.stubs))


class MissingFunction(Exception):
    """The submission has no function of this `name`. The message gives the nearest names and what is expected."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


def still_to_be_written(stubs: Sequence[Definition]) -> str:
    """The reason for a function of which there are only stubs."""
    return f"`{stubs[0].name}` is still to be written ({', '.join(str(each.place) for each in stubs)})."


def missing(
    function: Function, names: Names, taken: set[str], unfit: Sequence[Definition], reasons: Sequence[str]
) -> Missing:
    """Why a function was not found, and what could have been meant."""
    wanted = [function.name, *function.aliases]
    reason = f"`{function.name}` was not found." + in_unread_code(wanted, names.errors)
    if unfit:
        return Missing(" ".join([reason, *dict.fromkeys(reasons)]), tuple(dict.fromkeys(unfit)))
    for name in wanted:
        for definition, where in names.hidden:
            if definition.name == name:
                inside = f"`{name}` in {definition.place} is inside {where}, where it can't be reached"
                return Missing(f"{reason} {inside}: move it to the top level.")
    nearest = nearest_to(wanted, [each for each in names.definitions if each.name not in taken])
    if nearest:
        reason += " Nearest: " + ", ".join(f"`{each.signature}` in {each.place}" for each in nearest) + "."
    return Missing(reason, tuple(nearest))


def in_unread_code(wanted: Sequence[str], errors: Sequence[LoadError]) -> str:
    """A sentence if one of these names is defined in code that can't be read, else ''."""
    alternatives = "|".join(map(re.escape, wanted))
    pattern = re.compile(rf"^\s*(?:async\s+)?(?:def|class)\s+({alternatives})\b", re.MULTILINE)
    for error in errors:
        if match := pattern.search(error.lost):
            return f" `{match[1]}` is in code that can't be read, {error.where}: {error.why}."
    return ""


def nearest_to(wanted: Sequence[str], definitions: Sequence[Definition]) -> list[Definition]:
    """The definitions whose names are most like these, the nearest first."""
    last = {each.name: each for each in definitions}
    near = [name for word in wanted for name in difflib.get_close_matches(word, last, NEAREST, ALIKE)]
    return [last[name] for name in dict.fromkeys(near)][:NEAREST]

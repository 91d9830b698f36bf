"""Where a standard function is: as a mapping says it, and as the binding found it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Sure = Literal["certain", "likely", "a guess", ""]


@dataclass(frozen=True)
class Mapped:
    """Where a function is, given by hand: 'models.py:Net' or 'Net'. `by` names the file and key that say so."""

    target: str
    by: str = "the mapping"


@dataclass(frozen=True)
class Binding:
    """How one standard function was found. If it was not, `bound_to` is empty and `how` says why.

    `sure` is the confidence; `others` are further candidates. `target` is what a mapping would say to bind the same definition,
    or the nearest one if none was found; empty if nothing is near. An `unwritten` one exists by its name, but is still a stub.
    """

    function: str
    bound_to: str
    how: str
    others: tuple[str, ...] = ()
    sure: Sure = ""
    target: str = ""
    unwritten: bool = False

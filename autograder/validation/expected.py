"""What the author of a free-form submission expects, and how a result deviates from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from autograder.results import Result, Status, bound_place


@dataclass(frozen=True)
class Expected:
    """What the author of a free-form submission expects.

    `earns` gives the points of the items that earn some; those in `review` are left to a person; all other automatic items earn
    nothing. `may_earn` lists items that depend on luck. `bindings` gives each standard function that is found, with what it is
    bound to: file, cell and name.
    """

    earns: Mapping[str, float]
    review: frozenset[str]
    bindings: Mapping[str, str]
    may_earn: Mapping[str, float] = field(default_factory=dict)

    def deviations(self, result: Result) -> Iterator[str]:
        """A sentence for each item and each binding of a result that differs."""
        for item in (each for each in result.looked_at if each.kind == "automatic"):
            due = "for a person" if item.id in self.review else f"{self.earns.get(item.id, 0):g} points"
            found = "for a person" if item.status is Status.REVIEW else f"{item.points:g} points"
            luck = item.id in self.may_earn and item.points == self.may_earn[item.id]
            if found != due and not luck:
                yield f"{item.id} is {found} ({item.status.value}: {item.message}); declared: {due}"
        yield from self.wrong_bindings(result.bindings)

    def wrong_bindings(self, bindings: Iterable[BoundName]) -> Iterator[str]:
        """A sentence for each function that is bound to something other than declared."""
        known = {binding.function: binding for binding in bindings}
        for function, binding in known.items():
            found, due = place_without_line(binding.bound_to), self.bindings.get(function, "")
            if found != due:
                yield f"{function} is bound to {found or 'nothing'} ({binding.how}); declared: {due or 'nothing'}"
        for function in self.bindings.keys() - known.keys():
            yield f"{function} was not looked for; declared: {self.bindings[function]}"


class BoundName(Protocol):
    """How a function was bound, as recorded by a result or by the worker."""

    @property
    def function(self) -> str: ...

    @property
    def bound_to(self) -> str: ...

    @property
    def how(self) -> str: ...


def place_without_line(bound_to: str) -> str:
    """'hw1.ipynb cell 3 MLP' for 'hw1.ipynb cell 3 line 1 `MLP`'."""
    place = bound_place(bound_to)
    return bound_to if place is None else f"{place.document} {place.name}"

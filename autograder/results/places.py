"""Where a function was found, as a binding says it: 'hw1.ipynb cell 3 line 12 `train`'."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

BOUND_TO: Final = re.compile(
    r"(?P<source>.+?)(?: cell (?P<cell>\d{1,6}))? line (?P<line>\d{1,7}) `(?P<name>.*)`", re.DOTALL
)


@dataclass(frozen=True)
class BoundPlace:
    """The file, the notebook's cell if it is one, the line there, and the name that is defined in it."""

    source: str
    cell: int | None
    line: int
    name: str

    @property
    def document(self) -> str:
        """'hw1.ipynb cell 3', or 'hw1.py'."""
        return self.source if self.cell is None else f"{self.source} cell {self.cell}"


def bound_place(bound_to: str) -> BoundPlace | None:
    """The place that a binding's `bound_to` names; None if it names none. It came out of the sandbox, so it may say anything."""
    found = BOUND_TO.fullmatch(bound_to)
    if found is None:
        return None
    cell = int(found["cell"]) if found["cell"] else None
    return BoundPlace(found["source"], cell, int(found["line"]), found["name"])

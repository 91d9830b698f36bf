"""Of several definitions of one name, the one in the file of the part that asks for it first: in `p1a.py` and not in `p1b.py`.

Students who hand in a script for each part define their network in each, for 1B perhaps with mistakes that 1A has not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Final

from autograder.worker.binding.definitions import Definition

# '1a', 'p1a', 'Problem 1/a', '1_a', but not the 'hw1_a' of a homework, nor 'hw1_activations'
NUMBERED: Final = re.compile(r"(?<![a-z0-9])(?!hw|homework)(?:[a-z]{1,12}[_\-. ]*)?(\d)[_\-./ (]*([a-f])(?![a-z0-9])")


def chosen(candidates: Sequence[Definition], part: str) -> Definition:
    """The last of these in a file whose name says `part` ('1A'); if there is none, the last in one that says no part; else the
    last of all. `part` may be empty. Raises ValueError where there are no candidates."""
    return max(enumerate(candidates), key=lambda each: (rank(each[1].place.source, part), each[0]))[1]


def rank(path: str, part: str) -> int:
    """2 for a file whose name says `part`, 1 for one that says none, 0 for one that says another; 0 for all if it is empty."""
    if not part:
        return 0
    name = str(PurePosixPath(path).with_suffix("")).casefold()
    if _says(part.casefold(), name):
        return 2
    return int(not (NUMBERED.search(name) or ("bonus" in name and part[0].isdigit())))


def _says(part: str, name: str) -> bool:
    return (
        part in {f"{number}{letter}" for number, letter in NUMBERED.findall(name)}
        if part[0].isdigit()
        else part in name
    )

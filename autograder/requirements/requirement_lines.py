"""A requirements file, line by line, as pip reads it; and what pip would not take."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

LONGEST: Final = 80  # characters of a line that are shown
EGG: Final = re.compile(r"[#&]egg=([A-Za-z0-9._-]+)")
INCLUDED: Final = re.compile(r"(?:-r|--requirement)[ =]?\s*(\S+)")
INSTALL: Final = re.compile(r"[!%]?\s*(?:python3?\s+-m\s+)?(?:pip3?|conda|uv pip)\s+install\s+(.+)")
CONDA: Final = re.compile(r"([A-Za-z0-9._-]+)=([0-9][^=\s]*)(=\S*)?")
# Written into requirements files by many, and parts of Python; no package of these names is meant.
PARTS_OF_PYTHON: Final = frozenset(
    "os sys math random time re json copy collections itertools functools pickle glob shutil datetime warnings gc io csv "
    "string struct threading subprocess urllib abc python".split()
)


@dataclass(frozen=True)
class Line:
    """One requirement. `name` is canonical, and empty for what names none; `problem` says why pip would not take it."""

    number: int
    text: str
    name: str = ""
    problem: str = ""


def read_lines(text: str, included: Callable[[str], str | None] = lambda path: None) -> list[Line]:
    """The requirements in a file's text. `included` gives the text of a file that `-r PATH` names, if it is there."""
    found: list[Line] = []
    for number, line in _logical_lines(text):
        if match := INCLUDED.fullmatch(line):
            other = included(match[1])
            if other is None:
                found.append(Line(number, line, problem=f"{match[1]} was not handed in; write its lines here"))
            else:
                found += [Line(number, each.text, each.name, each.problem) for each in read_lines(other)]
        elif line.startswith("-"):
            egg = EGG.search(line)
            found.append(Line(number, line, canonicalize_name(egg[1]) if egg else ""))
        else:
            found.append(_requirement(number, line))
    return found


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines without comments, continued ones joined, empty ones left out; numbered by where they begin."""
    begun, start = "", 0
    for number, physical in enumerate(text.splitlines(), start=1):
        start = start or number
        begun += physical.removesuffix("\\")
        if physical.endswith("\\"):
            continue
        line = re.sub(r"(^|\s)#.*", "", begun).strip()
        if line:
            yield start, line
        begun, start = "", 0


def _requirement(number: int, line: str) -> Line:
    shown = line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
    if "://" in line and "@ " not in line:
        egg = EGG.search(line)
        return Line(number, shown, canonicalize_name(egg[1]) if egg else "")
    try:
        parsed = Requirement(re.sub(r"\s--(?:hash|config-settings|global-option)[ =].*", "", line))
    except InvalidRequirement as error:
        conda = CONDA.fullmatch(line)
        return Line(number, shown, canonicalize_name(conda[1]) if conda else "", _why(line, error))
    name = canonicalize_name(parsed.name)
    if parsed.url and parsed.url.startswith("file:"):
        problem = f"it names a file on your own machine; write `{parsed.name}` with the version that you used"
        return Line(number, shown, name, problem)
    if name in PARTS_OF_PYTHON:
        return Line(number, shown, name, "that is a part of Python and no package; delete the line")
    return Line(number, shown, name)


def _why(line: str, error: InvalidRequirement) -> str:
    if match := INSTALL.fullmatch(line):
        return f"that is a command; write only what it installs, a line each: `{match[1]}`"
    if match := CONDA.fullmatch(line):
        return f"that is conda's form; write `{match[1]}=={match[2]}`"
    reason = str(error).splitlines()[0].rstrip(".:") if str(error) else "its form is unknown"
    return f"pip can't read it ({reason[0].lower()}{reason[1:]})"

"""A requirements file, line by line, as pip reads it; and what pip would not take."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

LONGEST: Final = 80  # characters of a line that are shown
LONGEST_READ: Final = 10_000  # characters of a line; hashes of one package take some thousands
MOST_LINES: Final = 2_000
EGG: Final = re.compile(r"[#&]egg=([A-Za-z0-9._-]+)")
INCLUDED: Final = re.compile(r"(?:-r|--requirement)[ =]?\s*(\S+)")
INSTALL: Final = re.compile(r"[!%]?\s*(?:python3?\s+-m\s+)?(?:pip3?|conda|uv pip)\s+install\s+(.+)")
CONDA: Final = re.compile(r"([A-Za-z0-9._-]+)=([0-9][^=\s]*)(=\S*)?")
# Parts of Python that many write into requirements files; no packages of these names are meant.
PARTS_OF_PYTHON: Final = frozenset(
    "os sys math random time re json copy collections itertools functools pickle glob shutil datetime warnings gc io csv "
    "string struct threading subprocess urllib abc python".split()
)


@dataclass(frozen=True)
class Line:
    """One requirement. `name` is canonical, and empty if the line names no package; `problem` says why pip would not take it."""

    number: int
    text: str
    name: str = ""
    problem: str = ""


def read_lines(text: str, included: Callable[[str], str | None] = lambda path: None) -> list[Line]:
    """The requirements in a file's text. `included` gives the text of a file that `-r PATH` names, if it is there."""
    found: list[Line] = []
    lines = list(_logical_lines(text))
    for number, line in lines[:MOST_LINES]:
        if match := INCLUDED.fullmatch(line):
            other = included(match[1])
            if other is None:
                problem = f"{_shown(match[1])} was not handed in; write its lines here"
                found.append(Line(number, _shown(line), problem=problem))
            else:
                found += [Line(number, each.text, each.name, each.problem) for each in read_lines(other)]
        elif line.startswith("-"):
            egg = EGG.search(line)
            found.append(Line(number, _shown(line), canonicalize_name(egg[1]) if egg else ""))
        else:
            found.append(_requirement(number, line))
    if len(lines) > MOST_LINES:
        number, line = lines[MOST_LINES]
        found.append(
            Line(number, _shown(line), problem=f"this line and those after it were not read ({MOST_LINES:,} were)")
        )
    return found


def _shown(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines without comments, continuations joined, empty lines dropped; numbered by their first physical line."""
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
    shown = _shown(line)
    if len(line) > LONGEST_READ:
        return Line(number, shown, problem=f"pip can't read it (it has more than {LONGEST_READ:,} characters)")
    if "://" in line and "@ " not in line:
        egg = EGG.search(line)
        return Line(number, shown, canonicalize_name(egg[1]) if egg else "")
    try:
        parsed = Requirement(re.sub(r"\s--(?:hash|config-settings|global-option)[ =].*", "", line))
    except (InvalidRequirement, RecursionError) as error:
        conda = CONDA.fullmatch(line)
        return Line(number, shown, canonicalize_name(conda[1]) if conda else "", _why(line, error))
    name = canonicalize_name(parsed.name)
    if parsed.url and parsed.url.startswith("file:"):
        problem = f"it names a file on your own machine; write `{parsed.name}` with the version that you used"
        return Line(number, shown, name, problem)
    if name in PARTS_OF_PYTHON:
        return Line(number, shown, name, "that is a part of Python, not a package; delete the line")
    return Line(number, shown, name)


def _why(line: str, error: Exception) -> str:
    if match := INSTALL.fullmatch(line):
        return f"that is a command; write only what it installs, one on each line: `{_shown(match[1])}`"
    if match := CONDA.fullmatch(line):
        return f"that is conda's form; write `{match[1]}=={match[2]}`"
    if isinstance(error, RecursionError):
        return "pip can't read it (it is nested too deeply)"
    reason = "".join(str(error).splitlines()[:1])[:200].rstrip(".:") or "its form is unknown"
    return f"pip can't read it ({reason[0].lower()}{reason[1:]})"

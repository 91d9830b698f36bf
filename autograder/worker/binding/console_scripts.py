"""The commands that an installed project would have: `hw1 = "hw1.cli:main"` in `pyproject.toml`, `setup.cfg` or `setup.py`.

https://packaging.python.org/en/latest/specifications/pyproject-toml/#entry-points
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

LARGEST: Final = 50_000  # bytes of a file that declares commands
MOST_FILES: Final = 5  # of each name
MOST: Final = 20  # commands
# The part of a file that declares them.
SECTIONS: Final = {
    "pyproject.toml": re.compile(
        r"^\[(?:project|tool\.poetry)\.scripts\]\s*$(.*?)(?=^\[|\Z)", re.DOTALL | re.MULTILINE
    ),
    "setup.cfg": re.compile(r"^console_scripts\s*=(.*?)(?=^\S|\Z)", re.DOTALL | re.MULTILINE),
    "setup.py": re.compile(r"console_scripts[\"']\s*:\s*\[(.*?)\]", re.DOTALL),
}
# With bounds, as what is looked for in a stranger's file must not take time that grows with its square.
DECLARED: Final = re.compile(r"\b(\w[\w.-]{0,63})[\"']?\s{0,20}=\s{0,20}[\"']?(\w{1,60}(?:\.\w{1,60}){0,9}):(\w{1,60})")
GUARD: Final = re.compile(r"^if\s+__name__\s*==", re.MULTILINE)


@dataclass(frozen=True)
class ConsoleScript:
    """A command of this `name`, which calls `function` in the file `path` of the submission."""

    name: str
    path: str
    function: str
    folder: str = ""  # of the project


def console_scripts(folder: Path) -> list[ConsoleScript]:
    """The commands of the projects in a submission whose modules are there."""
    found: list[ConsoleScript] = []
    for file, section in SECTIONS.items():
        for path in sorted(folder.rglob(file))[:MOST_FILES]:
            if path.is_file() and path.stat().st_size <= LARGEST:
                text = path.read_text(encoding="utf-8", errors="replace")
                for part in section.finditer(text):
                    found += _declared(folder, path.parent, part[1])
    return found[:MOST]


def called_unguarded(folder: Path) -> dict[str, str]:
    """The functions that commands call in modules without a main guard, by the modules' paths: only the command runs these."""
    return {
        each.path: each.function
        for each in console_scripts(folder)
        if not GUARD.search((folder / each.path).read_text(encoding="utf-8", errors="replace"))
    }


def _declared(folder: Path, project: Path, text: str) -> Iterator[ConsoleScript]:
    for name, module, function in DECLARED.findall(text):
        path = module.replace(".", "/")
        for place in (f"src/{path}.py", f"{path}.py", f"lib/{path}.py"):
            if (project / place).is_file():
                inside, around = (each.relative_to(folder).as_posix() for each in (project / place, project))
                yield ConsoleScript(name, inside, function, around.removeprefix("."))
                break

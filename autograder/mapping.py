"""Which of a submission's names is which standard function, as given by hand.

A student does so in an `autograder.toml` that is handed in, an instructor in a file for one submission or for all (`autograder
grade --map FILE`). Either names a function, a class or a variable: `build_mlp = "models.py:Net"`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Final

from autograder import limited, toml_process
from autograder.errors import WrongUse
from autograder.rubric.problems import did_you_mean
from autograder.submission import Submission

FILE: Final = "autograder.toml"
TABLE: Final = "functions"
EVERYONE: Final = "*"
MOST_BYTES: Final = 100_000  # of a student's file
MOST_TOLD: Final = 10  # mistakes
LONGEST: Final = 80  # characters of a name that are shown, or compared with the known ones
BOUNDS: Final = limited.Bounds(seconds=5.0, memory=500_000_000, output=1_000_000)

# By standard function: what it is bound to ("models.py:Net"), and who says so, as shown in a report.
Targets = Mapping[str, tuple[str, str]]
Maps = Mapping[str, Targets]  # by the submission's name, or EVERYONE


class MappingError(WrongUse):
    """The instructor's mapping is invalid. The message names file, line and key of everything that is wrong."""


def targets_for(
    submission: Submission, maps: Maps, functions: Collection[str]
) -> tuple[dict[str, tuple[str, str]], list[str]]:
    """The mapping for a submission, and a sentence for each mistake in the student's own file.

    The instructor's entries for this submission take precedence over those for everyone, and both over the student's.
    """
    own, notes = _students(submission, functions)
    return {**own, **maps.get(EVERYONE, {}), **maps.get(submission.name, {})}, notes


def load_maps(path: Path, functions: Collection[str]) -> dict[str, dict[str, tuple[str, str]]]:
    """Read an instructor's mapping: a table for each submission by its name, or `["*"]` for all.

    Raises MappingError, or OSError if the file can't be read.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")  # editors on Windows write a byte order mark
        content = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise MappingError(f"{path}: no UTF-8 text; save the file as UTF-8") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise MappingError(f"{path}: {error}") from error
    problems = []
    maps: dict[str, dict[str, tuple[str, str]]] = {}
    for name, entries in content.items():
        if not isinstance(entries, dict):
            line = _line(text, name)
            problems.append(
                f'{path}:{line}: `{name}` is in no table; write it below `["{EVERYONE}"]` or a submission\'s name'
            )
            continue
        problems += [f"{path}:{_line(text, key, name)}: {told}" for key, told in _mistakes(entries, functions)]
        by = f"{path.name}, [{name}]"
        maps[name] = {key: (str(target), f"the instructor's {by}") for key, target in entries.items()}
    if problems:
        raise MappingError("\n".join(problems))
    return maps


def files_named(maps: Maps, *names: str) -> list[str]:
    """The targets in files ("models.py:Net") that an instructor gives to everyone, or to a submission of one of these names."""
    targets = (target for name in (EVERYONE, *names) for target, _ in maps.get(name, {}).values())
    return [target for target in targets if ":" in target]


def _students(submission: Submission, functions: Collection[str]) -> tuple[dict[str, tuple[str, str]], list[str]]:
    named = [path for path in submission.files if PurePosixPath(path).name.casefold() == FILE]
    if not named:
        return {}, []
    path = min(named, key=lambda each: (each.count("/"), each))
    try:
        with (submission.folder / path).open("rb") as file:
            data = file.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            return {}, [
                f"{path} is not used: it has more than {MOST_BYTES:,} bytes. Keep only `[{TABLE}]` and its lines."
            ]
        heard = limited.read_apart(toml_process.tables, data.decode("utf-8-sig"), BOUNDS)
        problem = heard.problem
    except (OSError, ValueError) as error:
        problem = str(error)
    if problem:
        return {}, [f"{path} is not used, since it can't be read as TOML: {problem}."]
    (content,) = heard.records
    unknown = [_unknown_table(path, key) for key in list(content)[:MOST_TOLD] if key != TABLE]
    entries = content.get(TABLE, {})
    if entries is None:
        return {}, [
            *unknown,
            f'{path}: `{TABLE}` must be a table, `[{TABLE}]`, with lines such as `name = "file.py:your_name"`.',
        ]
    right = {key: target for key, target in entries.items() if _is_right(key, target, functions)}
    wrong = [(key, target) for key, target in entries.items() if key not in right]
    notes = [_sentence(f"{path}, [{TABLE}]: {told}") for _, told in _mistakes(dict(wrong[:MOST_TOLD]), functions)]
    if len(wrong) > MOST_TOLD:
        notes.append(f"{path}, [{TABLE}]: {len(wrong) - MOST_TOLD:,} more lines can't be used.")
    return {key: (target, f"{path}, [{TABLE}] {key}") for key, target in right.items()}, [*unknown, *notes]


def _unknown_table(path: str, key: str) -> str:
    return _sentence(f"{path}: `[{_shown(key)}]` is not known; {did_you_mean(_shown(key), [TABLE])}")


def _is_right(key: str, target: Any, functions: Collection[str]) -> bool:
    return key in functions and isinstance(target, str) and target.rpartition(":")[2].isidentifier()


def _mistakes(entries: Mapping[str, Any], functions: Collection[str]) -> Iterator[tuple[str, str]]:
    """Each key that can't be used, and why."""
    for key, target in entries.items():
        if key not in functions:
            yield key, f"`{_shown(key)}` is not a function of this assignment; {did_you_mean(_shown(key), functions)}"
        elif not _is_right(key, target, functions):
            shown = f"`{_shown(target)}`" if isinstance(target, str) else "something that is not text"
            yield key, f'`{key}` is given {shown}; "file.py:name" or "name" was expected'


def _shown(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _sentence(text: str) -> str:
    return text if text.endswith("?") else f"{text}."


def _line(text: str, key: str, table: str = "") -> int:
    """The line with this key; 1 if it can't be found."""
    lines = text.splitlines()
    heading = rf"\s*\[\s*[\"']?{re.escape(table)}[\"']?\s*\]"
    start = next((n for n, line in enumerate(lines) if re.match(heading, line)), 0) if table else 0
    assignment = rf"\s*[\"']?{re.escape(key)}[\"']?\s*="
    return next((n + 1 for n, line in enumerate(lines) if n >= start and re.match(assignment, line)), 1)

"""Caches the rows of earlier runs by the hash of all that they depend on."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Final

import platformdirs

from autograder.results import write_atomically
from autograder.validation.cases import Case
from autograder.validation.rows import Row

SETS: Final = ("loses", "may_lose", "may_wait", "waiting")  # fields of a row that JSON has as lists


def cache_file(base: str, case: Case, kind: str = "validation") -> Path:
    """The file for a case's outcome, by the hash of all that it depends on; `base` is the grader's hash."""
    items = (sorted(each) for each in (case.loses, case.may_lose, case.may_wait, case.only or ()))
    declared = (case.name, *items, case.bugs, case.expects)
    digest = hashlib.sha256(f"{base}{declared}".encode())
    for path in sorted(
        entry for entry in case.folder.rglob("*") if entry.is_file() and "__pycache__" not in entry.parts
    ):
        text = case.files.get(path.relative_to(case.folder).as_posix())
        digest.update(path.name.encode() + (path.read_bytes() if text is None else text.encode()))
    return platformdirs.user_cache_path("autograder") / kind / f"{digest.hexdigest()[:32]}.json"


def kept_row(path: Path) -> Row | None:
    """The row that an earlier run stored there; None if there is none that can be read."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        for name in SETS:
            stored[name] = frozenset(stored[name])
        for name in ("expected_bugs", "named_bugs", "notes", "deviations"):
            stored[name] = tuple(stored[name])
        return Row(**stored, cached=True)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def keep_row(path: Path, row: Row) -> None:
    """Store a row for later runs."""
    content = {name: value for name, value in vars(row).items() if name != "cached"}
    content |= {name: sorted(content[name]) for name in SETS}
    content |= {"kept": dict(row.kept), "random": dict(row.random)}
    write_atomically(path, json.dumps(content))

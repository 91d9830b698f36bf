"""What became of the cases of earlier runs, kept by the hash of all that it hangs on."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib.metadata import distributions
from pathlib import Path
from typing import Final

import platformdirs

from autograder.checks.run import Settings
from autograder.results import write_atomically
from autograder.rubric import Rubric
from autograder.validation.cases import Case
from autograder.validation.rows import Row

ENGINE: Final = Path(__file__).resolve().parents[1]
SETS: Final = ("loses", "may_lose", "may_wait", "waiting")  # fields of a row that JSON has as lists
NO_GRADE: Final = frozenset({"cli", "report"})  # folders of the engine that show grades, and decide on none


def digest_of_grader(rubric: Rubric, settings: Settings) -> str:
    """A hash of all that decides on a grade but the submission: engine, rubric, checks, reference, settings, libraries."""
    digest = hashlib.sha256(repr(settings).encode() + rubric.path.read_bytes())
    assignment = rubric.assignment
    names = (
        assignment.reference,
        *assignment.other_references.values(),
        assignment.probes,
        assignment.checks.public,
        assignment.checks.hidden,
        assignment.bugs,
    )
    judging = (rubric.root / assignment.probes).with_name("judging")
    judges = [rubric.root / assignment.run.judges] if assignment.run else []
    for folder in (ENGINE, *(rubric.root / name for name in names), judging, *judges):
        for path in sorted(entry for kind in ("*.py", "*.yaml") for entry in folder.rglob(kind)):
            within = path.relative_to(folder)
            if folder != ENGINE or within.parts[0] not in NO_GRADE:
                digest.update(str(within).encode() + path.read_bytes())
    digest.update(_libraries())
    return digest.hexdigest()


@cache
def _libraries() -> bytes:
    """What is installed, each with its version."""
    return "\n".join(sorted(f"{each.name} {each.version}" for each in distributions())).encode()


def cache_file(base: str, case: Case, kind: str = "validation") -> Path:
    """Where what became of a case lies, by the hash of all that it hangs on; `base` is the grader's."""
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
    """The row that an earlier run kept there; None where there is none that can be read."""
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
    """Keep a row for later runs."""
    content = {name: value for name, value in vars(row).items() if name != "cached"}
    content |= {name: sorted(content[name]) for name in SETS}
    content |= {"kept": dict(row.kept), "random": dict(row.random)}
    write_atomically(path, json.dumps(content))

"""A graded class in its folder: a result for each submission, or the reason why the grader could not make one."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from autograder.results import ItemResult, PartResult, Result, Status, read_result, write_atomically
from autograder.submission.names import natural_key

RESULT: Final = "result.json"
REPORT: Final = "report.html"
FAILURE: Final = "failure.json"  # in place of a result that the grader could not make
LATE: Final = "late"


@dataclass(frozen=True)
class Entry:
    """One submission's place in the class."""

    name: str
    folder: str  # relative to the class's folder, with "/"
    result: Result | None = None  # without evidence: points, statuses and words of the items alone
    failure: str = ""  # of the grader; empty if it has made a result

    @property
    def graded(self) -> bool:
        """Whether the points say something about the work: it could be read, and the grader has made a result."""
        return self.result is not None and not self.result.problem

    @property
    def note(self) -> str:
        """What readers of the points have to know in addition; empty for an ordinary submission."""
        late = [LATE] if self.result is not None and self.result.submission.late else []
        problem = self.result.problem.splitlines()[:1] if self.result is not None else []
        failure = [f"could not be graded: {self.failure}"] if self.failure else []
        return "; ".join([*late, *problem, *failure])

    @property
    def waiting(self) -> tuple[ItemResult, ...]:
        """The items that a person has yet to decide."""
        return tuple(item for item in self.result.items if item.status is Status.REVIEW) if self.result else ()

    def in_part(self, part: str) -> PartResult | None:
        return next((each for each in self.result.parts if each.id == part), None) if self.result else None

    def item(self, id: str) -> ItemResult | None:
        return next((each for each in self.result.items if each.id == id), None) if self.result else None


def entry_of(result: Result, folder: str) -> Entry:
    items = tuple(item.model_copy(update={"checks": (), "answer": None}) for item in result.items)
    nothing: dict[str, Any] = dict.fromkeys(
        ("requirements", "bindings", "loading", "ran", "documents", "handed_in"), ()
    )
    return Entry(result.submission.name, folder, result.model_copy(update={"items": items, **nothing}))


def entries_in(folder: Path) -> list[Entry]:
    """The class in a folder, by name. A result that can't be read is an entry too: nobody goes missing."""
    found: dict[str, Entry] = {}
    for path in sorted(folder.rglob(RESULT)):
        where = path.parent.relative_to(folder).as_posix()
        try:
            found[where] = entry_of(read_result(path), where)
        except (OSError, ValueError) as error:
            found[where] = Entry(path.parent.name, where, failure=f"{RESULT} cannot be read: {_first_line(error)}")
    for path in sorted(folder.rglob(FAILURE)):
        where = path.parent.relative_to(folder).as_posix()
        name, failure = _read_failure(path)
        found[where] = replace(found.get(where, Entry(name, where)), failure=failure)
    return sorted(found.values(), key=lambda entry: (by_name(entry.name), entry.folder))


def by_name(name: str) -> object:
    """The sort key of a name: É beside E, ignoring case, and 10 after 9."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return natural_key(plain.casefold())


def of_one_assignment(entries: Sequence[Entry]) -> tuple[list[Entry], list[Entry]]:
    """The entries of the most frequent assignment, and the others, which can't be shown in the same table."""
    counted = Counter(entry.result.assignment.id for entry in entries if entry.result)
    usual = counted.most_common(1)[0][0] if counted else ""
    others = [entry for entry in entries if entry.result and entry.result.assignment.id != usual]
    return [entry for entry in entries if entry not in others], others


def parts_of(entries: Iterable[Entry]) -> list[PartResult]:
    """The parts that the results have, in the assignment's order."""
    found: dict[str, PartResult] = {}
    for entry in entries:
        for part in entry.result.parts if entry.result else ():
            found.setdefault(part.id, part)
    return list(found.values())


def items_of(entries: Iterable[Entry]) -> list[ItemResult]:
    """The items that the results have, in the assignment's order; the first occurrence of each."""
    found: dict[str, ItemResult] = {}
    for entry in entries:
        for item in entry.result.items if entry.result else ():
            found.setdefault(item.id, item)
    return list(found.values())


def write_failure(folder: Path, name: str, failure: str) -> None:
    """Record that the grader could not grade a submission. Raises OSError."""
    write_atomically(folder / FAILURE, json.dumps({"name": name, "failure": failure}, ensure_ascii=False) + "\n")


def _read_failure(path: Path) -> tuple[str, str]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return str(told["name"]), str(told["failure"])
    except (OSError, ValueError, LookupError, TypeError):
        return path.parent.name, f"{FAILURE} cannot be read"


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:200]

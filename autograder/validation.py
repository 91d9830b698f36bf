"""The grader is graded: right submissions must keep every automatic point, wrong ones must lose what they declare.

The cases are the reference, the whole submissions under `tests/submissions/right`, `wrong` and `freeform`, and one wrong
submission for each bug of the library: the reference's files with the bug patched in. For these, only the items that depend
on the patched function are run; on the others nothing has changed. A free-form submission, written without regard to the
standard names, declares more: the points of each item, what a person has to look at, and what is bound to what.
"""

from __future__ import annotations

import ast
import concurrent.futures
import hashlib
import json
import multiprocessing
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Final, Literal, Protocol

import platformdirs
from ruamel.yaml import YAML

from autograder.checks.run import Settings
from autograder.diagnosis import BugLibrary, load_bugs
from autograder.grading import grade
from autograder.reference import Reference
from autograder.results import Result, Status, write_atomically
from autograder.rubric import Rubric, load_rubric

EXPECTED: Final = "expected.yaml"
ENGINE: Final = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Case:
    """One submission with what must become of it. `files` replaces texts of the files in `folder`."""

    name: str
    kind: Literal["reference", "right", "wrong", "freeform"]
    folder: Path
    files: Mapping[str, str]
    loses: frozenset[str]
    may_lose: frozenset[str] = frozenset()
    bugs: tuple[str, ...] = ()  # the names that the report should give
    only: frozenset[str] | None = None
    expects: Expected | None = None  # of a free-form submission


@dataclass(frozen=True)
class Expected:
    """What the author of a free-form submission would expect.

    `earns` has the points of the items that earn some; those in `review` are for a person; all other automatic items earn
    nothing. `may_earn` has items that luck decides on. `bindings` has the standard functions that are found, each with what
    it is bound to: file, cell and name.
    """

    earns: Mapping[str, float]
    review: frozenset[str]
    bindings: Mapping[str, str]
    may_earn: Mapping[str, float] = field(default_factory=dict)

    def deviations(self, result: Result) -> Iterator[str]:
        """A sentence for each item and each binding of a result that is another one."""
        for item in result.items:
            if item.kind != "automatic" or item.status is Status.UNCHECKED:
                continue
            due = "for a person" if item.id in self.review else f"{self.earns.get(item.id, 0):g} points"
            found = "for a person" if item.status is Status.REVIEW else f"{item.points:g} points"
            luck = item.id in self.may_earn and item.points == self.may_earn[item.id]
            if found != due and not luck:
                yield f"{item.id} is {found} ({item.status.value}: {item.message}); declared: {due}"
        yield from self.wrong_bindings(result.bindings)

    def wrong_bindings(self, bindings: Iterable[BoundName]) -> Iterator[str]:
        """A sentence for each function that is bound to something else than declared."""
        known = {binding.function: binding for binding in bindings}
        for function, binding in known.items():
            found, due = place_without_line(binding.bound_to), self.bindings.get(function, "")
            if found != due:
                yield f"{function} is bound to {found or 'nothing'} ({binding.how}); declared: {due or 'nothing'}"
        for function in self.bindings.keys() - known.keys():
            yield f"{function} was not looked for; declared: {self.bindings[function]}"


class BoundName(Protocol):
    """How a function was bound, as a result tells it or the worker."""

    @property
    def function(self) -> str: ...

    @property
    def bound_to(self) -> str: ...

    @property
    def how(self) -> str: ...


def place_without_line(bound_to: str) -> str:
    """'hw1.ipynb cell 3 MLP' for 'hw1.ipynb cell 3 line 1 `MLP`'."""
    return re.sub(r" line \d+ `([^`]*)`$", r" \1", bound_to)


@dataclass(frozen=True)
class Row:
    """What became of a case: each item that was run with whether its points were kept; the bugs that were named."""

    case: str
    kind: str
    kept: Mapping[str, bool]
    loses: frozenset[str]
    may_lose: frozenset[str]
    expected_bugs: tuple[str, ...]
    named_bugs: tuple[str, ...]
    notes: tuple[str, ...]
    random: Mapping[str, str]  # the checks that hang on luck, with their items
    seconds: float
    cached: bool = False
    deviations: tuple[str, ...] = ()  # from what a free-form submission declares

    @property
    def lost(self) -> frozenset[str]:
        return frozenset(item for item, kept in self.kept.items() if not kept)

    @property
    def as_declared(self) -> bool:
        if self.kind == "freeform":
            return not self.deviations
        return self.loses <= self.lost <= self.loses | self.may_lose

    @property
    def naming(self) -> Literal["named", "silent", "wrong", "none due"]:
        """Whether the report named the bug: all that it named is expected, or something else is."""
        if not self.expected_bugs:
            return "wrong" if self.named_bugs else "none due"
        if not self.named_bugs:
            return "silent"
        return "named" if set(self.expected_bugs) & set(self.named_bugs) else "wrong"


def find_cases(rubric: Rubric, submissions: Path) -> list[Case]:
    """All cases of an assignment: the reference, then right submissions and the reference in other frameworks, then wrong and
    free-form submissions, then the bug library."""
    reference = Reference(rubric.root / rubric.assignment.reference)
    library = load_bugs(rubric.root / rubric.assignment.bugs, reference)
    found = [Case("reference", "reference", reference.folder, {}, frozenset())]
    for path in sorted(entry for entry in (submissions / "right").glob("*") if entry.is_dir()):
        found.append(Case(f"right/{path.name}", "right", path, {}, frozenset()))
    for framework, other in rubric.assignment.other_references.items():
        found.append(Case(f"reference/{framework}", "right", rubric.root / other, {}, frozenset()))
    for path in sorted(entry for entry in (submissions / "wrong").glob("*") if entry.is_dir()):
        expected = YAML(typ="safe").load((path / EXPECTED).read_text(encoding="utf-8"))
        loses, may_lose = (frozenset(expected.get(key, ())) for key in ("loses", "may_lose"))
        found.append(Case(f"wrong/{path.name}", "wrong", path, {}, loses, may_lose, tuple(expected.get("bugs", ()))))
    for path in sorted(entry for entry in (submissions / "freeform").glob("*") if entry.is_dir()):
        found.append(_freeform(path, rubric))
    automatic = {item.id: set(item.needs) for item in rubric.items if item.kind == "automatic"}
    for bug in library.bugs:
        touched = _dependants(library, bug.function)
        patched = library.patched(bug)
        loses, may_lose = frozenset(bug.loses), frozenset(bug.may_lose)
        due = (bug.bug,) if loses else ()
        only = frozenset(item for item, needs in automatic.items() if needs & touched) | loses
        found.append(Case(bug.bug, "wrong", reference.folder, patched, loses, may_lose, due, only))
    return found


def _freeform(path: Path, rubric: Rubric) -> Case:
    """A free-form submission with its `expected.yaml`. Raises RubricError for an item or function that is not there."""
    said = YAML(typ="safe").load((path / EXPECTED).read_text(encoding="utf-8"))
    expected = Expected(
        said.get("earns") or {},
        frozenset(said.get("review") or ()),
        said.get("bindings") or {},
        said.get("may_earn") or {},
    )
    for item in (*expected.earns, *expected.review, *expected.may_earn):
        rubric.item(item)
    for function in expected.bindings:
        rubric.function(function)
    earned = {**expected.earns, **expected.may_earn}
    automatic = [item for item in rubric.items if item.kind == "automatic" and item.id not in expected.review]
    loses = frozenset(item.id for item in automatic if earned.get(item.id, 0) < item.points)
    bugs = tuple(said.get("bugs") or ())
    may_lose = frozenset(expected.may_earn)
    return Case(f"freeform/{path.name}", "freeform", path, {}, loses, may_lose, bugs, expects=expected)


def subset(cases: Sequence[Case]) -> list[Case]:
    """A quick selection: the reference, one right and one free-form submission, all whole wrong ones, and for each item that
    a bug loses the one whose grading takes the fewest items, and loses the fewest: what fails is run again, and takes
    longest."""
    kept = [next((case for case in cases if case.kind == kind), None) for kind in ("reference", "right", "freeform")]
    kept += [case for case in cases if case.kind == "wrong" and not case.files]
    bugs: dict[str, Case] = {}
    for case in cases:
        for item in case.loses if case.files else ():
            if item not in bugs or _cost(case) < _cost(bugs[item]):
                bugs[item] = case
    chosen = {case.name for case in (*kept, *bugs.values()) if case}
    return [case for case in cases if case.name in chosen]


def _cost(case: Case) -> tuple[int, int]:
    return len(case.only or ()), len(case.loses | case.may_lose)


def unproved(rubric: Rubric, rows: Iterable[Row]) -> list[str]:
    """The automatic items that no wrong submission has lost: nothing shows that their checks can fail."""
    lost = {item for row in rows if row.kind == "wrong" for item in row.lost}
    return [item.id for item in rubric.items if item.kind == "automatic" and item.id not in lost]


def validate(
    rubric_path: Path, cases: Sequence[Case], settings: Settings, jobs: int, use_cache: bool = True
) -> Iterator[Row]:
    """Grade the cases, `jobs` at a time, and yield a row for each as it is done. Rows of earlier runs are reused."""
    rubric = load_rubric(rubric_path)
    base = digest_of_grader(rubric, settings)
    to_do = {}
    for case in cases:
        path = cache_file(base, case)
        if use_cache and (row := _cached(path)) is not None:
            yield row
        else:
            to_do[case.name] = (case, path)
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(jobs, mp_context=context) as pool:
        running = {pool.submit(_row, rubric_path, case, settings): path for case, path in to_do.values()}
        for done in concurrent.futures.as_completed(running):
            row = done.result()
            write_atomically(running[done], json.dumps(_to_json(row)))
            yield row


def grade_case(rubric_path: Path, case: Case, settings: Settings) -> Result:
    """Grade a case as it would be handed in, on the items that it is about."""
    with tempfile.TemporaryDirectory(prefix="autograder-", ignore_cleanup_errors=True) as temporary:
        folder = Path(temporary) / "submission"
        shutil.copytree(case.folder, folder, ignore=shutil.ignore_patterns("__pycache__", EXPECTED))
        for name, text in case.files.items():
            (folder / name).write_text(text, encoding="utf-8")
        return grade(folder, load_rubric(rubric_path), replace(settings, only=case.only))


def _row(rubric_path: Path, case: Case, settings: Settings) -> Row:
    return row_of(case, grade_case(rubric_path, case, settings))


def row_of(case: Case, result: Result) -> Row:
    """Hold a result against what the case declares."""
    open_yet = (Status.UNCHECKED, Status.REVIEW)  # a person decides: neither kept nor lost
    judged = [item for item in result.items if item.kind == "automatic" and item.status not in open_yet]
    named = {bug.bug: None for item in judged for check in item.checks for bug in check.diagnosis}
    lost = [item for item in judged if item.points < item.max_points]
    return Row(
        case=case.name,
        kind=case.kind,
        kept={item.id: item.points >= item.max_points for item in judged},
        loses=case.loses,
        may_lose=case.may_lose,
        expected_bugs=case.bugs,
        named_bugs=tuple(named),
        notes=tuple(f"{item.id} {item.status.value}: {item.message}" for item in lost),
        random={check.name: item.id for item in judged for check in item.checks if check.random},
        seconds=result.seconds,
        deviations=tuple(case.expects.deviations(result)) if case.expects else (),
    )


def _dependants(library: BugLibrary, function: str) -> set[str]:
    """The reference's functions that call `function`, directly or not, and itself."""
    calls = _calls(library.reference.folder)
    found = {function}
    while more := {name for name, called in calls.items() if called & found} - found:
        found |= more
    return found


@cache
def _calls(folder: Path) -> dict[str, set[str]]:
    """The names that each top-level function or class of the reference mentions."""
    found: dict[str, set[str]] = {}
    for path in sorted(folder.glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                found[node.name] = {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
    return found


def digest_of_grader(rubric: Rubric, settings: Settings) -> str:
    """A hash of all that decides on a grade but the submission: engine, rubric, checks, reference, settings."""
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
    for folder in (
        ENGINE,
        *(rubric.root / name for name in names),
        (rubric.root / assignment.probes).with_name("judging"),
    ):
        for path in sorted(entry for kind in ("*.py", "*.yaml") for entry in folder.rglob(kind)):
            digest.update(str(path.relative_to(folder)).encode() + path.read_bytes())
    return digest.hexdigest()


def cache_file(base: str, case: Case, kind: str = "validation") -> Path:
    """Where what became of a case lies, by the hash of all that it hangs on; `base` is the grader's."""
    digest = hashlib.sha256(
        f"{base}{case.name}{sorted(case.loses)}{sorted(case.may_lose)}{case.bugs}{sorted(case.only or ())}{case.expects}".encode()
    )
    for path in sorted(
        entry for entry in case.folder.rglob("*") if entry.is_file() and "__pycache__" not in entry.parts
    ):
        text = case.files.get(path.name)
        digest.update(path.name.encode() + (path.read_bytes() if text is None else text.encode()))
    return platformdirs.user_cache_path("autograder") / kind / f"{digest.hexdigest()[:32]}.json"


def _cached(path: Path) -> Row | None:
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        stored["loses"], stored["may_lose"] = frozenset(stored["loses"]), frozenset(stored["may_lose"])
        for name in ("expected_bugs", "named_bugs", "notes", "deviations"):
            stored[name] = tuple(stored[name])
        return Row(**stored, cached=True)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _to_json(row: Row) -> dict[str, object]:
    content = {name: value for name, value in vars(row).items() if name != "cached"}
    return content | {
        "loses": sorted(row.loses),
        "may_lose": sorted(row.may_lose),
        "kept": dict(row.kept),
        "random": dict(row.random),
    }
